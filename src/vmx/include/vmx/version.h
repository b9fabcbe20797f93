/* What VMware's programs say about themselves. */
#pragma once

#include "util/error.h"

typedef enum { VMWARE_WORKSTATION, VMWARE_PLAYER, VMWARE_FUSION, VMWARE_PRODUCT_MAX_ } VmwareProduct;
extern const char *const vmware_product_names[]; /* "ws", "player", "fusion"; NULL behind the last */

/** vmware_version_parse: the version in the output of `vmware -v` and its like, as major * 1000000 + minor * 1000 +
 * release. VIR_ERR_INTERNAL_ERROR when there is none. */
int vmware_version_parse(VmwareProduct product, const char *banner, unsigned long *ret, Error *err);
