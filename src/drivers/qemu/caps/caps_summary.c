/* See caps.h: from what a binary told to the summary of it, and back. */
#include "caps/caps.h"

#include <string.h>

/* Of the host's CPU with everything, also what only this host has. */
#define HYPERV_QUESTION                                                                                                \
        "{\"type\":\"full\",\"model\":{\"name\":\"host\",\"props\":{\"migratable\":false,\"hv-passthrough\":true}}}"

static YesNo yes_or_absent(const Json *object, const char *key)
{
        bool value = false;

        return json_get_bool(object, key, &value) && value ? YESNO_YES : YESNO_ABSENT;
}

static SummaryItem *add_item(QemuSummary *summary, SummaryItemKind kind, SummaryAccel accel, const char *name)
{
        SummaryItem *item = rows_list_insert(&SummaryItem_rows, &summary->items, &summary->n_items, summary->n_items);

        item->kind = kind;
        item->accel = accel;
        item->name = g_strdup(name);
        return item;
}

static Json *expansion_arguments(const char *type, const char *name, bool all)
{
        Json *arguments = json_object();
        Json *model = json_object();

        json_set(arguments, "type", json_string(type));
        json_set(arguments, "model", model);
        json_set(model, "name", json_string(name));
        if (all) {
                Json *props = json_object();

                json_set(model, "props", props);
                json_set(props, "migratable", json_bool(false));
        }
        return arguments;
}

Json *qemu_expansion_question(unsigned n, bool emulated)
{
        const char *name = emulated ? "max" : "host";

        switch (n) {
        case 0: return expansion_arguments("static", name, false);
        case 1: return expansion_arguments("static", name, true);
        case 2: return expansion_arguments("full", name, false);
        case 3: return emulated ? NULL : json_parse(HYPERV_QUESTION, strlen(HYPERV_QUESTION), NULL);
        default: return NULL;
        }
}

/* The answer about CPU @name as it is expanded to @type; with what does not migrate when @all. */
static const Json *expansion(const Json *answers, const char *type, const char *name, bool all)
{
        g_autoptr(Json) arguments = expansion_arguments(type, name, all);
        g_autofree char *key = NULL;

        key = qemu_question_key("query-cpu-model-expansion", arguments);
        return json_get(json_get(answers, key), "model");
}

typedef struct Properties {
        SummaryItem *item;
        const Json *migratable; /* the same CPU with what can migrate only; NULL: unknown */
} Properties;

static void add_property(const char *name, Json *value, void *opaque)
{
        Properties *to = opaque;
        SummaryProperty *property;
        bool on = false, migrates = false;
        bool boolean = json_is_bool(value, &on);

        if (!boolean && !json_text(value) && !json_is_number(value))
                return;
        property = rows_list_insert(&SummaryProperty_rows, &to->item->properties, &to->item->n_properties,
                                    to->item->n_properties);
        property->name = g_strdup(name);
        property->type = boolean ? SUMMARY_BOOLEAN : json_text(value) ? SUMMARY_STRING : SUMMARY_NUMBER;
        property->value = json_text(value) ? g_strdup(json_text(value)) : json_format(value, false);
        if (!boolean || !on || !to->migratable)
                return;
        json_get_bool(to->migratable, name, &migrates);
        property->migratable = migrates ? YESNO_YES : YESNO_NO;
}

static void add_host_cpu(QemuSummary *summary, SummaryAccel accel, const Json *answers)
{
        const char *name = accel == SUMMARY_TCG ? "max" : "host";
        const Json *model = expansion(answers, "static", name, false);
        const Json *all = expansion(answers, "static", name, true);
        Properties to = { NULL };

        if (!model)
                model = expansion(answers, "full", name, false);
        if (!model)
                return;
        to.item = add_item(summary, SUMMARY_HOST_CPU, accel, NULL);
        to.item->model = g_strdup(json_get_string(model, "name"));
        to.item->migratability = all ? YESNO_YES : YESNO_NO;
        to.migratable = all ? json_get(model, "props") : NULL;
        json_each(json_get(all ? all : model, "props"), add_property, &to);
}

static void add_cpu(QemuSummary *summary, const QemuCaps *caps, SummaryAccel accel, const Json *from)
{
        const Json *missing = json_get(from, "unavailable-features");
        SummaryItem *item = add_item(summary, SUMMARY_CPU, accel, NULL);

        item->name = qemu_caps_cpu_name(caps, json_get_string(from, "name"));
        /* Of abstract types QEMU tells an empty name. */
        if (json_get_string(from, "typename") && json_get_string(from, "typename")[0])
                item->type_name = g_strdup(json_get_string(from, "typename"));
        item->deprecated = yes_or_absent(from, "deprecated");
        if (!missing)
                return;
        item->usable = json_length(missing) == 0 ? YESNO_YES : YESNO_NO;
        for (size_t i = 0; i < json_length(missing); i++) {
                SummaryBlocker *blocker = rows_list_insert(&SummaryBlocker_rows, &item->blockers, &item->n_blockers, i);

                blocker->name = g_strdup(json_text(json_at(missing, i)));
        }
}

static void add_machine(QemuSummary *summary, SummaryAccel accel, const Json *from)
{
        SummaryItem *item = add_item(summary, SUMMARY_MACHINE, accel, json_get_string(from, "name"));
        uint64_t max = 0;
        bool acpi = false;

        item->alias = g_strdup(json_get_string(from, "alias"));
        item->hotplug_cpus = yes_or_absent(from, "hotpluggable-cpus");
        item->max_cpus.set = json_get_uint(from, "cpu-max", &max);
        item->max_cpus.value = (unsigned)MIN(max, UINT32_MAX);
        item->is_default = yes_or_absent(from, "is-default");
        item->default_cpu = g_strdup(json_get_string(from, "default-cpu-type"));
        item->numa_mem = yes_or_absent(from, "numa-mem-supported");
        item->ram_id = g_strdup(json_get_string(from, "default-ram-id"));
        item->deprecated = yes_or_absent(from, "deprecated");
        if (json_get_bool(from, "acpi", &acpi))
                item->acpi = acpi ? YESNO_YES : YESNO_NO;
}

static void add_machines(QemuSummary *summary, const QemuCaps *caps, SummaryAccel accel, const Json *machines)
{
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; i < json_length(machines); i++) {
                        const Json *machine = json_at(machines, i);
                        const char *name = json_get_string(machine, "name");

                        if (name && strcmp(name, "none") != 0 && qemu_caps_prefers(caps, machine) == (pass == 0))
                                add_machine(summary, accel, machine);
                }
}

/* What one accelerator has of its own. */
static void add_session(QemuSummary *summary, const QemuCaps *caps, SummaryAccel accel, const Json *answers)
{
        const Json *cpus = json_get(answers, "query-cpu-definitions");

        add_host_cpu(summary, accel, answers);
        for (size_t i = 0; i < json_length(cpus); i++)
                if (json_get_string(json_at(cpus, i), "name"))
                        add_cpu(summary, caps, accel, json_at(cpus, i));
        add_machines(summary, caps, accel, json_get(answers, "query-machines"));
}

static void add_gics(QemuSummary *summary, const Json *gics)
{
        for (size_t i = 0; i < json_length(gics); i++) {
                SummaryGic *gic = rows_list_insert(&SummaryGic_rows, &summary->gics, &summary->n_gics, i);
                uint64_t version = 0;

                json_get_uint(json_at(gics, i), "version", &version);
                gic->version = (unsigned)version;
                gic->kernel = yes_or_absent(json_at(gics, i), "kernel") ? YESNO_YES : YESNO_NO;
                gic->emulated = yes_or_absent(json_at(gics, i), "emulated") ? YESNO_YES : YESNO_NO;
        }
}

static void add_sev(QemuSummary *summary, const Json *answer)
{
        uint64_t cbitpos = 0, bits = 0;

        if (!json_get_uint(answer, "cbitpos", &cbitpos) || !json_get_uint(answer, "reduced-phys-bits", &bits))
                return;
        summary->sev = g_new0(struct SummarySev, 1);
        summary->sev->cbitpos = (unsigned)cbitpos;
        summary->sev->reduced_phys_bits = (unsigned)bits;
        summary->sev->pdh = g_strdup(json_get_string(answer, "pdh"));
        summary->sev->cert_chain = g_strdup(json_get_string(answer, "cert-chain"));
        summary->sev->cpu0_id = g_strdup(json_get_string(answer, "cpu0-id"));
}

static YesNo yes_or_no(const Json *object, const char *key)
{
        return yes_or_absent(object, key) ? YESNO_YES : YESNO_NO;
}

static void add_sgx(QemuSummary *summary, const Json *answer)
{
        const Json *sections = json_get(answer, "sections");
        uint64_t size = 0;

        if (!answer)
                return;
        summary->sgx = g_new0(struct SgxCapability, 1);
        summary->sgx->supported = YESNO_YES;
        summary->sgx->flc = yes_or_no(answer, "flc");
        summary->sgx->sgx1 = yes_or_no(answer, "sgx1");
        summary->sgx->sgx2 = yes_or_no(answer, "sgx2");
        json_get_uint(answer, "section-size", &size);
        summary->sgx->section_size_kib = size / 1024;
        for (size_t i = 0; i < json_length(sections); i++) {
                SgxSection *section =
                        rows_list_insert(&SgxSection_rows, &summary->sgx->sections, &summary->sgx->n_sections, i);
                uint64_t node = 0;

                json_get_uint(json_at(sections, i), "node", &node);
                json_get_uint(json_at(sections, i), "size", &size);
                section->node = (unsigned)node;
                section->size_kib = size / 1024;
        }
}

static bool is_on(const Json *value)
{
        g_autofree char *number = json_is_number(value) ? json_format(value, false) : NULL;
        bool on = false;

        if (number)
                return strcmp(number, "0") != 0;
        return json_is_bool(value, &on) ? on : json_text(value) != NULL;
}

/* What the host can do for guests that are made for Microsoft's hypervisor: those of QEMU's properties that can be said
 * in a domain. */
static void add_hyperv(QemuSummary *summary, const Json *answers)
{
        static const char *const names[] = { "relaxed",         "vapic",    "spinlocks", "vpindex",   "runtime",
                                             "synic",           "stimer",   "reset",     "vendor_id", "frequencies",
                                             "reenlightenment", "tlbflush", "ipi",       "evmcs",     "avic" };
        g_autoptr(Json) arguments = json_parse(HYPERV_QUESTION, strlen(HYPERV_QUESTION), NULL);
        g_autofree char *key = qemu_question_key("query-cpu-model-expansion", arguments);
        const Json *props = json_get(json_get(json_get(answers, key), "model"), "props");

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
                g_autofree char *name = g_strconcat("hv-", names[i], NULL);
                SummaryHypervCap *cap;

                if (!is_on(json_get(props, g_strdelimit(name, "_", '-'))))
                        continue;
                if (!summary->hyperv)
                        summary->hyperv = g_new0(struct SummaryHyperv, 1);
                summary->hyperv->supported = YESNO_YES;
                cap = rows_list_insert(&SummaryHypervCap_rows, &summary->hyperv->caps, &summary->hyperv->n_caps,
                                       summary->hyperv->n_caps);
                cap->name = g_strdup(names[i]);
        }
}

QemuSummary *qemu_caps_summary(const QemuCaps *caps, const Json *answers, unsigned microcode)
{
        QemuSummary *summary = qemu_summary_new();
        const Json *second = json_get(answers, "tcg");
        SummaryAccel accel = qemu_caps_has_flag(caps, QEMU_HAS_KVM)   ? SUMMARY_KVM
                             : qemu_caps_has_flag(caps, QEMU_HAS_HVF) ? SUMMARY_HVF
                                                                      : SUMMARY_TCG;

        summary->emulator = g_strdup(caps->binary);
        for (int flag = 0; flag < QEMU_FLAG_MAX_; flag++) {
                SummaryFlag *row;

                if (!qemu_caps_has_flag(caps, flag))
                        continue;
                row = rows_list_insert(&SummaryFlag_rows, &summary->flags, &summary->n_flags, summary->n_flags);
                row->name = g_strdup(qemu_flag_name(flag));
        }
        summary->version = caps->version;
        /* An emulated CPU does not depend on the host's. */
        summary->microcode = accel == SUMMARY_TCG ? 0 : microcode;
        summary->package = g_strdup(caps->package);
        summary->arch = g_strdup(caps->arch->name);
        add_session(summary, caps, accel, answers);
        if (second)
                add_session(summary, caps, SUMMARY_TCG, second);
        add_gics(summary, json_get(answers, "query-gic-capabilities"));
        add_sev(summary, json_get(answers, "query-sev-capabilities"));
        add_sgx(summary, json_get(answers, "query-sgx-capabilities"));
        add_hyperv(summary, answers);
        return summary;
}

/* The way back */

static void take_flags(QemuCaps *caps, const QemuSummary *summary)
{
        for (size_t i = 0; i < summary->n_flags; i++)
                if (qemu_caps_force(caps, summary->flags[i].name, true) != 0)
                        qemu_caps_take_older(caps, summary->flags[i].name);
        caps->kvm_built_in = qemu_caps_has_flag(caps, QEMU_HAS_KVM);
        caps->hvf = qemu_caps_has_flag(caps, QEMU_HAS_HVF);
}

static void take_cpu(GPtrArray *cpus, const SummaryItem *item)
{
        QemuCpuModel *cpu = g_new0(QemuCpuModel, 1);

        cpu->name = g_strdup(item->name);
        cpu->type = g_strdup(item->type_name);
        cpu->usable = item->usable == YESNO_YES;
        cpu->deprecated = item->deprecated == YESNO_YES;
        g_ptr_array_add(cpus, cpu);
}

static void take_machine(QemuCaps *caps, const SummaryItem *item)
{
        QemuMachine *machine = g_new0(QemuMachine, 1);

        machine->name = g_strdup(item->name);
        machine->alias = g_strdup(item->alias);
        machine->default_cpu = g_strdup(item->default_cpu);
        machine->ram_id = g_strdup(item->ram_id);
        machine->max_cpus = MIN(item->max_cpus.value, 65536);
        machine->is_default = item->is_default == YESNO_YES;
        machine->deprecated = item->deprecated == YESNO_YES;
        machine->hotplug_cpus = item->hotplug_cpus == YESNO_YES;
        machine->numa_mem = item->numa_mem == YESNO_YES;
        machine->acpi = item->acpi == YESNO_YES;
        g_ptr_array_add(caps->machines, machine);
}

/* The same machine with the other accelerator. */
static void take_tcg_machine(QemuCaps *caps, const SummaryItem *item)
{
        for (guint i = 0; i < caps->machines->len; i++) {
                QemuMachine *machine = g_ptr_array_index(caps->machines, i);

                if (strcmp(machine->name, item->name) == 0 && !machine->tcg_cpu)
                        machine->tcg_cpu = g_strdup(item->default_cpu);
        }
}

static int take_item(QemuCaps *caps, SummaryAccel first, const SummaryItem *item, Error *err)
{
        bool second = item->accel != first;

        if (item->kind != SUMMARY_HOST_CPU && !item->name)
                return error_set(err, VIR_ERR_XML_ERROR, "a CPU or machine in the summary of %s has no name",
                                 caps->binary);
        if (item->kind == SUMMARY_CPU)
                take_cpu(second ? caps->tcg_cpus : caps->cpus, item);
        else if (item->kind == SUMMARY_MACHINE && second)
                take_tcg_machine(caps, item);
        else if (item->kind == SUMMARY_MACHINE)
                take_machine(caps, item);
        return 0;
}

QemuCaps *qemu_caps_from_summary(const QemuSummary *summary, Error *err)
{
        g_autoptr(QemuCaps) caps = qemu_caps_new(summary->emulator);

        caps->arch = qemu_arch_named(summary->arch);
        if (!caps->arch)
                return error_null(err, VIR_ERR_XML_ERROR, "unknown arch %s in QEMU capabilities cache", summary->arch);
        caps->version = summary->version;
        g_free(caps->package);
        caps->package = g_strdup(summary->package ? summary->package : "");
        take_flags(caps, summary);
        for (size_t i = 0; i < summary->n_items; i++)
                if (take_item(caps, summary->items[0].accel, &summary->items[i], err) < 0)
                        return NULL;
        for (size_t i = 0; i < summary->n_gics; i++) {
                const SummaryGic *gic = &summary->gics[i];

                if (gic->version > 15)
                        return error_null(err, VIR_ERR_XML_ERROR, "no GIC has the version %u", gic->version);
                caps->gic_kvm |= gic->kernel == YESNO_YES ? 1U << gic->version : 0;
                caps->gic_tcg |= gic->emulated == YESNO_YES ? 1U << gic->version : 0;
        }
        caps->summary = qemu_summary_copy(summary);
        return g_steal_pointer(&caps);
}
