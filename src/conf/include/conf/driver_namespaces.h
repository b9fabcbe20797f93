/* What a domain says to one hypervisor alone, in elements of that hypervisor's namespace. QEMU's is in
 * conf/qemu_namespace.h. A driver names its own in its DomainRules; rows_register() makes it known. */
#pragma once

#include "conf/qemu_namespace.h"

typedef enum COMPACT { LXC_SHARE_NONE, LXC_SHARE_NAME, LXC_SHARE_PID, LXC_SHARE_NETNS, LXC_SHARE_MAX_ } LxcShare;
extern const char *const LxcShare_names[];

/* <lxc:namespace>: kernel namespaces taken from elsewhere: of a container, a process, `ip netns`. */
typedef struct LxcNamespace {
        LxcShare net_type;
        char *net;
        LxcShare ipc_type;
        char *ipc;
        LxcShare uts_type;
        char *uts;
} LxcNamespace;
extern const Rows LxcNamespace_rows;

/* <xen:commandline>, <bhyve:commandline>. */
typedef struct ArgumentNamespace {
        QemuArgument *arguments;
        size_t n_arguments;
} ArgumentNamespace;
extern const Rows ArgumentNamespace_rows;

typedef struct VmwareNamespace {
        char *datacenter_path;
        char *moref; /* its managed object reference */
} VmwareNamespace;
extern const Rows VmwareNamespace_rows;

extern const RowNamespace lxc_namespace, xen_namespace, bhyve_namespace, vmware_namespace;

/** domain_register_namespaces: make all of them and QEMU's known: for tools that speak for every driver. */
void domain_register_namespaces(void);
