/* The files of a domain that gets another name: all of them move, or none does, whatever kills us meanwhile. */
#pragma once

#include "guest/instance.h"

/** rename_files: of a domain that does not run, from @was to @now, which differ in name and in the path of the
 * firmware's variables. VIR_ERR_OPERATION_INVALID: a file of the new name is there. */
int rename_files(const QemuInstance *instance, const Domain *was, const Domain *now, Error *err);
/** rename_recover: what a killed daemon had begun is brought to its end, or taken back. Before definitions are read. */
int rename_recover(const QemuInstance *instance, Error *err);
