/* See guest_cpu.h. */
#include "caps/guest_cpu.h"

#include <string.h>

SummaryAccel qemu_accel_of(VirtType type)
{
        return type == VIRT_KVM ? SUMMARY_KVM : type == VIRT_QEMU ? SUMMARY_TCG : SUMMARY_ACCEL_ABSENT;
}

GPtrArray *qemu_caps_usable_models(const QemuCaps *caps, VirtType type)
{
        GPtrArray *models = NULL;

        for (size_t i = 0; i < caps->summary->n_items; i++) {
                const SummaryItem *item = &caps->summary->items[i];
                g_autoptr(GPtrArray) blockers = g_ptr_array_new();

                if (item->kind != SUMMARY_CPU || item->accel != qemu_accel_of(type))
                        continue;
                for (size_t k = 0; k < item->n_blockers; k++)
                        g_ptr_array_add(blockers, item->blockers[k].name);
                g_ptr_array_add(blockers, NULL);
                if (!models)
                        models = cpu_usable_models_new();
                cpu_usable_models_add(models, item->name, (const char *const *)blockers->pdata);
        }
        return models;
}

static const SummaryItem *host_cpu(const QemuCaps *caps, VirtType type)
{
        for (size_t i = 0; i < caps->summary->n_items; i++)
                if (caps->summary->items[i].kind == SUMMARY_HOST_CPU &&
                    caps->summary->items[i].accel == qemu_accel_of(type))
                        return &caps->summary->items[i];
        return NULL;
}

bool qemu_caps_lacks_cpu_property(const QemuCaps *caps, VirtType type, const char *name)
{
        const SummaryItem *item = host_cpu(caps, type);

        for (size_t i = 0; item && i < item->n_properties; i++)
                if (g_strcmp0(item->properties[i].name, name) == 0)
                        return false;
        return item && item->n_properties > 0;
}

/* The property as QEMU told it. */
static Json *value_of(const SummaryProperty *property)
{
        switch (property->type) {
        case SUMMARY_BOOLEAN: return json_bool(strcmp(property->value, "true") == 0);
        case SUMMARY_NUMBER: return json_int(g_ascii_strtoll(property->value, NULL, 10));
        default: return json_string(property->value);
        }
}

/* As query-cpu-model-expansion answered. */
static Json *expansion_of(const SummaryItem *item, bool migratable)
{
        Json *expansion = json_object(), *model = json_object(), *properties = json_object();

        json_set(expansion, "model", model);
        json_set(model, "name", json_string(item->model ? item->model : ""));
        json_set(model, "props", properties);
        for (size_t i = 0; i < item->n_properties; i++) {
                const SummaryProperty *property = &item->properties[i];
                bool kept = !migratable || property->migratable != YESNO_NO;

                if (property->name && property->value)
                        json_set(properties, property->name, kept ? value_of(property) : json_bool(false));
        }
        return expansion;
}

/* Where QEMU does not say: the host's own processor, if QEMU has a model of that name. */
static Cpu *named_as_host(const QemuCaps *caps, VirtType type, const CpuDefinition *host)
{
        g_autoptr(GPtrArray) models = type == VIRT_KVM ? qemu_caps_usable_models(caps, type) : NULL;
        Cpu *cpu;

        if (!models || !host || !host->cpu->model)
                return NULL;
        for (guint i = 0; i < models->len; i++) {
                if (strcmp(((const CpuUsableModel *)models->pdata[i])->name, host->cpu->model) != 0)
                        continue;
                cpu = cpu_new();
                cpu->mode = CPU_MODE_CUSTOM;
                cpu->match = CPU_MATCH_EXACT;
                cpu->fallback = CPU_FALLBACK_ALLOW;
                cpu->model = g_strdup(host->cpu->model);
                return cpu;
        }
        return NULL;
}

int qemu_host_model(const QemuCaps *caps, VirtType type, const CpuDefinition *host, bool migratable, Cpu **ret,
                    Error *err)
{
        const SummaryItem *item = host_cpu(caps, type);
        g_autoptr(GPtrArray) models = qemu_caps_usable_models(caps, type);
        g_autoptr(CpuDefinition) found = NULL;
        g_autoptr(Json) expansion = NULL;

        *ret = NULL;
        /* Features of ARM's are not told apart from QEMU's own switches. */
        if (!item || !cpu_expansion_names_model(caps->arch->name)) {
                *ret = named_as_host(caps, type, host);
                return 0;
        }
        expansion = expansion_of(item, migratable);
        if (cpu_decode_expansion(caps->arch->name, expansion, models, &found, err) < 0)
                return -1;
        found->cpu->fallback = CPU_FALLBACK_FORBID;
        *ret = g_steal_pointer(&found->cpu);
        return 0;
}
