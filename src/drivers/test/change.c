/* Changes to the parts of an invented domain: memory, processors, iothreads, pins, block weights, metadata. */
#include "test.h"

#include <string.h>

#include "conf/metadata.h"
#include "conf/rows.h"
#include "vireo/events.h"

/* Runs @edit on the definitions that the job's flags mean. */
typedef int (*Edit)(Domain *definition, const void *input, Error *err);

static int edit_all(TestJob *job, Edit edit, Error *err)
{
        Domain *definitions[2];

        if (test_edit(job, job->flags, definitions, err) < 0)
                return -1;
        for (size_t i = 0; i < 2; i++)
                if (definitions[i] && edit(definitions[i], job->input, err) < 0)
                        return -1;
        return 0;
}

/* Memory and processors. */

typedef struct Amount {
        unsigned long long value;
        bool maximum;
} Amount;

static int memory_edit(Domain *definition, const void *input, Error *err)
{
        const Amount *amount = input;

        if (amount->maximum) {
                definition->memory_kib = amount->value;
                definition->current_memory_kib = MIN(definition->current_memory_kib, amount->value);
                return 0;
        }
        if (amount->value > definition->memory_kib)
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot set memory higher than max memory");
        definition->current_memory_kib = amount->value;
        return 0;
}

static int memory_job(TestJob *job, Error *err)
{
        const Amount *amount = job->input;

        if (amount->maximum && job->view->id >= 0 && !(job->flags & VIR_DOMAIN_AFFECT_CONFIG))
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "cannot resize the maximum memory on an active domain");
        return edit_all(job, memory_edit, err);
}

int test_set_memory(virDomainPtr domain, unsigned long memory, unsigned flags, Error *err)
{
        Amount amount = { memory, flags & VIR_DOMAIN_MEM_MAXIMUM };

        return test_change(domain, "set memory", flags, &amount, memory_job, err);
}

static int vcpus_edit(Domain *definition, const void *input, Error *err)
{
        const Amount *amount = input;

        if (amount->maximum) {
                definition->vcpu_max = amount->value;
                if (definition->vcpu_current > definition->vcpu_max)
                        definition->vcpu_current = definition->vcpu_max;
                return 0;
        }
        if (amount->value > definition->vcpu_max)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "requested vcpus is greater than max allowable vcpus for the domain: %llu > %u",
                                 amount->value, definition->vcpu_max);
        definition->vcpu_current = amount->value == definition->vcpu_max ? 0 : amount->value;
        return 0;
}

static int vcpus_job(TestJob *job, Error *err)
{
        return edit_all(job, vcpus_edit, err);
}

int test_set_vcpus(virDomainPtr domain, unsigned n, unsigned flags, Error *err)
{
        Amount amount = { n, flags & VIR_DOMAIN_VCPU_MAXIMUM };

        if (amount.maximum && (flags & VIR_DOMAIN_AFFECT_LIVE))
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "flags 'VIR_DOMAIN_VCPU_MAXIMUM' and 'VIR_DOMAIN_AFFECT_LIVE' "
                                 "are mutually exclusive");
        return test_change(domain, "set vcpus", flags, &amount, vcpus_job, err);
}

/* Metadata. */

typedef struct Metadata {
        int type;
        const char *text, *key, *uri;
} Metadata;

static void replace(char **text, const char *with)
{
        g_free(*text);
        *text = with && *with ? g_strdup(with) : NULL;
}

static int metadata_edit(Domain *definition, const void *input, Error *err)
{
        const Metadata *metadata = input;
        char *changed = NULL;

        if (metadata->type == VIR_DOMAIN_METADATA_DESCRIPTION) {
                replace(&definition->description, metadata->text);
                return 0;
        }
        if (metadata->type == VIR_DOMAIN_METADATA_TITLE) {
                replace(&definition->title, metadata->text);
                return 0;
        }
        if (metadata_replace(definition->metadata, metadata->uri, metadata->key, metadata->text, &changed, err) < 0)
                return -1;
        g_free(definition->metadata);
        definition->metadata = changed;
        return 0;
}

static int metadata_job(TestJob *job, Error *err)
{
        const Metadata *metadata = job->input;

        if (edit_all(job, metadata_edit, err) < 0)
                return -1;
        g_ptr_array_add(job->events,
                        event_domain_metadata_change(domain_entry_name(job->entry), domain_entry_uuid(job->entry),
                                                     job->view->id, metadata->type, metadata->uri));
        return 0;
}

int test_set_metadata(virDomainPtr domain, int type, const char *metadata, const char *key, const char *uri,
                      unsigned flags, Error *err)
{
        Metadata input = { type, metadata, key, uri };

        if (type < VIR_DOMAIN_METADATA_DESCRIPTION || type > VIR_DOMAIN_METADATA_ELEMENT)
                return error_set(err, VIR_ERR_INVALID_ARG, "unknown metadata type %d", type);
        return test_change(domain, "set metadata", flags, &input, metadata_job, err);
}

/* Iothreads. */

static ssize_t iothread_index(const Domain *definition, unsigned id)
{
        for (size_t i = 0; i < definition->n_iothread_ids; i++)
                if (definition->iothread_ids[i].id == id)
                        return i;
        return -1;
}

static int iothread_add(Domain *definition, const void *input, Error *err)
{
        unsigned id = *(const unsigned *)input;
        Iothread *thread;

        if (iothread_index(definition, id) >= 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "an IOThread is already using iothread_id '%u'", id);
        thread = rows_list_insert(&Iothread_rows, &definition->iothread_ids, &definition->n_iothread_ids,
                                  definition->n_iothread_ids);
        thread->id = id;
        definition->iothreads = definition->n_iothread_ids;
        return 0;
}

static int iothread_add_job(TestJob *job, Error *err)
{
        return edit_all(job, iothread_add, err);
}

int test_add_iothread(virDomainPtr domain, unsigned id, unsigned flags, Error *err)
{
        if (id == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid value of 0 for iothread_id");
        return test_change(domain, "add iothread", flags, &id, iothread_add_job, err);
}

static void iothread_unpin(Domain *definition, unsigned id)
{
        Cputune *tune = definition->cputune;

        for (size_t i = 0; tune && i < tune->n_iothreadpins; i++)
                if (tune->iothreadpins[i].iothread == id) {
                        rows_list_remove(&IothreadPin_rows, &tune->iothreadpins, &tune->n_iothreadpins, i);
                        return;
                }
}

static int iothread_del(Domain *definition, const void *input, Error *err)
{
        unsigned id = *(const unsigned *)input;
        ssize_t at = iothread_index(definition, id);

        if (at < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot find IOThread '%u' in iothreadids list", id);
        iothread_unpin(definition, id);
        rows_list_remove(&Iothread_rows, &definition->iothread_ids, &definition->n_iothread_ids, at);
        definition->iothreads = definition->n_iothread_ids;
        return 0;
}

static int iothread_del_job(TestJob *job, Error *err)
{
        return edit_all(job, iothread_del, err);
}

int test_del_iothread(virDomainPtr domain, unsigned id, unsigned flags, Error *err)
{
        if (id == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid value of 0 for iothread_id");
        return test_change(domain, "delete iothread", flags, &id, iothread_del_job, err);
}

/* Pins. */

typedef struct Pin {
        unsigned thread;
        Bitmap *cpus;
} Pin;

static Cputune *cputune_of(Domain *definition)
{
        if (!definition->cputune)
                definition->cputune = g_new0(Cputune, 1);
        return definition->cputune;
}

static void set_cpus(Bitmap **cpuset, const Bitmap *cpus)
{
        bitmap_free(*cpuset);
        *cpuset = bitmap_copy(cpus);
}

static int iothread_pin(Domain *definition, const void *input, Error *err)
{
        const Pin *pin = input;
        Cputune *tune = cputune_of(definition);
        IothreadPin *row;

        if (iothread_index(definition, pin->thread) < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "iothreadid %u not found", pin->thread);
        iothread_unpin(definition, pin->thread);
        row = rows_list_insert(&IothreadPin_rows, &tune->iothreadpins, &tune->n_iothreadpins, tune->n_iothreadpins);
        row->iothread = pin->thread;
        set_cpus(&row->cpuset, pin->cpus);
        return 0;
}

static VcpuPin *vcpu_pin_of(Domain *definition, unsigned vcpu)
{
        Cputune *tune = cputune_of(definition);
        VcpuPin *row;

        for (size_t i = 0; i < tune->n_vcpupins; i++)
                if (tune->vcpupins[i].vcpu == vcpu)
                        return &tune->vcpupins[i];
        row = rows_list_insert(&VcpuPin_rows, &tune->vcpupins, &tune->n_vcpupins, tune->n_vcpupins);
        row->vcpu = vcpu;
        return row;
}

static int vcpu_pin(Domain *definition, const void *input, Error *err)
{
        const Pin *pin = input;

        if (pin->thread >= definition->vcpu_max)
                return error_set(err, VIR_ERR_INVALID_ARG, "requested vcpu '%u' is not present in the domain",
                                 pin->thread);
        set_cpus(&vcpu_pin_of(definition, pin->thread)->cpuset, pin->cpus);
        return 0;
}

static int emulator_pin(Domain *definition, const void *input, Error *err)
{
        const Pin *pin = input;

        set_cpus(&cputune_of(definition)->emulatorpin, pin->cpus);
        return 0;
}

static int iothread_pin_job(TestJob *job, Error *err)
{
        return edit_all(job, iothread_pin, err);
}

static int vcpu_pin_job(TestJob *job, Error *err)
{
        return edit_all(job, vcpu_pin, err);
}

static int emulator_pin_job(TestJob *job, Error *err)
{
        return edit_all(job, emulator_pin, err);
}

static int change_pin(virDomainPtr domain, unsigned thread, unsigned char *cpumap, int maplen, unsigned flags,
                      TestChange change, Error *err)
{
        g_autoptr(Bitmap) cpus = bitmap_from_bytes(cpumap, maplen);
        Pin pin = { thread, cpus };

        if (bitmap_count(cpus) == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "Empty cpu list for pinning");
        return test_change(domain, "pin", flags, &pin, change, err);
}

int test_pin_iothread(virDomainPtr domain, unsigned id, unsigned char *cpumap, int maplen, unsigned flags, Error *err)
{
        return change_pin(domain, id, cpumap, maplen, flags, iothread_pin_job, err);
}

int test_pin_vcpu(virDomainPtr domain, unsigned vcpu, unsigned char *cpumap, int maplen, unsigned flags, Error *err)
{
        return change_pin(domain, vcpu, cpumap, maplen, flags, vcpu_pin_job, err);
}

int test_pin_emulator(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned flags, Error *err)
{
        return change_pin(domain, 0, cpumap, maplen, flags, emulator_pin_job, err);
}
