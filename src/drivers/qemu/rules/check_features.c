/* See check.h: features, by architecture, machine and binary. */
#include "rules/check.h"

static int refuse(const Domain *domain, const char *feature, Error *err)
{
        return check_refuse(err, "The '%s' feature is not supported for architecture '%s' or machine type '%s'",
                            feature, domain->os.arch, domain->os.machine);
}

/* Which features a kind of machine alone has: @lacks says that this one is of another. */
static int check_kinds(const Domain *domain, Error *err)
{
        const Features *features = domain->features;
        bool pseries = domain_is_pseries(domain), x86 = domain_is_x86(domain);
        const struct {
                const char *name;
                bool said, has;
        } kinds[] = {
                { "gic", features->gic, domain_is_arm_virt(domain) },
                { "hpt", features->hpt_resizing || features->hpt_maxpagesize_kib, pseries },
                { "htm", features->htm != SWITCH_ABSENT, pseries },
                { "nested-hv", features->nested_hv != SWITCH_ABSENT, pseries },
                { "ccf-assist", features->ccf_assist != SWITCH_ABSENT, pseries },
                { "cfpc", features->cfpc, pseries },
                { "sbbc", features->sbbc, pseries },
                { "ibs", features->ibs, pseries },
                { "pvspinlock", features->pvspinlock != SWITCH_ABSENT, x86 },
                { "ioapic", features->ioapic, x86 },
                { "async-teardown", features->async_teardown == YESNO_YES, x86 || domain_is_s390(domain) },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
                if (kinds[i].said && !kinds[i].has)
                        return refuse(domain, kinds[i].name, err);
        if (features->apic_eoi != SWITCH_ABSENT && !x86)
                return check_refuse(err,
                                    "The 'eoi' attribute of the 'apic' feature is not supported for architecture '%s' "
                                    "or machine type '%s'",
                                    domain->os.arch, domain->os.machine);
        if (features->hyperv && !x86 && !domain_is_arm_virt(domain))
                return check_refuse(err, "Hyperv features are not supported for architecture '%s' or machine type '%s'",
                                    domain->os.arch, domain->os.machine);
        return 0;
}

int check_features(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const Features *features = domain->features;

        if (!features)
                return 0;
        if (check_kinds(domain, err) < 0)
                return -1;
        if (features->pmu == SWITCH_OFF && domain_is_pseries(domain))
                return check_refuse(err, "PMU is always enabled for architecture '%s'", domain->os.arch);
        if (features->vmport != SWITCH_ABSENT && !qemu_caps_has_flag(caps, QEMU_HAS_MACHINE_VMPORT_OPT))
                return check_refuse(err, "vmport is not available with this QEMU binary");
        if (features->vmcoreinfo == SWITCH_ON && !qemu_caps_has_flag(caps, QEMU_HAS_VMCOREINFO))
                return check_refuse(err, "vmcoreinfo is not available with this QEMU binary");
        if (features->tseg_bytes && (!domain_is_q35(domain) || features->smm != SWITCH_ON))
                return check_refuse(err, "SMM TSEG is only supported with q35 machine type and SMM");
        if (features->tseg_bytes % (1024 * 1024) != 0)
                return check_refuse(err, "SMM TSEG size must be divisible by 1 MiB");
        return 0;
}
