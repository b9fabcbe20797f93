/* What a guest's processors have of the host's caches and memory bandwidth for themselves: groups in the kernel's resctrl,
 * named as libvirt names them. @root as in util/host.h; @machine: the name of the guest's groups (group.h). */
#pragma once

#include <sys/types.h>

#include "conf/domain.h"

/** guest_resctrl_check: VIR_ERR_CONFIG_UNSUPPORTED: the host has none, or monitors are asked for. */
int guest_resctrl_check(const char *root, const Domain *live, Error *err);
/** guest_resctrl_make: groups for what @live asks for, which says their names then. What was made before a failure stays:
 * guest_resctrl_end(). VIR_ERR_CONFIG_UNSUPPORTED: not so much is left. */
int guest_resctrl_make(const char *root, const char *machine, Domain *live, Error *err);
/** guest_resctrl_join: thread @tid of processor @vcpu is in its group from now on, if it has one. */
int guest_resctrl_join(const char *root, const char *machine, const Domain *live, unsigned vcpu, pid_t tid, Error *err);
/** guest_resctrl_end: the threads are gone: so are the groups. */
void guest_resctrl_end(const char *root, const char *machine, const Domain *live);
