/* See caps.h: where emulators are. */
#include "caps/caps.h"

#include <string.h>
#include <unistd.h>

#include "util/auto.h"

static char *find_program(const char *target)
{
        static const char *const folders[] = { "/usr/bin", "/usr/local/bin", "/usr/libexec" };
        g_autofree char *name = g_strdup_printf("qemu-system-%s", target);
        char *found = g_find_program_in_path(name);

        for (size_t i = 0; !found && i < ARRAY_SIZE(folders); i++) {
                g_autofree char *path = g_build_filename(folders[i], name, NULL);

                if (access(path, X_OK) == 0)
                        found = g_steal_pointer(&path);
        }
        return found;
}

/* For a guest whose instructions the host's processor knows: KVM takes the host's emulator only, so that one goes first
 * on ARM, where the other one never has KVM; on x86 both have. */
char *qemu_find_binary(const char *arch)
{
        const QemuArch *row = qemu_arch_named(arch), *host = qemu_arch_of_host();
        bool native = row && host && qemu_arch_runs(host->name, row->name);
        char *found = NULL;

        if (!row)
                return NULL;
        if (native && strcmp(host->name, "aarch64") == 0)
                found = find_program(host->target);
        /* Some packages have a name for the little-endian guests of the same emulator. */
        if (!found && strcmp(row->name, "ppc64le") == 0)
                found = find_program(row->name);
        if (!found)
                found = find_program(row->target);
        return found || !native ? found : find_program(host->target);
}

bool qemu_caps_serves(const QemuCaps *caps, const QemuArch *arch)
{
        return strcmp(caps->arch->target, arch->target) == 0 || qemu_arch_runs(caps->arch->name, arch->name);
}
