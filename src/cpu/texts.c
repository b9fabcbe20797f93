/* Baseline and comparison as clients ask for them: in XML. */
#include "arch.h"

#include <string.h>

static void free_definition(void *definition)
{
        cpu_definition_free(definition);
}

static GPtrArray *parse_all(const char *const *xmls, size_t n, Error *err)
{
        g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_definition);

        for (size_t i = 0; i < n; i++) {
                CpuDefinition *definition = NULL;

                if (cpu_definition_parse(xmls[i], strlen(xmls[i]), &definition, err) < 0)
                        return NULL;
                g_ptr_array_add(all, definition);
        }
        return g_steal_pointer(&all);
}

/* The architecture that those of @all that name one agree upon; @arch when none does. NULL: they do not. */
static const char *common_arch(const GPtrArray *all, const char *arch, Error *err)
{
        const char *named = NULL;

        for (guint i = 0; i < all->len; i++) {
                const CpuDefinition *definition = g_ptr_array_index(all, i);

                if (definition->arch && named && strcmp(definition->arch, named) != 0)
                        return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                          "CPU architectures %s and %s have nothing in common", named,
                                          definition->arch);
                named = definition->arch ? definition->arch : named;
        }
        return named ? named : arch;
}

char *cpu_baseline_texts(const char *arch, const char *const *xmls, size_t n, GPtrArray *models, unsigned flags,
                         Error *err)
{
        g_autoptr(GPtrArray) all = parse_all(xmls, n, err);
        const char *common = all ? common_arch(all, arch, err) : NULL;
        g_autoptr(Cpu) cpu = NULL;

        if (!common || cpu_baseline(common, (CpuDefinition *const *)all->pdata, all->len, models, flags, &cpu, err) < 0)
                return NULL;
        return cpu_format(cpu, 0);
}

int cpu_compare_text(const CpuDefinition *host, const char *xml, unsigned flags, Error *err)
{
        g_autoptr(CpuDefinition) cpu = NULL;
        g_autofree char *why = NULL;
        virCPUCompareResult result;

        if (cpu_definition_read(xml, strlen(xml), flags & VIR_CONNECT_COMPARE_CPU_VALIDATE_XML ? ROWS_VALIDATE : 0,
                                &cpu, err) < 0)
                return VIR_CPU_COMPARE_ERROR;
        if (cpu_compare(host, cpu, &result, &why, err) < 0)
                return VIR_CPU_COMPARE_ERROR;
        if (result != VIR_CPU_COMPARE_INCOMPATIBLE || !(flags & VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE))
                return result;
        error_set(err, VIR_ERR_CPU_INCOMPATIBLE, "%s", why);
        return VIR_CPU_COMPARE_ERROR;
}

int cpu_model_list(const char *arch, char ***ret, Error *err)
{
        GStrv names;
        int n;

        if (!cpu_is_arch(arch))
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot find architecture %s", arch);
        names = cpu_model_names(arch, err);
        if (!names)
                return -1;
        n = (int)g_strv_length(names);
        if (ret)
                *ret = names;
        else
                g_strfreev(names);
        return n;
}
