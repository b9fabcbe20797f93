/* What is set on the host: pages, sleep, shared memory; and CPU models that fit it. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "params.h"

/* --- pages --- */

/* @heading (may be NULL) stands before figures that could be had. */
static bool print_pages(Shell *shell, int cell, unsigned *kib, unsigned n, const char *heading)
{
        g_autofree unsigned long long *counts = g_new0(unsigned long long, n);

        if (virNodeGetFreePages(connection_of(shell), n, kib, cell, 1, counts, 0) < 0)
                return false;
        if (heading)
                shell_print(shell, "%s\n", heading);
        for (unsigned i = 0; i < n; i++)
                shell_print(shell, "%uKiB: %lld\n", kib[i], (long long)counts[i]);
        return true;
}

static int compare_sizes(const void *a, const void *b)
{
        unsigned one = *(const unsigned *)a;
        unsigned other = *(const unsigned *)b;

        return one < other ? -1 : one > other;
}

/* The sizes of pages that the host's processor knows, or else any of its cells: sorted, each once. */
static unsigned *page_sizes(Xml *xml, unsigned *ret_n)
{
        g_autofree XmlNode **pages = xml_nodes(xml, NULL, "/capabilities/host/cpu/pages");
        unsigned *kib = NULL;
        unsigned n = 0;
        unsigned unique = 0;

        if (!*pages) {
                g_free(pages);
                pages = xml_nodes(xml, NULL, "/capabilities/host/topology/cells/cell/pages");
        }
        while (pages[n])
                n++;
        kib = g_new0(unsigned, n + 1);
        for (unsigned i = 0; i < n; i++) {
                g_autofree char *size = xml_string(xml, pages[i], "string(./@size)");

                kib[i] = (unsigned)strtoul(size, NULL, 10);
        }
        qsort(kib, n, sizeof(kib[0]), compare_sizes);
        for (unsigned i = 0; i < n; i++) {
                if (i == 0 || kib[i] != kib[unique - 1])
                        kib[unique++] = kib[i];
        }
        *ret_n = unique;
        return kib;
}

static Xml *capabilities(Shell *shell)
{
        g_autofree char *text = virConnectGetCapabilities(connection_of(shell));

        if (!text)
                shell_error(shell, "unable to get node capabilities");
        return text ? xml_parse(shell, text, "(capabilities)") : NULL;
}

static bool print_all_pages(Shell *shell)
{
        g_autoptr(Xml) xml = capabilities(shell);
        g_autofree XmlNode **cells = xml ? xml_nodes(xml, NULL, "/capabilities/host/topology/cells/cell") : NULL;

        for (XmlNode **cell = cells; cell && *cell; cell++) {
                g_autofree char *id = xml_string(xml, *cell, "string(./@id)");
                unsigned n = 0;
                g_autofree unsigned *kib = page_sizes(xml, &n);

                g_autofree char *heading = g_strdup_printf("Node %d:", atoi(id));

                if (!print_pages(shell, atoi(id), kib, n, heading))
                        return false;
                shell_print(shell, "\n");
        }
        return xml != NULL;
}

static int page_size(Shell *shell, const ShellArgs *args, unsigned *ret_kib)
{
        unsigned long long bytes = 0;
        int given = args_scaled(shell, args, "pagesize", 1024, (unsigned long long)UINT_MAX * 1024, &bytes);

        *ret_kib = (unsigned)(bytes / 1024);
        return given;
}

bool cmd_freepages(Shell *shell, const ShellArgs *args)
{
        int cell = 0;
        unsigned kib = 0;
        int got_cell = 0;
        int got_size = 0;

        if (!args_exclusive(shell, args, "all", "cellno"))
                return false;
        if (args_has(args, "all"))
                return print_all_pages(shell);
        got_cell = args_int(shell, args, "cellno", &cell);
        if (got_cell == 0)
                shell_error(shell, "missing cellno argument");
        got_size = got_cell > 0 ? page_size(shell, args, &kib) : -1;
        if (got_size == 0)
                shell_error(shell, "missing pagesize argument");
        return got_size > 0 && print_pages(shell, cell, &kib, 1, NULL);
}

bool cmd_allocpages(Shell *shell, const ShellArgs *args)
{
        unsigned kib = 0;
        unsigned long long count = 0;
        int first = -1;
        unsigned cells = 1;
        unsigned flags = args_has(args, "add") ? VIR_NODE_ALLOC_PAGES_ADD : VIR_NODE_ALLOC_PAGES_SET;

        if (!args_exclusive(shell, args, "all", "cellno") || args_int(shell, args, "cellno", &first) < 0 ||
            page_size(shell, args, &kib) <= 0 || args_uint64(shell, args, "pagecount", &count) <= 0)
                return false;
        if (args_has(args, "all")) {
                g_autoptr(Xml) xml = capabilities(shell);
                g_autofree char *n =
                        xml ? xml_string(xml, NULL, "count(/capabilities/host/topology/cells/cell)") : NULL;

                if (!n)
                        return false;
                cells = (unsigned)strtoul(n, NULL, 10);
                first = 0;
        }
        return virNodeAllocPages(connection_of(shell), 1, &kib, &count, first, cells, flags) >= 0;
}

/* --- shared memory --- */

static const ParamRow shm_rows[] = {
        { "shm-pages-to-scan", VIR_NODE_MEMORY_SHARED_PAGES_TO_SCAN, PARAM_OPTION_UINT },
        { "shm-sleep-millisecs", VIR_NODE_MEMORY_SHARED_SLEEP_MILLISECS, PARAM_OPTION_UINT },
        { "shm-merge-across-nodes", VIR_NODE_MEMORY_SHARED_MERGE_ACROSS_NODES, PARAM_OPTION_UINT },
        { NULL },
};

bool cmd_node_memory_tune(Shell *shell, const ShellArgs *args)
{
        AUTO_PARAMS params = { NULL };
        int n = 0;

        if (!params_from_options(shell, args, shm_rows, &params))
                return false;
        if (params.n > 0) {
                if (virNodeSetMemoryParameters(connection_of(shell), params.list, params.n, 0) == 0)
                        return true;
                shell_error(shell, "Unable to change memory parameters");
                return false;
        }
        if (virNodeGetMemoryParameters(connection_of(shell), NULL, &n, 0) < 0) {
                shell_error(shell, "Unable to get number of memory parameters");
                return false;
        }
        params.list = g_new0(virTypedParameter, (gsize)MAX(n, 1));
        params.n = n;
        if (n > 0 && virNodeGetMemoryParameters(connection_of(shell), params.list, &params.n, 0) < 0) {
                shell_error(shell, "Unable to get memory parameters");
                return false;
        }
        shell_print(shell, "Shared memory:\n");
        for (int i = 0; i < params.n; i++) {
                g_autofree char *value = param_text(&params.list[i]);
                const char *field = params.list[i].field;

                shell_print(shell, "\t%-15s %s\n", g_str_has_prefix(field, "shm_") ? field + 4 : field, value);
        }
        return true;
}

/* --- sleep --- */

bool cmd_nodesuspend(Shell *shell, const ShellArgs *args)
{
        static const char *const targets[] = { "mem", "disk", "hybrid", NULL };
        const char *target = NULL;
        long long seconds = 0;
        int which = 0;

        if (args_string(shell, args, "target", &target) <= 0 || args_int64(shell, args, "duration", &seconds) <= 0)
                return false;
        which = number_of(targets, target);
        if (which < 0) {
                shell_error(shell, "Invalid target");
                return false;
        }
        if (seconds < 0) {
                shell_error(shell, "Invalid duration");
                return false;
        }
        if (virNodeSuspendForDuration(connection_of(shell), (unsigned)which, (unsigned long long)seconds, 0) == 0)
                return true;
        shell_error(shell, "The host was not suspended");
        return false;
}

bool cmd_nodesevinfo(Shell *shell, const ShellArgs *args)
{
        AUTO_PARAMS params = { NULL };

        (void)args;
        if (virNodeGetSEVInfo(connection_of(shell), &params.list, &params.n, 0) < 0) {
                shell_error(shell, "Unable to get host SEV information");
                return false;
        }
        for (int i = 0; i < params.n; i++) {
                g_autofree char *value = param_text(&params.list[i]);

                shell_print(shell, "%-18s: %s\n", params.list[i].field, value);
        }
        return true;
}
