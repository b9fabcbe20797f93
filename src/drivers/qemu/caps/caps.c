/* See caps.h: the set itself, and how QEMU's answers fill it. */
#define LOG_SOURCE "qemu.caps"
#include "caps/caps.h"

#include <string.h>

#include "conf/qemu_namespace.h"
#include "util/auto.h"

QemuCaps *qemu_caps_ref(QemuCaps *caps)
{
        g_atomic_int_inc(&caps->refs);
        return caps;
}

static void machine_free(void *opaque)
{
        QemuMachine *machine = opaque;

        g_free(machine->name);
        g_free(machine->alias);
        g_free(machine->default_cpu);
        g_free(machine->tcg_cpu);
        g_free(machine->ram_id);
        g_free(machine);
}

static void cpu_free(void *opaque)
{
        QemuCpuModel *cpu = opaque;

        g_free(cpu->name);
        g_free(cpu->type);
        g_free(cpu);
}

QemuCaps *qemu_caps_new(const char *binary)
{
        QemuCaps *caps = g_new0(QemuCaps, 1);

        caps->refs = 1;
        caps->binary = g_strdup(binary);
        caps->package = g_strdup("");
        caps->machines = g_ptr_array_new_with_free_func(machine_free);
        caps->cpus = g_ptr_array_new_with_free_func(cpu_free);
        caps->tcg_cpus = g_ptr_array_new_with_free_func(cpu_free);
        caps->properties = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        caps->types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        caps->commands = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        caps->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        return caps;
}

QemuCaps *qemu_caps_unref(QemuCaps *caps)
{
        if (!caps || !g_atomic_int_dec_and_test(&caps->refs))
                return NULL;
        g_free(caps->binary);
        g_free(caps->package);
        g_ptr_array_unref(caps->machines);
        g_ptr_array_unref(caps->cpus);
        g_ptr_array_unref(caps->tcg_cpus);
        g_hash_table_unref(caps->properties);
        g_hash_table_unref(caps->types);
        g_hash_table_unref(caps->commands);
        g_hash_table_unref(caps->options);
        qemu_summary_free(caps->summary);
        g_free(caps);
        return NULL;
}

/* Only types change with flags; the rest is shared. */
static GHashTable *copy_types(GHashTable *types)
{
        GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        GHashTableIter iter;
        gpointer name;

        g_hash_table_iter_init(&iter, types);
        while (g_hash_table_iter_next(&iter, &name, NULL))
                g_hash_table_add(copy, g_strdup(name));
        return copy;
}

static QemuCaps *caps_copy(const QemuCaps *caps)
{
        QemuCaps *copy = g_memdup2(caps, sizeof(*caps));

        copy->refs = 1;
        copy->binary = g_strdup(caps->binary);
        copy->package = g_strdup(caps->package);
        g_ptr_array_ref(copy->machines);
        g_ptr_array_ref(copy->cpus);
        g_ptr_array_ref(copy->tcg_cpus);
        g_hash_table_ref(copy->properties);
        g_hash_table_ref(copy->commands);
        g_hash_table_ref(copy->options);
        copy->types = copy_types(caps->types);
        copy->summary = caps->summary ? qemu_summary_copy(caps->summary) : NULL;
        return copy;
}

QemuCaps *qemu_caps_of_domain(QemuCaps *caps, const Domain *domain)
{
        const QemuNamespace *own = domain->extra.space == &qemu_namespace ? domain->extra.content : NULL;
        QemuCaps *copy;

        if (!own || (own->n_capabilities_added == 0 && own->n_capabilities_removed == 0))
                return qemu_caps_ref(caps);
        copy = caps_copy(caps);
        /* Names that are not known are of times past: nothing depends on them any more. */
        for (size_t i = 0; i < own->n_capabilities_added; i++)
                if (own->capabilities_added[i].name)
                        qemu_caps_force(copy, own->capabilities_added[i].name, true);
        for (size_t i = 0; i < own->n_capabilities_removed; i++)
                if (own->capabilities_removed[i].name)
                        qemu_caps_force(copy, own->capabilities_removed[i].name, false);
        return copy;
}

bool qemu_caps_has_type(const QemuCaps *caps, const char *name)
{
        return g_hash_table_contains(caps->types, name);
}

bool qemu_caps_has_command(const QemuCaps *caps, const char *name)
{
        return g_hash_table_contains(caps->commands, name);
}

bool qemu_caps_has_option(const QemuCaps *caps, const char *name)
{
        return g_hash_table_contains(caps->options, name);
}

const QemuMachine *qemu_caps_machine(const QemuCaps *caps, const char *name)
{
        for (guint i = 0; i < caps->machines->len; i++) {
                const QemuMachine *machine = g_ptr_array_index(caps->machines, i);

                if (strcmp(machine->name, name) == 0 || g_strcmp0(machine->alias, name) == 0)
                        return machine;
        }
        return NULL;
}

bool qemu_caps_prefers(const QemuCaps *caps, const Json *machine)
{
        static const char *const targets[] = { "arm", "aarch64", "riscv32", "riscv64", "loongarch64", NULL };
        bool is_default = false;

        if (caps->arch && g_strv_contains(targets, caps->arch->target))
                return g_strcmp0(json_get_string(machine, "alias"), "virt") == 0 ||
                       g_strcmp0(json_get_string(machine, "name"), "virt") == 0;
        json_get_bool(machine, "is-default", &is_default);
        return is_default;
}

const QemuMachine *qemu_caps_preferred_machine(const QemuCaps *caps)
{
        return caps->machines->len > 0 ? g_ptr_array_index(caps->machines, 0) : NULL;
}

const QemuCpuModel *qemu_caps_cpu(const QemuCaps *caps, const char *name)
{
        for (guint i = 0; i < caps->cpus->len; i++) {
                const QemuCpuModel *cpu = g_ptr_array_index(caps->cpus, i);

                if (strcmp(cpu->name, name) == 0)
                        return cpu;
        }
        return NULL;
}

static const char *cpu_of_type(const GPtrArray *cpus, const char *type)
{
        for (guint i = 0; i < cpus->len; i++) {
                const QemuCpuModel *cpu = g_ptr_array_index(cpus, i);

                if (g_strcmp0(cpu->type, type) == 0)
                        return cpu->name;
        }
        return NULL;
}

const char *qemu_caps_default_cpu(const QemuCaps *caps, const QemuMachine *machine, bool emulated)
{
        const char *type = emulated && machine->tcg_cpu ? machine->tcg_cpu : machine->default_cpu;

        return type ? cpu_of_type(emulated && caps->tcg_cpus->len ? caps->tcg_cpus : caps->cpus, type) : NULL;
}

static int strange(const QemuCaps *caps, const char *command, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s answers '%s' in a form that is not understood", caps->binary,
                         command);
}

static int take_version(QemuCaps *caps, const Json *reply, Error *err)
{
        const Json *qemu = json_get(reply, "qemu");
        const char *package = json_get_string(reply, "package");
        uint64_t major = 0, minor = 0, micro = 0;

        if (!json_get_uint(qemu, "major", &major) || !json_get_uint(qemu, "minor", &minor) ||
            !json_get_uint(qemu, "micro", &micro) || major > 1000 || minor > 999 || micro > 999)
                return strange(caps, "query-version", err);
        caps->version = (unsigned)(major * 1000000 + minor * 1000 + micro);
        g_free(caps->package);
        caps->package = g_strdup(package ? package : "");
        return 0;
}

static int take_target(QemuCaps *caps, const Json *reply, Error *err)
{
        const char *target = json_get_string(reply, "arch");

        caps->arch = target ? qemu_arch_of_target(target) : NULL;
        if (!caps->arch)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s is for the unknown architecture '%s'", caps->binary,
                                 target ? target : "");
        return 0;
}

static int take_kvm(QemuCaps *caps, const Json *reply, Error *err)
{
        json_get_bool(reply, "present", &caps->kvm_built_in);
        return 0;
}

static int take_machine(QemuCaps *caps, const Json *item, Error *err)
{
        QemuMachine *machine;
        const char *name = json_get_string(item, "name");
        uint64_t max_cpus = 0;

        if (!name)
                return strange(caps, "query-machines", err);
        /* "none" is the machine we asked on; it runs nothing. */
        if (strcmp(name, "none") == 0)
                return 0;
        machine = g_new0(QemuMachine, 1);
        json_get_uint(item, "cpu-max", &max_cpus);
        json_get_bool(item, "is-default", &machine->is_default);
        json_get_bool(item, "deprecated", &machine->deprecated);
        json_get_bool(item, "hotpluggable-cpus", &machine->hotplug_cpus);
        json_get_bool(item, "numa-mem-supported", &machine->numa_mem);
        json_get_bool(item, "acpi", &machine->acpi);
        machine->name = g_strdup(name);
        machine->alias = g_strdup(json_get_string(item, "alias"));
        machine->default_cpu = g_strdup(json_get_string(item, "default-cpu-type"));
        machine->ram_id = g_strdup(json_get_string(item, "default-ram-id"));
        machine->max_cpus = (unsigned)MIN(max_cpus, 65536);
        g_ptr_array_insert(caps->machines, qemu_caps_prefers(caps, item) ? 0 : -1, machine);
        return 0;
}

static int take_machines(QemuCaps *caps, const Json *reply, Error *err)
{
        for (size_t i = 0; i < json_length(reply); i++)
                if (take_machine(caps, json_at(reply, i), err) < 0)
                        return -1;
        return 0;
}

/* Users know the processors of POWER by names in capitals. */
char *qemu_caps_cpu_name(const QemuCaps *caps, const char *name)
{
        if (caps->arch && strcmp(caps->arch->target, "ppc64") == 0 && g_str_has_prefix(name, "power") &&
            g_ascii_isdigit(name[5]) && strspn(name + 5, "0123456789") == strlen(name + 5))
                return g_ascii_strup(name, -1);
        return g_strdup(name);
}

static int add_cpus(const QemuCaps *caps, GPtrArray *cpus, const Json *reply, Error *err)
{
        for (size_t i = 0; i < json_length(reply); i++) {
                const Json *item = json_at(reply, i);
                const char *name = json_get_string(item, "name");
                const Json *missing = json_get(item, "unavailable-features");
                QemuCpuModel *cpu;

                if (!name)
                        return strange(caps, "query-cpu-definitions", err);
                cpu = g_new0(QemuCpuModel, 1);
                cpu->name = qemu_caps_cpu_name(caps, name);
                cpu->type = g_strdup(json_get_string(item, "typename"));
                cpu->usable = missing && json_length(missing) == 0;
                json_get_bool(item, "deprecated", &cpu->deprecated);
                g_ptr_array_add(cpus, cpu);
        }
        return 0;
}

static int take_cpus(QemuCaps *caps, const Json *reply, Error *err)
{
        return add_cpus(caps, caps->cpus, reply, err);
}

static void take_names(GHashTable *set, const Json *list)
{
        for (size_t i = 0; i < json_length(list); i++) {
                const char *name = json_get_string(json_at(list, i), "name");

                if (name)
                        g_hash_table_add(set, g_strdup(name));
        }
}

static int take_types(QemuCaps *caps, const Json *reply, Error *err)
{
        take_names(caps->types, reply);
        return 0;
}

static int take_commands(QemuCaps *caps, const Json *reply, Error *err)
{
        take_names(caps->commands, reply);
        return 0;
}

static int take_options(QemuCaps *caps, const Json *reply, Error *err)
{
        for (size_t i = 0; i < json_length(reply); i++) {
                const Json *item = json_at(reply, i);
                const char *option = json_get_string(item, "option");
                const Json *parameters = json_get(item, "parameters");

                if (!option)
                        return strange(caps, "query-command-line-options", err);
                g_hash_table_add(caps->options, g_strdup(option));
                for (size_t j = 0; j < json_length(parameters); j++) {
                        const char *name = json_get_string(json_at(parameters, j), "name");

                        if (name)
                                g_hash_table_add(caps->options, g_strconcat(option, ".", name, NULL));
                }
        }
        return 0;
}

static int take_schema(QemuCaps *caps, const Json *reply, Error *err)
{
        for (size_t i = 0; i < json_length(reply); i++) {
                const Json *item = json_at(reply, i);
                const char *name = json_get_string(item, "name");

                if (name && g_strcmp0(json_get_string(item, "meta-type"), "command") == 0)
                        g_hash_table_add(caps->commands, g_strdup(name));
        }
        return 0;
}

/* The flags are all that comes from it. */
static int take_nothing(QemuCaps *caps, const Json *reply, Error *err)
{
        return 0;
}

static int take_gic(QemuCaps *caps, const Json *reply, Error *err)
{
        for (size_t i = 0; i < json_length(reply); i++) {
                const Json *item = json_at(reply, i);
                uint64_t version = 0;
                bool kernel = false, emulated = false;

                if (!json_get_uint(item, "version", &version) || version > 15)
                        return strange(caps, "query-gic-capabilities", err);
                json_get_bool(item, "kernel", &kernel);
                json_get_bool(item, "emulated", &emulated);
                caps->gic_kvm |= kernel ? 1U << version : 0;
                caps->gic_tcg |= emulated ? 1U << version : 0;
        }
        return 0;
}

static int take_properties(QemuCaps *caps, const char *type, const Json *reply)
{
        for (size_t i = 0; i < json_length(reply); i++) {
                const Json *item = json_at(reply, i);
                const char *name = json_get_string(item, "name");
                bool preset;

                if (!name)
                        continue;
                g_hash_table_add(caps->properties, g_strconcat(type, ".", name, NULL));
                if (json_get_bool(item, "default-value", &preset))
                        g_hash_table_add(caps->properties,
                                         g_strconcat(type, ".", name, preset ? "=true" : "=false", NULL));
        }
        return 0;
}

char *qemu_question_key(const char *command, const Json *arguments)
{
        const char *type = json_get_string(arguments, "typename");
        g_autofree char *text = arguments && !type ? json_format(arguments, false) : NULL;

        return arguments ? g_strdup_printf("%s:%s", command, type ? type : text) : g_strdup(command);
}

static const QemuQuestion fixed_questions[] = {
        { .command = "query-version", .take = take_version },
        { .command = "query-target", .take = take_target },
        { .command = "query-kvm", .take = take_kvm },
        { .command = "query-machines", .take = take_machines },
        { .command = "query-cpu-definitions", .optional = true, .take = take_cpus },
        { .command = "qom-list-types", .take = take_types },
        { .command = "query-commands", .optional = true, .take = take_commands },
        { .command = "query-qmp-schema", .optional = true, .take = take_schema },
        { .command = "query-command-line-options", .take = take_options },
        { .command = "query-gic-capabilities", .optional = true, .take = take_gic },
        { .command = "query-tpm-models", .optional = true, .take = take_nothing },
        { .command = "query-tpm-types", .optional = true, .take = take_nothing },
        { .command = "query-migrate-capabilities", .optional = true, .take = take_nothing },
        { .command = "query-sev-capabilities", .optional = true, .take = take_nothing },
        { .command = "query-sgx-capabilities", .optional = true, .take = take_nothing },
};

static void add_question(const char *command, const char *type, void *opaque)
{
        QemuQuestion question = { .command = command, .type = g_strdup(type), .optional = true };

        g_array_append_val((GArray *)opaque, question);
}

static void *make_questions(void *opaque)
{
        GArray *all = g_array_new(false, true, sizeof(QemuQuestion));

        g_array_append_vals(all, fixed_questions, ARRAY_SIZE(fixed_questions));
        qemu_caps_each_type(add_question, all);
        return all;
}

const QemuQuestion *qemu_questions(size_t *ret_n)
{
        static GOnce once = G_ONCE_INIT;
        const GArray *all = g_once(&once, make_questions, NULL);

        *ret_n = all->len;
        return &g_array_index(all, QemuQuestion, 0);
}

/* The type of the machine that @alias stands for. */
static char *type_of_machine(const Json *machines, const char *alias)
{
        for (size_t i = 0; i < json_length(machines); i++) {
                const char *name = json_get_string(json_at(machines, i), "name");
                const char *other = json_get_string(json_at(machines, i), "alias");

                if (name && (strcmp(name, alias) == 0 || g_strcmp0(other, alias) == 0))
                        return g_strconcat(name, "-machine", NULL);
        }
        return NULL;
}

const char *qemu_question_command(const QemuQuestion *question)
{
        return question->command ? question->command : "qom-list-properties";
}

Json *qemu_question_arguments(const QemuQuestion *question, const Json *answers)
{
        g_autofree char *type = question->command
                                        ? g_strdup(question->type)
                                        : type_of_machine(json_get(answers, "query-machines"), question->type);
        Json *arguments = type ? json_object() : NULL;

        if (arguments)
                json_set(arguments, "typename", json_string(type));
        return arguments;
}

/* What is different without an accelerator. */
static int take_emulation(QemuCaps *caps, const Json *answers, Error *err)
{
        const Json *machines = json_get(answers, "query-machines");

        if (add_cpus(caps, caps->tcg_cpus, json_get(answers, "query-cpu-definitions"), err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(machines); i++) {
                const Json *item = json_at(machines, i);
                const char *name = json_get_string(item, "name");

                for (guint k = 0; name && k < caps->machines->len; k++) {
                        QemuMachine *machine = g_ptr_array_index(caps->machines, k);

                        if (strcmp(machine->name, name) == 0 && !machine->tcg_cpu)
                                machine->tcg_cpu = g_strdup(json_get_string(item, "default-cpu-type"));
                }
        }
        return 0;
}

static int take_answer(QemuCaps *caps, const QemuQuestion *question, const Json *answers, Error *err)
{
        g_autoptr(Json) arguments = qemu_question_arguments(question, answers);
        g_autofree char *key = qemu_question_key(qemu_question_command(question), arguments);
        const Json *reply = json_get(answers, key);

        if (!reply && question->optional)
                return 0;
        if (!reply)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s did not answer '%s'", caps->binary, key);
        return question->take ? question->take(caps, reply, err) : take_properties(caps, question->type, reply);
}

QemuCaps *qemu_caps_from_answers(const char *binary, const Json *answers, Error *err)
{
        g_autoptr(QemuCaps) caps = qemu_caps_new(binary);
        size_t n = 0;
        const QemuQuestion *questions = qemu_questions(&n);

        for (size_t i = 0; i < n; i++)
                if (take_answer(caps, &questions[i], answers, err) < 0)
                        return NULL;
        caps->hvf = qemu_caps_has_type(caps, "hvf-accel");
        qemu_caps_recognise(caps, answers);
        if (take_emulation(caps, json_get(answers, "tcg"), err) < 0)
                return NULL;
        caps->summary = qemu_caps_summary(caps, answers, 0);
        return g_steal_pointer(&caps);
}
