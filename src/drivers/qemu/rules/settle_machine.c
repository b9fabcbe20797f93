/* See settle.h: which machine this is. */
#include "rules/settle.h"

#include <string.h>

static bool arch_is(const Domain *domain, const char *arch)
{
        return g_strcmp0(domain->os.arch, arch) == 0;
}

bool domain_is_x86(const Domain *domain)
{
        return arch_is(domain, "x86_64") || arch_is(domain, "i686");
}

bool domain_is_arm(const Domain *domain)
{
        return arch_is(domain, "aarch64") || arch_is(domain, "armv6l") || arch_is(domain, "armv7l") ||
               arch_is(domain, "armv7b");
}

bool domain_is_riscv(const Domain *domain)
{
        return arch_is(domain, "riscv64") || arch_is(domain, "riscv32");
}

bool domain_is_ppc64(const Domain *domain)
{
        return arch_is(domain, "ppc64") || arch_is(domain, "ppc64le");
}

bool domain_is_s390(const Domain *domain)
{
        return arch_is(domain, "s390x") || arch_is(domain, "s390");
}

bool domain_is_mips(const Domain *domain)
{
        return g_str_has_prefix(domain->os.arch, "mips");
}

/* Named @alias, or a version of it. */
static bool machine_is(const Domain *domain, const char *alias, const char *prefix)
{
        const char *machine = domain->os.machine;

        return machine && ((alias && strcmp(machine, alias) == 0) || (prefix && g_str_has_prefix(machine, prefix)));
}

bool domain_is_q35(const Domain *domain)
{
        return domain_is_x86(domain) && machine_is(domain, "q35", "pc-q35-");
}

bool domain_is_i440fx(const Domain *domain)
{
        return domain_is_x86(domain) && (machine_is(domain, "pc", "pc-0.") || machine_is(domain, NULL, "pc-1.") ||
                                         machine_is(domain, NULL, "pc-i440") || machine_is(domain, NULL, "rhel-"));
}

bool domain_is_isapc(const Domain *domain)
{
        return domain_is_x86(domain) && machine_is(domain, "isapc", NULL);
}

bool domain_is_microvm(const Domain *domain)
{
        return domain_is_x86(domain) && machine_is(domain, "microvm", NULL);
}

static bool is_virt(const Domain *domain)
{
        return machine_is(domain, "virt", "virt-");
}

bool domain_is_arm_virt(const Domain *domain)
{
        return domain_is_arm(domain) && is_virt(domain);
}

bool domain_is_riscv_virt(const Domain *domain)
{
        return domain_is_riscv(domain) && is_virt(domain);
}

bool domain_is_loongarch_virt(const Domain *domain)
{
        return arch_is(domain, "loongarch64") && is_virt(domain);
}

bool domain_is_virt(const Domain *domain)
{
        return domain_is_arm_virt(domain) || domain_is_riscv_virt(domain) || domain_is_loongarch_virt(domain);
}

bool domain_is_pseries(const Domain *domain)
{
        return domain_is_ppc64(domain) && machine_is(domain, "pseries", "pseries-");
}

bool domain_is_ccw(const Domain *domain)
{
        return domain_is_s390(domain) && machine_is(domain, "s390-ccw", "s390-ccw");
}

bool domain_is_malta(const Domain *domain)
{
        return domain_is_mips(domain) && machine_is(domain, "malta", NULL);
}

bool domain_has_pcie_root(const Domain *domain)
{
        return domain_is_q35(domain) || domain_is_virt(domain);
}

bool domain_has_pci_root(const Domain *domain)
{
        return domain_is_i440fx(domain) || domain_is_pseries(domain) || domain_is_malta(domain);
}

bool domain_has_builtin_ide(const Domain *domain)
{
        return domain_is_i440fx(domain) || domain_is_malta(domain) ||
               (arch_is(domain, "sparc64") && machine_is(domain, "sun4u", NULL)) ||
               ((arch_is(domain, "ppc") || domain_is_ppc64(domain)) && machine_is(domain, "g3beige", NULL));
}
