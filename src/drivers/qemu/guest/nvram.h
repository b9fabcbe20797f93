/* The file of a guest's firmware variables: a copy of the firmware's template, the guest's own from then on. */
#pragma once

#include "conf/domain.h"

/** nvram_path: of a local file of variables, whether it is there or not; NULL: the guest has none. Borrowed. */
const char *nvram_path(const Domain *domain);
/** nvram_make: the file, if it is not there (or @reset), whole or not at all. VIR_ERR_OPERATION_FAILED names a template
 * that is missing. */
int nvram_make(const Domain *live, bool reset, Error *err);
