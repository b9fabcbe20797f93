/* Cards that are several devices at once (SR-IOV): which function is whose, as sysfs says it. @root stands for "/" before
 * sys everywhere. */
#pragma once

#include "util/error.h"

enum { SRIOV_FOUND, SRIOV_NO_FUNCTION }; /* results */

/** sriov_function: the PCI device @name (0000:01:10.0) is function *@ret_index of the card whose interface is *@ret_pf,
 * which the caller frees. SRIOV_NO_FUNCTION: it is none. */
int sriov_function(const char *root, const char *name, char **ret_pf, unsigned *ret_index, Error *err);
/** sriov_interface: the same of the device whose interface is @name. */
int sriov_interface(const char *root, const char *name, char **ret_pf, unsigned *ret_index, Error *err);
/** sriov_own: the interface that function @index of @pf has on the host; NULL: none, it is somebody else's. The caller
 * frees. */
char *sriov_own(const char *root, const char *pf, unsigned index);
