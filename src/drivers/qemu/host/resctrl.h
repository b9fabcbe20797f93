/* What a guest's processors have of the host's caches and memory bandwidth for themselves: groups in the kernel's resctrl,
 * named as libvirt names them. @root as in util/host.h; @machine: the name of the guest's groups (group.h). */
#pragma once

#include <sys/types.h>

#include "conf/domain.h"

/** guest_resctrl_check: VIR_ERR_CONFIG_UNSUPPORTED: the host has none, or cannot watch what is to be watched. */
int guest_resctrl_check(const char *root, const Domain *live, Error *err);
/** guest_resctrl_make: groups for what @live asks for, which says their names then. What was made before a failure stays:
 * guest_resctrl_end(). VIR_ERR_CONFIG_UNSUPPORTED: not so much is left. */
int guest_resctrl_make(const char *root, const char *machine, Domain *live, Error *err);
/** guest_resctrl_join: thread @tid of processor @vcpu is in its group from now on, if it has one. */
int guest_resctrl_join(const char *root, const char *machine, const Domain *live, unsigned vcpu, pid_t tid, Error *err);
/** guest_resctrl_end: the threads are gone: so are the groups. */
void guest_resctrl_end(const char *root, const char *machine, const Domain *live);

/* What the kernel counted for one <monitor>. */
typedef struct ResctrlNode {
        unsigned id;           /* of the cache */
        uint64_t occupied;     /* bytes of it */
        uint64_t local, total; /* bytes that went to memory behind it, and to any */
} ResctrlNode;

typedef struct ResctrlFigures {
        char *name, *vcpus;
        GArray *nodes; /* of ResctrlNode, by id */
} ResctrlFigures;

/** guest_resctrl_figures: of all that <cachetune> (<memorytune>: @memory) of @live watches, as the document has them. What
 * cannot be read is 0. */
GPtrArray *guest_resctrl_figures(const char *root, const char *machine, const Domain *live, bool memory);
