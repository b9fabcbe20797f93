/* See arch.h. */
#include "rules/arch.h"

#include <stddef.h>
#include <string.h>
#include <sys/utsname.h>

const QemuArch qemu_archs[] = {
        { "alpha", "alpha", 64 },
        { "armv6l", "arm", 32 },
        { "armv7l", "arm", 32 },
        { "aarch64", "aarch64", 64 },
        { "cris", "cris", 32 },
        { "i686", "i386", 32 },
        { "loongarch64", "loongarch64", 64 },
        { "m68k", "m68k", 32 },
        { "microblaze", "microblaze", 32 },
        { "microblazeel", "microblazeel", 32 },
        { "mips", "mips", 32 },
        { "mipsel", "mipsel", 32 },
        { "mips64", "mips64", 64 },
        { "mips64el", "mips64el", 64 },
        { "or32", "or1k", 32 },
        { "parisc", "hppa", 32 },
        { "ppc", "ppc", 32 },
        { "ppc64", "ppc64", 64 },
        { "ppc64le", "ppc64", 64 },
        { "riscv32", "riscv32", 32 },
        { "riscv64", "riscv64", 64 },
        { "s390x", "s390x", 64 },
        { "sh4", "sh4", 32 },
        { "sh4eb", "sh4eb", 64 },
        { "sparc", "sparc", 32 },
        { "sparc64", "sparc64", 64 },
        { "x86_64", "x86_64", 64 },
        { "xtensa", "xtensa", 32 },
        { "xtensaeb", "xtensaeb", 32 },
        { NULL, NULL, 0 },
};

const QemuArch *qemu_arch_named(const char *name)
{
        for (const QemuArch *arch = qemu_archs; arch->name; arch++)
                if (strcmp(arch->name, name) == 0)
                        return arch;
        return NULL;
}

const QemuArch *qemu_arch_of_target(const char *target)
{
        for (const QemuArch *arch = qemu_archs; arch->name; arch++)
                if (strcmp(arch->target, target) == 0)
                        return arch;
        return NULL;
}

bool qemu_arch_runs(const char *processor, const char *guest)
{
        static const char *const rows[][2] = {
                { "x86_64", "i686" },
                { "aarch64", "armv7l" },
                { "ppc64", "ppc64le" },
                { "ppc64le", "ppc64" },
        };

        for (size_t i = 0; processor && i < sizeof(rows) / sizeof(rows[0]); i++)
                if (strcmp(rows[i][0], processor) == 0 && strcmp(rows[i][1], guest) == 0)
                        return true;
        return processor && strcmp(processor, guest) == 0;
}

const QemuArch *qemu_arch_of_host(void)
{
        struct utsname host;

        if (uname(&host) < 0)
                return NULL;
        return qemu_arch_named(host.machine);
}
