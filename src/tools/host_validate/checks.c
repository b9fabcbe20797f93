/* See checks.h. */
#include "checks.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/cgroup.h"
#include "util/file.h"
#include "util/host.h"

enum { TEXT_MAX = 16 * 1024 * 1024, TITLE_WIDTH = 60 };

/* A line */

G_GNUC_PRINTF(4, 5)
static void tell(Report *report, Verdict verdict, const char *title, const char *hint, ...)
{
        static const struct {
                const char *word, *color;
        } words[] = { [VERDICT_PASS] = { "PASS", "\033[32m" },
                      [VERDICT_NOTE] = { "NOTE", "\033[34m" },
                      [VERDICT_WARN] = { "WARN", "\033[33m" },
                      [VERDICT_FAIL] = { "FAIL", "\033[31m" } };
        g_autofree char *text = NULL;
        va_list args;

        report->failed |= verdict == VERDICT_FAIL;
        if (!report->out)
                return;
        va_start(args, hint);
        text = hint && verdict != VERDICT_PASS ? g_strdup_vprintf(hint, args) : NULL;
        va_end(args);
        fprintf(report->out, "%6s: Checking %-*s: %s%s%s", report->prefix, TITLE_WIDTH, title,
                report->colors ? words[verdict].color : "", words[verdict].word, report->colors ? "\033[0m" : "");
        fprintf(report->out, text ? " (%s)\n" : "\n", text);
}

static char *below(const Report *report, const char *path)
{
        return g_strconcat(report->root, path, NULL);
}

static bool is_there(const Report *report, const char *path)
{
        g_autofree char *full = below(report, path);

        return access(full, F_OK) == 0;
}

/* The text of a file, "" where it cannot be read. The caller frees. */
static char *text_of(const Report *report, const char *path)
{
        g_autofree char *full = below(report, path);
        char *text = NULL;

        return file_read(full, TEXT_MAX, &text, NULL, NULL) < 0 ? g_strdup("") : g_strstrip(text);
}

static bool says_yes(const Report *report, const char *path)
{
        g_autofree char *text = text_of(report, path);

        return text[0] == 'Y' || text[0] == 'y' || g_ascii_strtoull(text, NULL, 10) > 0;
}

/* The processor */

/* Whether a line of /proc/cpuinfo that begins with one of @keys has one of @words. */
static bool cpu_has(const Report *report, const char *const *keys, const char *const *wanted)
{
        g_autofree char *text = text_of(report, "/proc/cpuinfo");
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (char **line = lines; *line; line++) {
                g_auto(GStrv) parts = g_strsplit(*line, ":", 2);
                g_auto(GStrv) words = parts[0] && parts[1] ? g_strsplit_set(parts[1], " \t", -1) : NULL;

                if (!words || !g_strv_contains(keys, g_strstrip(parts[0])))
                        continue;
                for (char **word = words; *word; word++)
                        if (g_strv_contains(wanted, *word))
                                return true;
        }
        return false;
}

static bool cpu_is_x86(const Report *report)
{
        return strcmp(report->arch, "x86_64") == 0 || strcmp(report->arch, "i686") == 0;
}

static bool cpu_is_of(const Report *report, const char *maker)
{
        static const char *const keys[] = { "vendor_id", NULL };

        return cpu_has(report, keys, (const char *const[]){ maker, NULL });
}

static bool cpu_virtualizes(const Report *report)
{
        static const char *const keys[] = { "flags", "features", NULL };
        static const char *const x86[] = { "vmx", "svm", NULL };
        static const char *const s390[] = { "sie", NULL };

        if (cpu_is_x86(report))
                return cpu_has(report, keys, x86);
        if (strcmp(report->arch, "s390x") == 0)
                return cpu_has(report, keys, s390);
        /* Others do not say: the kernel has the device where it can. */
        return is_there(report, "/dev/kvm");
}

/* @without: what that means. */
static void check_kvm(Report *report, const char *without)
{
        static const char title[] = "for hardware virtualization", there[] = "if device /dev/kvm exists";
        static const char open[] = "if device /dev/kvm is accessible";
        g_autofree char *device = below(report, "/dev/kvm");

        if (!cpu_virtualizes(report)) {
                tell(report, VERDICT_FAIL, title,
                     "this processor does not offer it, or the firmware has it switched off: %s", without);
                return;
        }
        tell(report, VERDICT_PASS, title, NULL);
        if (access(device, F_OK) < 0) {
                tell(report, VERDICT_FAIL, there,
                     "load the kernel module for this processor (kvm_intel, kvm_amd, kvm); if that fails the firmware "
                     "may have virtualization switched off");
                return;
        }
        tell(report, VERDICT_PASS, there, NULL);
        tell(report, access(device, R_OK | W_OK) == 0 ? VERDICT_PASS : VERDICT_FAIL, open,
             "you may not read and write it; whoever is in the group of the device may");
}

static void check_device(Report *report, const char *path, Verdict otherwise, const char *hint)
{
        g_autofree char *title = g_strdup_printf("if device %s exists", path);

        tell(report, is_there(report, path) ? VERDICT_PASS : otherwise, title, "%s", hint);
}

/* Control groups */

/* Of version 1; the group of every process can be stopped in version 2. */
static bool can_freeze(const Report *report)
{
        g_autofree char *text = text_of(report, "/proc/cgroups");
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (char **line = lines; *line; line++)
                if (g_str_has_prefix(*line, "freezer\t") && g_str_has_suffix(*line, "\t1"))
                        return true;
        return is_there(report, "/sys/fs/cgroup/cgroup.controllers");
}

static void check_controllers(Report *report, bool freezer, Verdict otherwise)
{
        static const CgroupController order[] = { CGROUP_CPU,    CGROUP_CPUACCT, CGROUP_CPUSET,
                                                  CGROUP_MEMORY, CGROUP_DEVICES, CGROUP_BLKIO };
        /* The top of each tree that is mounted. */
        g_autoptr(Cgroup) group = cgroup_find(report->root, "/", ".", NULL);

        for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
                const char *name = cgroup_controller_names[order[i]];
                g_autofree char *title = g_strdup_printf("for cgroup '%s' controller support", name);

                if (freezer && order[i] == CGROUP_BLKIO)
                        tell(report, can_freeze(report) ? VERDICT_PASS : otherwise,
                             "for cgroup 'freezer' controller support", "guests cannot be suspended");
                tell(report, group && cgroup_has(group, order[i]) ? VERDICT_PASS : otherwise, title,
                     "guests cannot be limited by it; the kernel must have it, and it must be mounted");
        }
}

/* Devices of the host for guests */

static void check_iommu(Report *report)
{
        static const char title[] = "for device assignment IOMMU support", on[] = "if IOMMU is enabled by kernel";
        const char *table = cpu_is_of(report, "GenuineIntel")                                        ? "DMAR"
                            : cpu_is_of(report, "AuthenticAMD") || cpu_is_of(report, "HygonGenuine") ? "IVRS"
                            : strcmp(report->arch, "aarch64") == 0                                   ? "IORT"
                                                                                                     : NULL;
        g_autofree char *path = table ? g_strconcat("/sys/firmware/acpi/tables/", table, NULL) : NULL;
        bool mainframe = strcmp(report->arch, "s390x") == 0 || g_str_has_prefix(report->arch, "ppc64");

        if (path && !is_there(report, path)) {
                tell(report, VERDICT_WARN, title,
                     "the firmware has no table %s: this machine has no IOMMU, or its set-up has it switched off",
                     table);
                return;
        }
        if (!path && !mainframe && !host_has_iommu(report->root)) {
                tell(report, VERDICT_WARN, title, "nothing is known of an IOMMU of this kind of machine");
                return;
        }
        tell(report, VERDICT_PASS, title, NULL);
        tell(report, host_has_iommu(report->root) ? VERDICT_PASS : VERDICT_WARN, on,
             "no device is in an IOMMU group; %s",
             table && strcmp(table, "DMAR") == 0 ? "start the kernel with intel_iommu=on"
                                                 : "see the kernel's parameters that begin with iommu");
}

/* Guests that the host cannot look into. */
static void check_secure(Report *report)
{
        static const char title[] = "for secure guest support";
        static const char *const flags[] = { "flags", NULL }, *const sev[] = { "sev", NULL };

        if (strcmp(report->arch, "s390x") == 0)
                tell(report, says_yes(report, "/sys/firmware/uv/prot_virt_host") ? VERDICT_PASS : VERDICT_WARN, title,
                     "start the kernel with prot_virt=1 on a machine that has protected virtualization");
        else if (cpu_has(report, flags, sev))
                tell(report, says_yes(report, "/sys/module/kvm_amd/parameters/sev") ? VERDICT_PASS : VERDICT_WARN,
                     title, "the processor has AMD SEV, but kvm_amd does not use it: load it with sev=1");
        else if (is_there(report, "/sys/module/kvm_intel/parameters/tdx"))
                tell(report, says_yes(report, "/sys/module/kvm_intel/parameters/tdx") ? VERDICT_PASS : VERDICT_WARN,
                     title, "the kernel knows Intel TDX, but kvm_intel does not use it: load it with tdx=1");
        else
                tell(report, VERDICT_WARN, title, "this processor shows no technology for it");
}

/* Hypervisors */

static void check_qemu(Report *report)
{
        check_kvm(report, "guests are emulated, which is slow");
        check_device(report, "/dev/vhost-net", VERDICT_WARN,
                     "load the module vhost_net: network cards are faster with it");
        check_device(report, "/dev/net/tun", VERDICT_FAIL, "load the module tun: no guest has a network card without");
        check_controllers(report, false, VERDICT_WARN);
        check_iommu(report);
        check_secure(report);
}

static void check_namespaces(Report *report)
{
        static const char *const names[] = { "ipc", "mnt", "pid", "uts", "net", "user" };

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
                g_autofree char *path = g_strconcat("/proc/self/ns/", names[i], NULL);
                g_autofree char *title = g_strconcat("for namespace ", names[i], NULL);

                tell(report, is_there(report, path) ? VERDICT_PASS : VERDICT_FAIL, title,
                     "the kernel was built without it");
        }
}

static void check_lxc(Report *report)
{
        struct utsname host;
        unsigned major = 0, minor = 0, patch = 0;

        if (uname(&host) == 0)
                sscanf(host.release, "%u.%u.%u", &major, &minor, &patch);
        tell(report, major * 1000000 + minor * 1000 + patch >= 2006026 ? VERDICT_PASS : VERDICT_FAIL,
             "for Linux >= 2.6.26", "namespaces of older kernels are not complete");
        check_namespaces(report);
        check_controllers(report, true, VERDICT_FAIL);
        check_device(report, "/sys/fs/fuse/connections", VERDICT_FAIL,
                     "load the module fuse: containers would see the memory of the whole host");
}

static void check_ch(Report *report)
{
        check_kvm(report, "no guest runs without it");
        check_device(report, "/dev/net/tun", VERDICT_FAIL, "load the module tun: no guest has a network card without");
}

static void check_bhyve(Report *report)
{
        struct utsname host;

        tell(report, uname(&host) == 0 && strcmp(host.sysname, "FreeBSD") == 0 ? VERDICT_PASS : VERDICT_FAIL,
             "for FreeBSD", "bhyve is part of its kernel, and of no other");
}

static const struct {
        const char *name, *prefix;
        void (*check)(Report *report);
        bool usual; /* asked for when no hypervisor is named */
} hypervisors[] = {
        { "qemu", "QEMU", check_qemu, true },
        { "lxc", "LXC", check_lxc, true },
        { "bhyve", "BHYVE", check_bhyve, false },
        { "ch", "CH", check_ch, false },
};

const char *checks_name(unsigned n)
{
        return n < G_N_ELEMENTS(hypervisors) ? hypervisors[n].name : NULL;
}

int checks_for(Report *report, const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(hypervisors); i++)
                if (strcmp(hypervisors[i].name, name) == 0) {
                        report->prefix = hypervisors[i].prefix;
                        hypervisors[i].check(report);
                        return 0;
                }
        return 1;
}

void checks_for_all(Report *report)
{
        for (size_t i = 0; i < G_N_ELEMENTS(hypervisors); i++)
                if (hypervisors[i].usual)
                        checks_for(report, hypervisors[i].name);
}
