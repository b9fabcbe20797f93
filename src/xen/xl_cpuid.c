/* cpuid= of xl.cfg: "host,tm=0,sse3=1" is the host's processor with features forced on or off. */
#include "xl_cpuid.h"

#include <string.h>

#include "config_read.h"

/* Where Xen's name of a feature is another than ours. */
static const struct {
        const char *xen, *ours;
} names[] = {
        { "altmovcr8", "cr8legacy" },
        { "clfsh", "clflush" },
        { "cmplegacy", "cmp_legacy" },
        { "cmpxchg16", "cx16" },
        { "cmpxchg8", "cx8" },
        { "cntxid", "cid" },
        { "dscpl", "ds_cpl" },
        { "ffxsr", "fxsr_opt" },
        { "htt", "ht" },
        { "lahfsahf", "lahf_lm" },
        { "nodeid", "nodeid_msr" },
        { "page1gb", "pdpe1gb" },
        { "pclmulqdq", "pclmuldq" },
        { "psn", "pn" },
        { "sse3", "pni" },
        { "sse4_1", "sse4.1" },
        { "sse4_2", "sse4.2" },
        { "sysenter", "sep" },
};

static const char *our_name(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                if (strcmp(names[i].xen, name) == 0)
                        return names[i].ours;
        return name;
}

static const char *xen_name(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                if (strcmp(names[i].ours, name) == 0)
                        return names[i].xen;
        return name;
}

/* 1 and 0 are said, the others leave it to the host. */
static CpuPolicy policy_of(const char *text)
{
        switch (*text && !text[1] ? *text : '\0') {
        case '1': return CPU_POLICY_FORCE;
        case '0': return CPU_POLICY_DISABLE;
        case 'x':
        case 'k':
        case 's': return CPU_POLICY_OPTIONAL;
        default: return CPU_POLICY_DEFAULT;
        }
}

static int read_feature(Cpu *cpu, const char *text, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, "=", 2);
        CpuPolicy policy = parts[0] && parts[1] ? policy_of(g_strstrip(parts[1])) : CPU_POLICY_DEFAULT;
        CpuFeature *feature;

        if (policy == CPU_POLICY_DEFAULT)
                return error_set(err, VIR_ERR_CONF_SYNTAX,
                                 "Invalid cpuid setting '%s': expected feature=1, 0, x, k or s", text);
        feature = rows_list_insert(&CpuFeature_rows, &cpu->features, &cpu->n_features, cpu->n_features);
        feature->name = g_strdup(our_name(g_strstrip(parts[0])));
        feature->policy = policy;
        return 0;
}

/* What counts bits of an address or the like is no feature. */
static bool is_field(const char *text)
{
        static const char *const fields[] = { "family",      "model",      "stepping", "maxleaf",   "brandid",
                                              "localapicid", "apicidsize", "nc",       "maxhvleaf", "apicidcoresize" };
        size_t length = strcspn(text, "=");

        for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
                if (strlen(fields[i]) == length && strncmp(fields[i], text, length) == 0)
                        return true;
        return false;
}

int xl_cpuid_read(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) words = g_strsplit(text, ",", 256);
        Cpu *cpu;

        if (!words[0])
                return 0;
        if (strcmp(g_strstrip(words[0]), "host") != 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX,
                                 "cpuid starting with %s is not supported, only libxl format is", words[0]);
        cpu = xen_need_cpu(d);
        cpu->mode = CPU_MODE_HOST_PASSTHROUGH;
        for (char **word = words + 1; *word; word++)
                if (!is_field(g_strstrip(*word)) && read_feature(cpu, *word, err) < 0)
                        return -1;
        return 0;
}

bool xl_feature_is_off(const CpuFeature *feature)
{
        return feature->policy == CPU_POLICY_DISABLE || feature->policy == CPU_POLICY_FORBID;
}

bool xl_feature_is_nesting(const CpuFeature *feature)
{
        return strcmp(feature->name, "vmx") == 0 || strcmp(feature->name, "svm") == 0;
}

bool xl_cpu_is_nested(const Cpu *cpu)
{
        for (size_t i = 0; i < cpu->n_features; i++)
                if (xl_feature_is_nesting(&cpu->features[i]) && xl_feature_is_off(&cpu->features[i]))
                        return false;
        return true;
}

static char policy_letter(const CpuFeature *feature)
{
        if (xl_feature_is_off(feature))
                return '0';
        return feature->policy == CPU_POLICY_OPTIONAL ? 'x' : '1';
}

char *xl_cpuid_write(const Cpu *cpu)
{
        g_autoptr(GString) out = g_string_new("host");

        for (size_t i = 0; i < cpu->n_features; i++)
                if (!xl_feature_is_nesting(&cpu->features[i]))
                        g_string_append_printf(out, ",%s=%c", xen_name(cpu->features[i].name),
                                               policy_letter(&cpu->features[i]));
        return strchr(out->str, ',') ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}
