/* Xen namespace: the rows. Row order is output order. */
#include "xen/xen_namespace.h"

/* A row is a line. */
/* clang-format off */

ROWS(XenArgument,
     ROW_STRING("@value", XenArgument, value, .flags = ROW_REQUIRED));

ROWS(XenNamespace,
     ROW_LIST("commandline/arg", XenNamespace, arguments, XenArgument, .since = "6.7.0"));

/* clang-format on */

const RowNamespace xen_namespace = {
        .uri = "http://libvirt.org/schemas/domain/xen/1.0",
        .prefix = "xen",
        .rows = &XenNamespace_rows,
};
