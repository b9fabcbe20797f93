/* I/O threads: which there are, how they poll, where they run. guest/iothreads.h has those of a
 * running guest. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "conf/domain_threads.h"
#include "guest/iothreads.h"
#include "guest/threads.h"
#include "rules/settle.h"
#include "util/host.h"

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_iothreads_apply(guest, from, to, err);
}

static int edit_add(Domain *definition, bool live, const Change *change, Error *err)
{
        unsigned id = *(const unsigned *)change->input;

        qemu_name_iothreads(definition);
        if (domain_find_iothread(definition, id) >= 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "an IOThread is already using iothread_id '%u'", id);
        ((Iothread *)rows_list_insert(&Iothread_rows, &definition->iothread_ids, &definition->n_iothread_ids,
                                      definition->n_iothread_ids))
                ->id = id;
        definition->iothreads = (unsigned)definition->n_iothread_ids;
        return 0;
}

static int check_unused(const Domain *definition, unsigned id, Error *err)
{
        for (size_t i = 0; i < definition->n_disks; i++)
                if (definition->disks[i].iothread == id)
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "cannot remove IOThread %u since it is being used by disk '%s'", id,
                                         definition->disks[i].target);
        for (size_t i = 0; i < definition->n_controllers; i++) {
                const Controller *controller = &definition->controllers[i];

                if (controller->iothread == id)
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "cannot remove IOThread %u since it is being used by controller '%s%u'", id,
                                         enum_text(ControllerType, controller->type), controller->index.value);
        }
        return 0;
}

/* What the definition says of a thread that goes, goes. */
static void forget_iothread(struct Cputune *tune, unsigned id)
{
        for (size_t i = tune ? tune->n_iothreadpins : 0; i > 0; i--)
                if (tune->iothreadpins[i - 1].iothread == id)
                        rows_list_remove(&IothreadPin_rows, &tune->iothreadpins, &tune->n_iothreadpins, i - 1);
        for (size_t i = tune ? tune->n_iothreadscheds : 0; i > 0; i--) {
                Bitmap *threads = tune->iothreadscheds[i - 1].iothreads;

                if (!bitmap_get(threads, id))
                        continue;
                bitmap_set(threads, id, false);
                if (bitmap_count(threads) == 0)
                        rows_list_remove(&IothreadSched_rows, &tune->iothreadscheds, &tune->n_iothreadscheds, i - 1);
        }
}

static int edit_delete(Domain *definition, bool live, const Change *change, Error *err)
{
        unsigned id = *(const unsigned *)change->input;
        ssize_t at;

        qemu_name_iothreads(definition);
        at = domain_find_iothread(definition, id);
        if (at < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot find IOThread '%u' in iothreadids list", id);
        if (check_unused(definition, id, err) < 0)
                return -1;
        forget_iothread(definition->cputune, id);
        rows_list_remove(&Iothread_rows, &definition->iothread_ids, &definition->n_iothread_ids, (size_t)at);
        definition->iothreads = (unsigned)definition->n_iothread_ids;
        return 0;
}

typedef struct IothreadParams {
        unsigned id;
        const virTypedParameter *list;
        int n;
} IothreadParams;

static const IothreadParam *find_param(const virTypedParameter *given, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(iothread_params); i++) {
                const IothreadParam *param = &iothread_params[i];

                if (strcmp(param->name, given->field) != 0)
                        continue;
                if (param->type == given->type)
                        return param;
                return error_null(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'", given->field);
        }
        return error_null(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported", given->field);
}

/* -1 of a pool's bound: QEMU's own again, at the next start. */
static int set_param(Iothread *thread, bool live, const IothreadParam *param, const virTypedParameter *given,
                     Error *err)
{
        void *member = (char *)thread + param->offset;

        switch (param->type) {
        case VIR_TYPED_PARAM_INT:
                if (given->value.i < (live ? 0 : -1))
                        return error_set(err, VIR_ERR_OPERATION_INVALID,
                                         "%s (%d) must be equal to or greater than %d%s", param->name, given->value.i,
                                         live ? 0 : -1, live ? " for a running domain" : "");
                *(OptInt *)member = (OptInt){ MAX(given->value.i, 0), given->value.i >= 0 };
                return 0;
        case VIR_TYPED_PARAM_UINT: *(OptUint64 *)member = (OptUint64){ given->value.ui, true }; return 0;
        default:
                if (given->value.ul > INT64_MAX)
                        return error_set(err, VIR_ERR_INVALID_ARG, "%s must be less than %lld", param->name,
                                         (long long)INT64_MAX);
                *(OptUint64 *)member = (OptUint64){ given->value.ul, true };
                return 0;
        }
}

static int check_pool(const Iothread *thread, Error *err)
{
        if (!thread->thread_pool_min.set || !thread->thread_pool_max.set ||
            thread->thread_pool_min.value <= thread->thread_pool_max.value)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_INVALID,
                         "thread_pool_min (%d) can't be greater than thread_pool_max (%d)",
                         thread->thread_pool_min.value, thread->thread_pool_max.value);
}

static int edit_params(Domain *definition, bool live, const Change *change, Error *err)
{
        const IothreadParams *given = change->input;
        ssize_t at;

        qemu_name_iothreads(definition);
        at = domain_find_iothread(definition, given->id);
        if (at < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot find IOThread '%u' in iothreadids", given->id);
        for (int i = 0; i < given->n; i++) {
                const IothreadParam *param = find_param(&given->list[i], err);

                if (!param || set_param(&definition->iothread_ids[at], live, param, &given->list[i], err) < 0)
                        return -1;
        }
        return check_pool(&definition->iothread_ids[at], err);
}

/* Calls */

enum { AFFECT = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG };

int qemu_domain_add_iothread(virDomainPtr domain, unsigned int iothread_id, unsigned int flags, Error *err)
{
        Change change = {
                .name = "iothread-add", .flags = flags, .input = &iothread_id, .edit = edit_add, .apply = apply
        };

        if (check_call_flags(flags, AFFECT, "qemuDomainAddIOThread", err) < 0)
                return -1;
        if (iothread_id == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid value of 0 for iothread_id");
        return change_run(domain, &change, err);
}

int qemu_domain_del_iothread(virDomainPtr domain, unsigned int iothread_id, unsigned int flags, Error *err)
{
        Change change = {
                .name = "iothread-delete", .flags = flags, .input = &iothread_id, .edit = edit_delete, .apply = apply
        };

        if (check_call_flags(flags, AFFECT, "qemuDomainDelIOThread", err) < 0)
                return -1;
        return change_run(domain, &change, err);
}

int qemu_domain_set_iothread_params(virDomainPtr domain, unsigned int iothread_id, virTypedParameterPtr params,
                                    int nparams, unsigned int flags, Error *err)
{
        IothreadParams given = { iothread_id, params, nparams };
        Change change = {
                .name = "iothread-params", .flags = flags, .input = &given, .edit = edit_params, .apply = apply
        };

        if (check_call_flags(flags, AFFECT, "qemuDomainSetIOThreadParams", err) < 0)
                return -1;
        if (iothread_id == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid value of 0 for iothread_id");
        return change_run(domain, &change, err);
}

/* Looking */

typedef struct HostCpus {
        Bitmap *online;
        unsigned present;
} HostCpus;

static virDomainIOThreadInfoPtr info_of(unsigned id, const Bitmap *cpus, const HostCpus *host)
{
        virDomainIOThreadInfoPtr info = g_new0(virDomainIOThreadInfo, 1);

        info->iothread_id = id;
        info->cpumaplen = VIR_CPU_MAPLEN((int)host->present);
        info->cpumap = g_malloc0((gsize)info->cpumaplen);
        bitmap_to_bytes(cpus ? cpus : host->online, info->cpumap, (size_t)info->cpumaplen);
        return info;
}

static void fill_live(GPtrArray *infos, const GArray *threads, const HostCpus *host)
{
        for (guint i = 0; i < threads->len; i++) {
                const GuestIothread *thread = &g_array_index(threads, GuestIothread, i);
                g_autoptr(Bitmap) cpus = thread_affinity(thread->tid);

                g_ptr_array_add(infos, info_of(thread->id, cpus, host));
        }
}

static void fill_config(GPtrArray *infos, const Domain *config, const HostCpus *host)
{
        g_autoptr(Domain) named = domain_copy(config);

        qemu_name_iothreads(named);
        for (size_t i = 0; i < named->n_iothread_ids; i++) {
                unsigned id = named->iothread_ids[i].id;

                g_ptr_array_add(infos, info_of(id, domain_iothread_cpus(named, id), host));
        }
}

int qemu_domain_get_iothread_info(virDomainPtr domain, virDomainIOThreadInfoPtr **info, unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        g_autoptr(DomainView) view = entry ? domain_view_get(entry) : NULL;
        g_autoptr(GPtrArray) infos = g_ptr_array_new();
        g_autoptr(GArray) threads = NULL;
        g_autoptr(Bitmap) online = NULL;
        HostCpus host = { 0 };
        const Domain *definition;
        int n;

        if (!entry || check_call_flags(flags, AFFECT, "qemuDomainGetIOThreadInfo", err) < 0 ||
            host_cpu_map("", &host.present, &online, err) < 0)
                return -1;
        host.online = online;
        definition = view ? domain_view_pick(view, flags, err) : NULL;
        if (!definition)
                return error_is_set(err) ? -1 : error_bare(err, VIR_ERR_NO_DOMAIN);
        if (definition == view->live) {
                threads = guest_iothreads(guest_of(entry), definition, err);
                if (!threads)
                        return -1;
                fill_live(infos, threads, &host);
        } else {
                fill_config(infos, definition, &host);
        }
        n = (int)infos->len;
        g_ptr_array_add(infos, NULL);
        *info = (virDomainIOThreadInfoPtr *)g_ptr_array_free(g_steal_pointer(&infos), FALSE);
        return n;
}
