/* What a domain says to Xen's device model alone: <xen:commandline>. */
#pragma once

#include "conf/rows.h"

typedef struct XenArgument {
        char *value;
} XenArgument;
extern const Rows XenArgument_rows;

typedef struct XenNamespace {
        XenArgument *arguments;
        size_t n_arguments;
} XenNamespace;
extern const Rows XenNamespace_rows;

/** The namespace; who understands it calls rows_register(&xen_namespace) once. The content of domain->extra is then a
 * XenNamespace. */
extern const RowNamespace xen_namespace;
