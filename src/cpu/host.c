/* The processor of this host. */
#include "arch.h"
#include "x86.h"

#include <string.h>

#include "util/file.h"

enum { CPUINFO_MAX = 16 * 1024 * 1024 };

/* The value of the first line "@key : value"; NULL: there is none. The caller frees. */
static char *cpuinfo_value(const char *text, const char *key)
{
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (char **line = lines; *line; line++) {
                const char *colon = strchr(*line, ':');
                g_autofree char *name = colon ? g_strndup(*line, (gsize)(colon - *line)) : NULL;

                if (name && strcmp(g_strstrip(name), key) == 0)
                        return g_strstrip(g_strdup(colon + 1));
        }
        return NULL;
}

static bool number_of(const char *text, const char *key, uint64_t *ret)
{
        g_autofree char *value = cpuinfo_value(text, key);

        if (!value)
                return false;
        *ret = g_ascii_strtoull(value, NULL, 0);
        return true;
}

/* "revision : 2.0 (pvr 004d 0200)" */
static bool read_pvr(const char *text, uint32_t *ret)
{
        g_autofree char *value = cpuinfo_value(text, "revision");
        const char *at = value ? strstr(value, "(pvr ") : NULL;
        char *rest = NULL;
        uint64_t high, low;

        if (!at)
                return false;
        high = g_ascii_strtoull(at + strlen("(pvr "), &rest, 16);
        low = g_ascii_strtoull(rest, NULL, 16);
        *ret = (uint32_t)((high & 0xffff) << 16 | (low & 0xffff));
        return true;
}

/* As MIDR_EL1 would have it: the kernel spells its parts. */
static bool read_midr(const char *text, uint32_t *ret)
{
        uint64_t implementer = 0, part = 0;

        if (!number_of(text, "CPU implementer", &implementer) || !number_of(text, "CPU part", &part))
                return false;
        *ret = (uint32_t)((implementer & 0xff) << 24 | (part & 0xfff) << 4);
        return true;
}

static CpuDefinition *by_version(const char *arch, const char *text)
{
        CpuDefinition *found = NULL;
        uint32_t version = 0;

        if ((g_str_has_prefix(arch, "ppc64") ? read_pvr(text, &version) : read_midr(text, &version)) &&
            cpu_decode_version(arch, version, &found, NULL) == 0)
                return found;
        return NULL;
}

static CpuDefinition *by_instruction(const char *text)
{
        g_autoptr(CpuData) data = cpu_data_of_host();
        CpuDefinition *found = NULL;
        uint64_t microcode = 0;

        if (!data || cpu_decode(data, true, NULL, &found, NULL) < 0)
                return NULL;
        if (number_of(text, "microcode", &microcode))
                found->microcode = (unsigned)microcode;
        found->cpu->phys_bits.value = x86_host_address_bits();
        found->cpu->phys_bits.set = found->cpu->phys_bits.value != 0;
        if (found->cpu->phys_bits.set)
                found->cpu->phys_mode = CPU_PHYS_MODE_EMULATE;
        return found;
}

CpuDefinition *cpu_of_host(const char *root, const char *arch)
{
        g_autofree char *path = g_strconcat(root, "/proc/cpuinfo", NULL);
        g_autofree char *text = NULL;
        CpuDefinition *found = NULL;
        bool x86 = strcmp(arch, "x86_64") == 0 || strcmp(arch, "i686") == 0;

        if (file_read(path, CPUINFO_MAX, &text, NULL, NULL) < 0)
                text = g_strdup("");
        /* The instruction answers for this host only. */
        if (x86)
                found = root[0] ? NULL : by_instruction(text);
        else if (g_str_has_prefix(arch, "ppc64") || g_str_has_prefix(arch, "aarch64"))
                found = by_version(arch, text);
        if (!found)
                found = cpu_definition_new(true, arch);
        g_free(found->arch);
        found->arch = g_strdup(arch);
        return found;
}
