/* Processors: comparing one with the host's or a hypervisor's, and what several have in common. */
#include "virsh_commands.h"

#include <string.h>

#include "virsh.h"

/* A file may hold several documents in a row, each with a declaration of its own. */
static char *wrapped(const char *text)
{
        g_autoptr(GString) all = g_string_new("<container>");

        for (const char *at = text; *at;) {
                const char *end = g_str_has_prefix(at, "<?xml") ? strstr(at, "?>") : NULL;

                if (end)
                        at = end + strlen("?>");
                else
                        g_string_append_c(all, *at++);
        }
        g_string_append(all, "</container>");
        return g_strdup(all->str);
}

/* What a hypervisor offers is a model and features too, under another name. */
static char *as_cpu(Xml *xml, XmlNode *node)
{
        g_autoptr(GString) text = g_string_new("<cpu>");
        g_autofree XmlNode **parts = NULL;

        if (xml_is(node, "cpu"))
                return xml_node_text(xml, node);
        parts = xml_nodes(xml, node, "./*");
        for (XmlNode **part = parts; *part; part++) {
                g_autofree char *one = xml_node_text(xml, *part);

                g_string_append(text, one);
        }
        g_string_append(text, "</cpu>");
        return g_strdup(text->str);
}

/* The <cpu> documents in @path, alone or within domains and capabilities; NULL after a complaint. */
static GStrv read_cpus(Shell *shell, const char *path)
{
        static const char where[] = "/container/cpu|/container/domain/cpu|/container/capabilities/host/cpu|"
                                    "/container/domainCapabilities/cpu/mode[@name='host-model' and @supported='yes']";
        g_autofree char *text = file_text(shell, path);
        g_autofree char *whole = text ? wrapped(text) : NULL;
        Xml *xml = whole ? xml_parse(shell, whole, path) : NULL;
        g_autofree XmlNode **nodes = NULL;
        GStrv cpus = NULL;
        size_t n = 0;

        if (!xml)
                return NULL;
        nodes = xml_nodes(xml, NULL, where);
        while (nodes[n])
                n++;
        if (n == 0)
                shell_error(shell,
                            "File '%s' does not contain any <cpu> element or valid domain XML, host capabilities "
                            "XML, or domain capabilities XML",
                            path);
        else
                cpus = g_new0(char *, n + 1);
        for (size_t i = 0; i < n; i++)
                cpus[i] = as_cpu(xml, nodes[i]);
        xml_free(xml);
        return cpus;
}

/* Those of the file that the user names, *@ret_path; NULL after a complaint. */
static GStrv asked_cpus(Shell *shell, const ShellArgs *args, const char **ret_path)
{
        return args_string(shell, args, "file", ret_path) < 0 ? NULL : read_cpus(shell, *ret_path);
}

typedef struct Hypervisor {
        const char *virttype, *emulator, *arch, *machine;
} Hypervisor;

static int read_hypervisor(Shell *shell, const ShellArgs *args, Hypervisor *ret)
{
        if (args_string(shell, args, "virttype", &ret->virttype) < 0 ||
            args_string(shell, args, "emulator", &ret->emulator) < 0 ||
            args_string(shell, args, "arch", &ret->arch) < 0)
                return -1;
        return args_string(shell, args, "machine", &ret->machine);
}

/* @name: of @who, for short. */
static bool print_result(Shell *shell, int result, const char *path, const char *who, const char *name)
{
        switch (result) {
        case VIR_CPU_COMPARE_INCOMPATIBLE:
                shell_print(shell, "CPU described in %s is incompatible with %s\n", path, who);
                return false;
        case VIR_CPU_COMPARE_IDENTICAL:
                shell_print(shell, "CPU described in %s is identical to %s\n", path, who);
                return true;
        case VIR_CPU_COMPARE_SUPERSET:
                shell_print(shell, "%c%s is a superset of CPU described in %s\n", g_ascii_toupper(who[0]), who + 1,
                            path);
                return true;
        default: shell_error(shell, "Failed to compare %s with %s", name, path); return false;
        }
}

static unsigned compare_flags(const ShellArgs *args)
{
        return (args_has(args, "error") ? VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE : 0) |
               (args_has(args, "validate") ? VIR_CONNECT_COMPARE_CPU_VALIDATE_XML : 0);
}

bool cmd_cpu_compare(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_auto(GStrv) cpus = asked_cpus(shell, args, &path);

        if (!cpus)
                return false;
        return print_result(shell, virConnectCompareCPU(connection_of(shell), cpus[0], compare_flags(args)), path,
                            "host CPU", "host CPU");
}

bool cmd_hypervisor_cpu_compare(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        Hypervisor which = { 0 };
        g_auto(GStrv) cpus = read_hypervisor(shell, args, &which) < 0 ? NULL : asked_cpus(shell, args, &path);
        int result;

        if (!cpus)
                return false;
        result = virConnectCompareHypervisorCPU(connection_of(shell), which.emulator, which.arch, which.machine,
                                                which.virttype, cpus[0], compare_flags(args));
        return print_result(shell, result, path, "the CPU provided by hypervisor on the host", "hypervisor CPU");
}

static unsigned baseline_flags(const ShellArgs *args)
{
        return (args_has(args, "features") ? VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES : 0) |
               (args_has(args, "migratable") ? VIR_CONNECT_BASELINE_CPU_MIGRATABLE : 0);
}

static bool print_baseline(Shell *shell, char *cpu)
{
        g_autofree char *owned = cpu;

        if (!owned)
                return false;
        shell_print(shell, "%s", owned);
        return true;
}

bool cmd_cpu_baseline(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_auto(GStrv) cpus = asked_cpus(shell, args, &path);

        if (!cpus)
                return false;
        return print_baseline(shell, virConnectBaselineCPU(connection_of(shell), (const char **)cpus,
                                                           g_strv_length(cpus), baseline_flags(args)));
}

bool cmd_hypervisor_cpu_baseline(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        const char *model = NULL;
        Hypervisor which = { 0 };
        g_auto(GStrv) cpus = NULL;

        if (args_string(shell, args, "file", &path) < 0 || args_string(shell, args, "model", &model) < 0 ||
            read_hypervisor(shell, args, &which) < 0)
                return false;
        if (!path == !model) {
                shell_error(shell, "%s",
                            path ? "Options --file and --model are mutually exclusive"
                                 : "either --file or --model has to be given");
                return false;
        }
        if (model) {
                cpus = g_new0(char *, 2);
                cpus[0] = g_markup_printf_escaped("<cpu><model>%s</model></cpu>", model);
        } else {
                cpus = read_cpus(shell, path);
        }
        if (!cpus)
                return false;
        return print_baseline(shell, virConnectBaselineHypervisorCPU(connection_of(shell), which.emulator, which.arch,
                                                                     which.machine, which.virttype, (const char **)cpus,
                                                                     g_strv_length(cpus), baseline_flags(args)));
}
