/* See caps.h: where emulators are. */
#include "caps/caps.h"

#include <unistd.h>

#include "util/auto.h"

char *qemu_find_binary(const char *arch)
{
        static const char *const folders[] = { "/usr/bin", "/usr/local/bin", "/usr/libexec" };
        const QemuArch *row = qemu_arch_named(arch);
        g_autofree char *name = row ? g_strdup_printf("qemu-system-%s", row->target) : NULL;
        char *found = name ? g_find_program_in_path(name) : NULL;

        for (size_t i = 0; name && !found && i < ARRAY_SIZE(folders); i++) {
                g_autofree char *path = g_build_filename(folders[i], name, NULL);

                if (access(path, X_OK) == 0)
                        found = g_steal_pointer(&path);
        }
        return found;
}
