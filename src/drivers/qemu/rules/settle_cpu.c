/* See settle.h: processors: the default model, features, interrupt controller, NUMA. */
#include "rules/settle.h"

#include <string.h>

#include "util/bitmap.h"

/* Elsewhere the model that QEMU names is the emulation's, and KVM takes another. */
static bool default_cpu_is_known(const Domain *domain)
{
        return domain_is_x86(domain) || domain_is_s390(domain) || domain_is_ppc64(domain) || domain->type == VIRT_QEMU;
}

static const char *default_cpu(const Domain *domain, const QemuCaps *caps)
{
        const QemuMachine *machine = qemu_caps_machine(caps, domain->os.machine);

        if (!machine || !default_cpu_is_known(domain))
                return NULL;
        return qemu_caps_default_cpu(caps, machine, domain->type == VIRT_QEMU);
}

/* The model that the machine would take anyway, written down so that it stays when the machine's default moves. */
static int settle_model(Domain *domain, const QemuCaps *caps, Error *err)
{
        const char *model = default_cpu(domain, caps);
        Cpu *cpu = domain->cpu;

        if (!model || (cpu && ((cpu->mode != CPU_MODE_CUSTOM && cpu->mode != CPU_MODE_NONE) || cpu->model)))
                return 0;
        if (cpu && cpu->n_features > 0 && !cpu->model)
                return error_set(err, VIR_ERR_XML_ERROR, "Non-empty feature list specified without CPU model");
        if (!cpu) {
                cpu = domain->cpu = g_new0(Cpu, 1);
                rows_init(&Cpu_rows, cpu);
        }
        if (strcmp(model, "host") == 0) {
                cpu->mode = domain_is_s390(domain) ? CPU_MODE_HOST_MODEL : CPU_MODE_HOST_PASSTHROUGH;
                return 0;
        }
        cpu->mode = CPU_MODE_CUSTOM;
        cpu->match = CPU_MATCH_EXACT;
        if (cpu->check == CPU_CHECK_DEFAULT)
                cpu->check = CPU_CHECK_NONE;
        cpu->fallback = CPU_FALLBACK_FORBID;
        cpu->model = g_strdup(model);
        return 0;
}

/* How strictly the model is compared with what the host gives. */
static void settle_check(const Domain *domain, Cpu *cpu)
{
        if (cpu->check != CPU_CHECK_DEFAULT)
                return;
        switch (cpu->mode) {
        case CPU_MODE_HOST_PASSTHROUGH:
        case CPU_MODE_MAXIMUM: cpu->check = CPU_CHECK_NONE; break;
        case CPU_MODE_HOST_MODEL: cpu->check = CPU_CHECK_PARTIAL; break;
        case CPU_MODE_CUSTOM:
                /* Emulation does not depend on the host. */
                if (cpu->model)
                        cpu->check = domain->type == VIRT_QEMU ? CPU_CHECK_NONE : CPU_CHECK_PARTIAL;
                break;
        default: break;
        }
}

/* A length of ARM's vectors means that there are vectors. */
static void settle_vectors(Cpu *cpu)
{
        CpuFeature *sve;
        bool lengths = false;

        for (size_t i = 0; i < cpu->n_features; i++) {
                if (g_strcmp0(cpu->features[i].name, "sve") == 0)
                        return;
                lengths |= g_str_has_prefix(cpu->features[i].name, "sve") &&
                           g_ascii_isdigit(cpu->features[i].name[3]) && cpu->features[i].policy == CPU_POLICY_REQUIRE;
        }
        if (!lengths)
                return;
        sve = rows_list_insert(&CpuFeature_rows, &cpu->features, &cpu->n_features, cpu->n_features);
        sve->name = g_strdup("sve");
        sve->policy = CPU_POLICY_REQUIRE;
}

int qemu_settle_cpu(Domain *domain, const QemuContext *context, Error *err)
{
        if (settle_model(domain, context->caps, err) < 0)
                return -1;
        if (!domain->cpu)
                return 0;
        settle_check(domain, domain->cpu);
        if (domain_is_arm(domain))
                settle_vectors(domain->cpu);
        if (domain->cpu->mode == CPU_MODE_HOST_PASSTHROUGH && domain->cpu->migratable == SWITCH_ABSENT &&
            domain_is_x86(domain))
                domain->cpu->migratable =
                        qemu_caps_has_flag(context->caps, QEMU_CPU_MIGRATABLE) ? SWITCH_ON : SWITCH_OFF;
        if (domain->cpu->model && domain->cpu->fallback == CPU_FALLBACK_NONE)
                domain->cpu->fallback = CPU_FALLBACK_ALLOW;
        return 0;
}

/* The interrupt controller of ARM's virt machine: the newest that works, but 2 for emulation. */
static GicVersion best_gic(const Domain *domain, const QemuCaps *caps)
{
        bool kvm = domain->type == VIRT_KVM;
        unsigned known = kvm ? caps->gic_kvm : caps->gic_tcg;

        if (kvm && known & 1U << 3)
                return GIC_3;
        if (known & 1U << 2)
                return GIC_2;
        if (known & 1U << 3)
                return GIC_3;
        /* Older hosts had nothing else. */
        return GIC_2;
}

static Features *need_features(Domain *domain)
{
        if (!domain->features) {
                domain->features = g_new0(Features, 1);
                rows_init(&Features_rows, domain->features);
        }
        return domain->features;
}

static void settle_gic(Domain *domain, const QemuCaps *caps)
{
        Features *features = domain->features;

        if (!domain_is_arm_virt(domain))
                return;
        if (!features || !features->gic) {
                features = need_features(domain);
                features->gic = true;
        }
        if (!features->gic_version)
                features->gic_version = best_gic(domain, caps);
}

void qemu_settle_features(Domain *domain, const QemuContext *context)
{
        settle_gic(domain, context->caps);
}

/* NUMA: processors that no cell names belong to the first. */

static bool cell_has(const Domain *domain, unsigned vcpu)
{
        for (size_t i = 0; i < domain->cpu->n_cells; i++)
                if (domain->cpu->cells[i].cpus && bitmap_get(domain->cpu->cells[i].cpus, vcpu))
                        return true;
        return false;
}

static void give_cpus(Domain *domain)
{
        NumaCell *first = &domain->cpu->cells[0];

        for (unsigned vcpu = 0; vcpu < domain->vcpu_max; vcpu++) {
                if (cell_has(domain, vcpu))
                        continue;
                if (!first->cpus)
                        first->cpus = bitmap_new(domain->vcpu_max);
                bitmap_set(first->cpus, vcpu, true);
        }
}

/* Memory can be plugged into cells only. */
static void add_cell(Domain *domain)
{
        NumaCell *cell;

        if (!domain->cpu) {
                domain->cpu = g_new0(Cpu, 1);
                rows_init(&Cpu_rows, domain->cpu);
        }
        cell = rows_list_insert(&NumaCell_rows, &domain->cpu->cells, &domain->cpu->n_cells, 0);
        cell->id = (OptUint){ .set = true };
        cell->memory_kib = domain->memory_kib;
        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                MemoryDevice *device = &domain->memory_devices[i];

                cell->memory_kib -= MIN(cell->memory_kib, device->size_kib);
                if (!device->node.set)
                        device->node = (OptUint){ .set = true };
        }
}

int qemu_settle_numa(Domain *domain, const QemuContext *context, Error *err)
{
        bool cells = domain->cpu && domain->cpu->n_cells > 0;

        if (context->fresh && !cells && domain->max_memory_slots > 0 && domain->memory_kib > 0) {
                add_cell(domain);
                cells = true;
        }
        if (cells && domain->vcpu_max > 0 && domain->vcpu_max < 65536)
                give_cpus(domain);
        return 0;
}
