/* I/O threads: which there are, how they poll, where they run. A running guest's are objects of its QEMU. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/restore.h"
#include "calls/target.h"
#include "guest/group.h"
#include "guest/threads.h"
#include "hotplug/live.h"
#include "rules/settle.h"
#include "util/host.h"

/* What can be set of one: a parameter of the API, a property of QEMU's object, a member of the definition. */
typedef struct IothreadParam {
        const char *name, *property;
        int type;
        size_t offset;
        uint64_t usual; /* what QEMU does when nobody says */
} IothreadParam;

#define POLL(name, property, type, member, usual)                                                                      \
        {                                                                                                              \
                name, property, type, offsetof(Iothread, member), usual                                                \
        }

/* The upper bound of the pool first: see set_pool(). */
static const IothreadParam iothread_params[] = {
        POLL(VIR_DOMAIN_IOTHREAD_THREAD_POOL_MAX, "thread-pool-max", VIR_TYPED_PARAM_INT, thread_pool_max, 64),
        POLL(VIR_DOMAIN_IOTHREAD_THREAD_POOL_MIN, "thread-pool-min", VIR_TYPED_PARAM_INT, thread_pool_min, 0),
        POLL(VIR_DOMAIN_IOTHREAD_POLL_MAX_NS, "poll-max-ns", VIR_TYPED_PARAM_ULLONG, poll_max, 32768),
        POLL(VIR_DOMAIN_IOTHREAD_POLL_GROW, "poll-grow", VIR_TYPED_PARAM_UINT, poll_grow, 0),
        POLL(VIR_DOMAIN_IOTHREAD_POLL_SHRINK, "poll-shrink", VIR_TYPED_PARAM_UINT, poll_shrink, 0),
};

static ssize_t find_iothread(const Domain *definition, unsigned id)
{
        for (size_t i = 0; i < definition->n_iothread_ids; i++)
                if (definition->iothread_ids[i].id == id)
                        return (ssize_t)i;
        return -1;
}

/* The value of @param in @thread; false: not said. */
static bool get_value(const Iothread *thread, const IothreadParam *param, uint64_t *ret)
{
        const void *member = (const char *)thread + param->offset;
        const OptInt *number = member;
        const OptUint64 *large = member;
        bool set = param->type == VIR_TYPED_PARAM_INT ? number->set : large->set;

        *ret = !set ? param->usual : param->type == VIR_TYPED_PARAM_INT ? (uint64_t)number->value : large->value;
        return set;
}

/* In the running guest */

static int set_property(Talk *talk, unsigned id, const IothreadParam *param, uint64_t value, Error *err)
{
        g_autofree char *path = g_strdup_printf("/objects/iothread%u", id);
        Json *arguments = json_object();

        json_set(arguments, "path", json_string(path));
        json_set(arguments, "property", json_string(param->property));
        json_set(arguments, "value", json_uint(value));
        return talk_call(talk, "qom-set", arguments, NULL, err);
}

/* QEMU takes no lower bound above the upper one, not even in passing: a pool that shrinks lowers its lower bound
 * first. */
static int set_changed(Talk *talk, const Iothread *from, const Iothread *to, Error *err)
{
        uint64_t max_before, max_after;
        bool backward;

        get_value(from, &iothread_params[0], &max_before);
        get_value(to, &iothread_params[0], &max_after);
        backward = max_after < max_before;
        for (size_t i = 0; i < G_N_ELEMENTS(iothread_params); i++) {
                const IothreadParam *param = &iothread_params[backward ? G_N_ELEMENTS(iothread_params) - 1 - i : i];
                uint64_t before, after;
                bool was_set = get_value(from, param, &before);
                bool is_set = get_value(to, param, &after);

                if (was_set == is_set && before == after)
                        continue;
                if (set_property(talk, to->id, param, after, err) < 0)
                        return -1;
        }
        return 0;
}

static int remove_iothread(Talk *talk, const Cgroup *group, unsigned id, Error *err)
{
        g_autofree char *name = g_strdup_printf("iothread%u", id);
        g_autoptr(Cgroup) part = guest_group_part(group, "iothread", id);
        Json *arguments = json_object();

        json_set(arguments, "id", json_string(name));
        if (talk_call(talk, "object-del", arguments, NULL, err) < 0)
                return -1;
        if (part)
                cgroup_remove(part, NULL);
        return 0;
}

static int add_iothread(Talk *talk, Guest *guest, const Domain *to, const Iothread *thread, Error *err)
{
        QemuCaps *caps = qemu_caps_get(guest->instance->caps, to->emulator, err);
        g_autoptr(QemuArgv) argv = caps ? qemu_argv_new(to, caps, NULL) : NULL;
        int r = -1;

        if (argv) {
                argv_iothread(argv, thread);
                r = items_send(argv, talk, NULL, err);
        }
        qemu_caps_unref(caps);
        return r;
}

static int apply_all(LiveTalk *live, const Cgroup *group, const Domain *from, const Domain *to, Error *err)
{
        bool added = false;

        for (size_t i = 0; i < to->n_iothread_ids; i++) {
                const Iothread *thread = &to->iothread_ids[i];
                ssize_t at = find_iothread(from, thread->id);

                added |= at < 0;
                if ((at < 0 ? add_iothread(&live->talk, live->guest, to, thread, err)
                            : set_changed(&live->talk, &from->iothread_ids[at], thread, err)) < 0)
                        return -1;
        }
        for (size_t i = 0; i < from->n_iothread_ids; i++)
                if (find_iothread(to, from->iothread_ids[i].id) < 0 &&
                    remove_iothread(&live->talk, group, from->iothread_ids[i].id, err) < 0)
                        return -1;
        return added ? 1 : 0;
}

/* A new thread gets its group, its processors and its priority. */
static int place(Guest *guest, const Domain *to, const Cgroup *group, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);

        return view ? guest_threads_place(guest, to, view_facts(view), group, err) : 0;
}

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);
        LiveTalk live = { 0 };
        int r;

        if (error_is_set(&why))
                return error_move(err, &why);
        if (live_talk_init(&live, guest, err) < 0)
                return -1;
        r = apply_all(&live, group, from, to, err);
        if (r == 1 && place(guest, to, group, &why) < 0) {
                apply_all(&live, group, to, from, NULL);
                r = error_move(err, &why);
        }
        live_talk_done(&live);
        return MIN(r, 0);
}

/* What QEMU has of the threads of both. */
static Domain *present(const GArray *threads, const Domain *from, const Domain *to)
{
        Domain *now = domain_copy(from);

        while (now->n_iothread_ids > 0)
                rows_list_remove(&Iothread_rows, &now->iothread_ids, &now->n_iothread_ids, 0);
        for (guint i = 0; i < threads->len; i++) {
                unsigned id = g_array_index(threads, GuestIothread, i).id;
                ssize_t before = find_iothread(from, id), after = find_iothread(to, id);
                void *copy;

                if (before < 0 && after < 0)
                        continue;
                copy = rows_list_insert(&Iothread_rows, &now->iothread_ids, &now->n_iothread_ids, now->n_iothread_ids);
                rows_drop(&Iothread_rows, copy);
                rows_copy(&Iothread_rows, copy, before >= 0 ? &from->iothread_ids[before] : &to->iothread_ids[after]);
        }
        return now;
}

int iothreads_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);
        g_autoptr(GArray) threads = guest_iothreads(guest, from->n_iothread_ids > 0 ? from : to, err);
        g_autoptr(Domain) now = threads ? present(threads, from, to) : NULL;
        LiveTalk live = { 0 };
        int r;

        if (!now || live_talk_init(&live, guest, err) < 0)
                return -1;
        r = apply_all(&live, group, now, to, err);
        live_talk_done(&live);
        return MIN(r, 0);
}

/* In a definition */

static int edit_add(Domain *definition, bool live, const Change *change, Error *err)
{
        unsigned id = *(const unsigned *)change->input;

        qemu_name_iothreads(definition);
        if (find_iothread(definition, id) >= 0)
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
        at = find_iothread(definition, id);
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
        at = find_iothread(definition, given->id);
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

static const Bitmap *cpus_of(const Domain *definition, unsigned id)
{
        const struct Cputune *tune = definition->cputune;

        for (size_t i = 0; tune && i < tune->n_iothreadpins; i++)
                if (tune->iothreadpins[i].iothread == id)
                        return tune->iothreadpins[i].cpuset;
        return definition->vcpu_cpuset;
}

static void fill_config(GPtrArray *infos, const Domain *config, const HostCpus *host)
{
        g_autoptr(Domain) named = domain_copy(config);

        qemu_name_iothreads(named);
        for (size_t i = 0; i < named->n_iothread_ids; i++) {
                unsigned id = named->iothread_ids[i].id;

                g_ptr_array_add(infos, info_of(id, cpus_of(named, id), host));
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
