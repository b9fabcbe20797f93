/* Same-page merging and huge pages of the host. */
#include <string.h>

#include "calls/target.h"
#include "calls/lifecycle.h"
#include "guest/instance.h"
#include "util/host.h"
#include "util/host_memory.h"

static const struct {
        const char *field, *file;
        int type;
        bool settable;
} ksm[] = {
        { VIR_NODE_MEMORY_SHARED_PAGES_TO_SCAN, "pages_to_scan", VIR_TYPED_PARAM_UINT, true },
        { VIR_NODE_MEMORY_SHARED_SLEEP_MILLISECS, "sleep_millisecs", VIR_TYPED_PARAM_UINT, true },
        { VIR_NODE_MEMORY_SHARED_PAGES_SHARED, "pages_shared", VIR_TYPED_PARAM_ULLONG, false },
        { VIR_NODE_MEMORY_SHARED_PAGES_SHARING, "pages_sharing", VIR_TYPED_PARAM_ULLONG, false },
        { VIR_NODE_MEMORY_SHARED_PAGES_UNSHARED, "pages_unshared", VIR_TYPED_PARAM_ULLONG, false },
        { VIR_NODE_MEMORY_SHARED_PAGES_VOLATILE, "pages_volatile", VIR_TYPED_PARAM_ULLONG, false },
        { VIR_NODE_MEMORY_SHARED_FULL_SCANS, "full_scans", VIR_TYPED_PARAM_ULLONG, false },
        { VIR_NODE_MEMORY_SHARED_MERGE_ACROSS_NODES, "merge_across_nodes", VIR_TYPED_PARAM_UINT, true },
};

int qemu_node_get_memory_parameters(virConnectPtr conn, virTypedParameterPtr params, int *nparams, unsigned int flags,
                                    Error *err)
{
        int n = 0;

        if (check_call_flags(flags, VIR_TYPED_PARAM_STRING_OKAY, "qemuNodeGetMemoryParameters", err) < 0)
                return -1;
        if (*nparams == 0) {
                *nparams = G_N_ELEMENTS(ksm);
                return 0;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(ksm) && n < *nparams; i++) {
                uint64_t value = 0;
                int r = host_ksm_read("", ksm[i].file, &value, err);

                if (r < 0)
                        return -1;
                if (r > 0)
                        continue;
                params[n] = (virTypedParameter){ .type = ksm[i].type };
                g_strlcpy(params[n].field, ksm[i].field, sizeof(params[n].field));
                if (ksm[i].type == VIR_TYPED_PARAM_UINT)
                        params[n].value.ui = (unsigned)value;
                else
                        params[n].value.ul = value;
                n++;
        }
        *nparams = n;
        return 0;
}

static const char *settable_file(const virTypedParameter *param, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(ksm); i++) {
                if (strcmp(ksm[i].field, param->field) != 0)
                        continue;
                if (!ksm[i].settable)
                        return error_null(err, VIR_ERR_INVALID_ARG, "'%s' can only be read", param->field);
                if (param->type != VIR_TYPED_PARAM_UINT)
                        return error_null(err, VIR_ERR_INVALID_ARG, "'%s' is an unsigned int", param->field);
                return ksm[i].file;
        }
        return error_null(err, VIR_ERR_INVALID_ARG, "parameter '%s' not supported", param->field);
}

int qemu_node_set_memory_parameters(virConnectPtr conn, virTypedParameterPtr params, int nparams, unsigned int flags,
                                    Error *err)
{
        if (check_call_flags(flags, 0, "qemuNodeSetMemoryParameters", err) < 0)
                return -1;
        /* All are known before the first is set. */
        for (int i = 0; i < nparams; i++)
                if (!settable_file(&params[i], err))
                        return -1;
        for (int i = 0; i < nparams; i++)
                if (host_ksm_write("", settable_file(&params[i], err), params[i].value.ui, err) < 0)
                        return -1;
        return 0;
}

int qemu_node_alloc_pages(virConnectPtr conn, unsigned int npages, unsigned int *page_sizes,
                          unsigned long long *page_counts, int start_cell, unsigned int cell_count, unsigned int flags,
                          Error *err)
{
        bool add = !(flags & VIR_NODE_ALLOC_PAGES_SET);
        int last = start_cell < 0 ? start_cell : start_cell + (int)cell_count - 1;
        int done = 0;

        if (check_call_flags(flags, VIR_NODE_ALLOC_PAGES_SET, "qemuNodeAllocPages", err) < 0)
                return -1;
        if (start_cell < -1 || cell_count > 4096)
                return error_set(err, VIR_ERR_INVALID_ARG, "there are no %u cells from cell %d on", cell_count,
                                 start_cell);
        for (int cell = start_cell; cell <= last; cell++)
                for (unsigned i = 0; i < npages; i++) {
                        if (host_pages_set("", cell, page_sizes[i], page_counts[i], add, err) < 0)
                                return -1;
                        done++;
                }
        return done;
}
