/* The models that a hypervisor offers. */
#include "arch.h"

#include <string.h>

enum { MODELS_MAX = 10000 }; /* of a reply */

static void usable_free(void *p)
{
        CpuUsableModel *model = p;

        g_free(model->name);
        g_strfreev(model->blockers);
        g_free(model);
}

GPtrArray *cpu_usable_models_new(void)
{
        return g_ptr_array_new_with_free_func(usable_free);
}

void cpu_usable_models_add(GPtrArray *models, const char *name, const char *const *blockers)
{
        CpuUsableModel *model = g_new0(CpuUsableModel, 1);

        model->name = g_strdup(name);
        model->blockers = g_strdupv((char **)blockers);
        g_ptr_array_add(models, model);
}

bool cpu_usable_model(GPtrArray *models, const char *name)
{
        for (guint i = 0; i < models->len; i++)
                if (strcmp(((const CpuUsableModel *)models->pdata[i])->name, name) == 0)
                        return true;
        return false;
}

static void read_model(const Json *entry, const char *name, GPtrArray *models)
{
        g_autoptr(GPtrArray) blockers = g_ptr_array_new();
        const Json *missing = json_get(entry, "unavailable-features");

        for (size_t i = 0; i < json_length(missing); i++) {
                const char *blocker = json_text(json_at(missing, i));

                if (blocker)
                        g_ptr_array_add(blockers, (char *)blocker);
        }
        g_ptr_array_add(blockers, NULL);
        cpu_usable_models_add(models, name, (const char *const *)blockers->pdata);
}

int cpu_usable_models_read(const Json *definitions, GPtrArray **ret, Error *err)
{
        g_autoptr(GPtrArray) models = cpu_usable_models_new();

        if (!json_is_array(definitions) || json_length(definitions) > MODELS_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "query-cpu-definitions reply data was not a list");
        for (size_t i = 0; i < json_length(definitions); i++) {
                const char *name = json_get_string(json_at(definitions, i), "name");

                if (!name)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "query-cpu-definitions reply data was missing 'name' in entry %zu", i);
                read_model(json_at(definitions, i), name, models);
        }
        *ret = g_steal_pointer(&models);
        return 0;
}
