/* Namespaces of drivers: the names and the rows. Row order is output order. */
#include "conf/driver_namespaces.h"

#include "conf/domain.h"
#include "domain/hooks.h"

ENUM_TABLE(LxcShare, LXC_SHARE_MAX_) = {
        [LXC_SHARE_NAME] = "name",
        [LXC_SHARE_PID] = "pid",
        [LXC_SHARE_NETNS] = "netns",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(LxcNamespace, (.check = lxc_namespace_check),
     ROW_ENUM("namespace/sharenet/@type",    LxcNamespace, net_type, LxcShare),
     ROW_STRING("namespace/sharenet/@value", LxcNamespace, net),
     ROW_ENUM("namespace/shareipc/@type",    LxcNamespace, ipc_type, LxcShare),
     ROW_STRING("namespace/shareipc/@value", LxcNamespace, ipc),
     ROW_ENUM("namespace/shareuts/@type",    LxcNamespace, uts_type, LxcShare),
     ROW_STRING("namespace/shareuts/@value", LxcNamespace, uts));

ROWS(ArgumentNamespace,
     ROW_LIST("commandline/arg", ArgumentNamespace, arguments, QemuArgument));

ROWS(VmwareNamespace,
     ROW_STRING("datacenterpath", VmwareNamespace, datacenter_path),
     ROW_STRING("moref",          VmwareNamespace, moref));

/* clang-format on */

static int check_share(LxcShare type, const char *value, const char *element, Error *err)
{
        if (type != LXC_SHARE_NONE && !value)
                return error_set(err, VIR_ERR_XML_ERROR, "missing value in <lxc:%s>", element);
        if (type == LXC_SHARE_NONE && value)
                return error_set(err, VIR_ERR_XML_ERROR, "missing type in <lxc:%s>", element);
        return 0;
}

int lxc_namespace_check(const void *s, Error *err)
{
        const LxcNamespace *space = s;

        if (space->ipc_type == LXC_SHARE_NETNS || space->uts_type == LXC_SHARE_NETNS)
                return error_set(err, VIR_ERR_XML_ERROR, "only <lxc:sharenet> can be of type 'netns'");
        if (check_share(space->net_type, space->net, "sharenet", err) < 0 ||
            check_share(space->ipc_type, space->ipc, "shareipc", err) < 0)
                return -1;
        return check_share(space->uts_type, space->uts, "shareuts", err);
}

const RowNamespace lxc_namespace = {
        .owner = &Domain_rows,
        .uri = "http://libvirt.org/schemas/domain/lxc/1.0",
        .prefix = "lxc",
        .rows = &LxcNamespace_rows,
};
const RowNamespace xen_namespace = {
        .owner = &Domain_rows,
        .uri = "http://libvirt.org/schemas/domain/xen/1.0",
        .prefix = "xen",
        .rows = &ArgumentNamespace_rows,
};
const RowNamespace bhyve_namespace = {
        .owner = &Domain_rows,
        .uri = "http://libvirt.org/schemas/domain/bhyve/1.0",
        .prefix = "bhyve",
        .rows = &ArgumentNamespace_rows,
};
const RowNamespace vmware_namespace = {
        .owner = &Domain_rows,
        .uri = "http://libvirt.org/schemas/domain/vmware/1.0",
        .prefix = "vmware",
        .rows = &VmwareNamespace_rows,
};

void domain_register_namespaces(void)
{
        rows_register(&qemu_namespace);
        rows_register(&lxc_namespace);
        rows_register(&xen_namespace);
        rows_register(&bhyve_namespace);
        rows_register(&vmware_namespace);
}
