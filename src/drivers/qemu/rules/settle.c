/* See settle.h: the order of things. */
#include "rules/settle.h"

#include <string.h>

#include "conf/domain_threads.h"
#include "conf/qemu_namespace.h"

int disk_index_of(const char *target)
{
        return disk_target_number(target);
}

static int settle_emulator(Domain *domain, const QemuContext *context, Error *err)
{
        const QemuArch *host = qemu_arch_of_host();

        if (!domain->os.type)
                return error_set(err, VIR_ERR_XML_ERROR, "an os <type> must be specified");
        if (strcmp(domain->os.type, "hvm") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the QEMU driver does not run guests of OS type '%s'",
                                 domain->os.type);
        if (domain->type != VIRT_QEMU && domain->type != VIRT_KVM && domain->type != VIRT_HVF)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the QEMU driver does not run domains of type '%s'",
                                 enum_text(VirtType, domain->type));
        if (!domain->os.arch)
                domain->os.arch = g_strdup(host ? host->name : "x86_64");
        if (!qemu_arch_named(domain->os.arch))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown architecture '%s'", domain->os.arch);
        if (!domain->emulator)
                domain->emulator = (context->find_binary ? context->find_binary : qemu_find_binary)(domain->os.arch);
        if (!domain->emulator)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "No emulator found for arch '%s' (install qemu-system-%s, or name one in <emulator>)",
                                 domain->os.arch, qemu_arch_named(domain->os.arch)->target);
        return 0;
}

static int settle_machine(Domain *domain, const QemuContext *context, Error *err)
{
        const QemuMachine *machine = domain->os.machine ? qemu_caps_machine(context->caps, domain->os.machine)
                                                        : qemu_caps_preferred_machine(context->caps);

        if (!machine && !domain->os.machine)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s has no default machine; name one in <os>",
                                 context->caps->binary);
        if (!machine)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Emulator '%s' does not support machine type '%s'",
                                 context->caps->binary, domain->os.machine);
        if (domain->os.machine && context->keep_machine_name)
                return 0;
        g_free(domain->os.machine);
        domain->os.machine = g_strdup(context->keep_machine_name && machine->alias ? machine->alias : machine->name);
        return 0;
}

void qemu_name_iothreads(Domain *domain)
{
        for (unsigned id = 1; domain->n_iothread_ids < domain->iothreads && id <= domain->iothreads; id++) {
                Iothread *thread;

                if (domain_find_iothread(domain, id) >= 0)
                        continue;
                thread = rows_list_insert(&Iothread_rows, &domain->iothread_ids, &domain->n_iothread_ids,
                                          domain->n_iothread_ids);
                thread->id = id;
                thread->implied = true;
        }
}

/* What is part of the machine stands before what its devices need: the common rules add that. */
/* Who writes cells says there how much memory there is: what is plugged comes on top. */
static void settle_sum(Domain *domain)
{
        uint64_t cells = 0, plugged = 0;

        for (size_t i = 0; domain->cpu && i < domain->cpu->n_cells; i++)
                cells += domain->cpu->cells[i].memory_kib;
        for (size_t i = 0; i < domain->n_memory_devices; i++)
                plugged += domain->memory_devices[i].size_kib;
        if (cells > 0)
                domain->memory_kib = cells + plugged;
}

static int settle_early(Domain *domain, unsigned flags, void *opaque, Error *err)
{
        QemuContext *context = opaque;

        context->inactive = flags & ROWS_INACTIVE;
        if (context->fresh)
                settle_sum(domain);
        if (settle_emulator(domain, context, err) < 0)
                return -1;
        if (!context->caps)
                context->caps = context->owned = context->caps_of(context->opaque, domain->emulator, err);
        if (!context->caps || settle_machine(domain, context, err) < 0)
                return -1;
        controllers_arrange(domain);
        qemu_settle_features(domain, context);
        if (qemu_settle_firmware(domain, context, err) < 0)
                return -1;
        if (qemu_settle_implied(domain, context, err) < 0 || qemu_settle_cpu(domain, context, err) < 0)
                return -1;
        qemu_settle_channels(domain, context);
        qemu_number_consoles(domain);
        qemu_settle_chardevs(domain);
        qemu_settle_controllers(domain, context);
        qemu_settle_graphics(domain, context);
        return 0;
}

/* A guest without confinement names the driver that does nothing. */
static void settle_seclabels(Domain *domain)
{
        for (size_t i = 0; i < domain->n_seclabels; i++)
                if (domain->seclabels[i].type == SECLABEL_NONE && !domain->seclabels[i].model)
                        domain->seclabels[i].model = g_strdup("none");
}

static int settle_late(Domain *domain, unsigned flags, void *opaque, Error *err)
{
        const QemuContext *context = opaque;

        if (qemu_settle_numa(domain, context, err) < 0 || qemu_settle_devices(domain, context, err) < 0)
                return -1;
        settle_seclabels(domain);
        qemu_settle_chardevs(domain);
        qemu_settle_graphics(domain, context);
        if (qemu_settle_addresses(domain, context, err) < 0)
                return -1;
        /* The first console has the address of its serial port. */
        qemu_settle_chardevs(domain);
        return 0;
}

static int check(const Domain *domain, void *opaque, Error *err)
{
        return qemu_check(domain, opaque, err);
}

const DomainRules qemu_rules = {
        .name = "QEMU",
        .space = &qemu_namespace,
        .features = DOMAIN_RULES_WIDE_SCSI | DOMAIN_RULES_MEMORY_HOTPLUG | DOMAIN_RULES_INDIVIDUAL_VCPUS |
                    DOMAIN_RULES_FIRMWARE | DOMAIN_RULES_USER_ALIAS,
        .early = settle_early,
        .settle = settle_late,
        .check = check,
        .migratable = qemu_make_migratable,
};

int qemu_settle(Domain *domain, QemuContext *context, unsigned flags, Error *err)
{
        return domain_settle_for(&qemu_rules, context, domain, flags, err);
}
