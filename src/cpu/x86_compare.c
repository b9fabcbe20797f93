/* Whether a host can be another processor. */
#include "x86.h"

#include <string.h>

/* What a definition wants, by policy. */
typedef struct Wish {
        X86Bits required, forced, optional, disabled, forbidden;
} Wish;

static int read_wish(const CpuDefinition *cpu, Wish *ret, Error *err)
{
        if (x86_part_of(cpu, X86_REQUIRED, &ret->required, err) < 0 ||
            x86_part_of(cpu, X86_FORCED, &ret->forced, err) < 0 ||
            x86_part_of(cpu, X86_OPTIONAL, &ret->optional, err) < 0 ||
            x86_part_of(cpu, X86_DISABLED, &ret->disabled, err) < 0 ||
            x86_part_of(cpu, X86_FORBIDDEN, &ret->forbidden, err) < 0)
                return -1;
        /* The model may have what the features below it say otherwise. */
        ret->required = x86_difference(&ret->required, &ret->forced);
        ret->required = x86_difference(&ret->required, &ret->optional);
        ret->required = x86_difference(&ret->required, &ret->disabled);
        ret->required = x86_difference(&ret->required, &ret->forbidden);
        return 0;
}

static int compare_bits(const X86Bits *has, const Wish *wish, bool strict, virCPUCompareResult *ret, char **ret_why)
{
        X86Bits found = x86_intersection(has, &wish->forbidden);
        X86Bits missing = x86_difference(&wish->required, has);
        X86Bits rest = x86_difference(has, &wish->required);
        g_autofree char *names = NULL;

        if (!x86_empty(&found)) {
                names = x86_names(&found);
                return cpu_incompatible(ret, ret_why, "Host CPU provides forbidden features: %s", names);
        }
        if (!x86_empty(&missing)) {
                names = x86_names(&missing);
                return cpu_incompatible(ret, ret_why, "Host CPU does not provide required features: %s", names);
        }
        rest = x86_difference(&rest, &wish->optional);
        rest = x86_difference(&rest, &wish->disabled);
        rest = x86_difference(&rest, &wish->forced);
        *ret = x86_empty(&rest) ? VIR_CPU_COMPARE_IDENTICAL : VIR_CPU_COMPARE_SUPERSET;
        if (!strict || *ret == VIR_CPU_COMPARE_IDENTICAL)
                return 0;
        names = x86_names(&rest);
        return cpu_incompatible(ret, ret_why, "Host CPU does not strictly match guest CPU: Extra features: %s", names);
}

int x86_compare(const CpuDefinition *host, const CpuDefinition *cpu, virCPUCompareResult *ret, char **ret_why,
                Error *err)
{
        const char *vendor = cpu->cpu->vendor;
        Wish wish;
        X86Bits has;

        if (!cpu_arch_fits(cpu, x86_names_of_arch))
                return cpu_incompatible(ret, ret_why, "CPU arch %s does not match host arch", cpu->arch);
        if (vendor && g_strcmp0(vendor, host->cpu->vendor) != 0)
                return cpu_incompatible(ret, ret_why, "host CPU vendor does not match required CPU vendor %s", vendor);
        if (x86_part_of(host, X86_ALL, &has, err) < 0 || read_wish(cpu, &wish, err) < 0)
                return -1;
        return compare_bits(&has, &wish, !cpu->host && cpu->cpu->match == CPU_MATCH_STRICT, ret, ret_why);
}
