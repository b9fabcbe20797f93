/* See iothreads.h. */
#include "guest/iothreads.h"

#include "conf/domain_threads.h"
#include "guest/group.h"
#include "guest/restore.h"
#include "guest/threads.h"
#include "hotplug/live.h"

#define POLL(name, property, type, member, usual)                                                                      \
        {                                                                                                              \
                name, property, type, offsetof(Iothread, member), usual                                                \
        }

/* The upper bound of the pool before the lower one: set_changed() counts on it. */
const IothreadParam iothread_params[IOTHREAD_PARAMS] = {
        POLL(VIR_DOMAIN_IOTHREAD_THREAD_POOL_MAX, "thread-pool-max", VIR_TYPED_PARAM_INT, thread_pool_max, 64),
        POLL(VIR_DOMAIN_IOTHREAD_THREAD_POOL_MIN, "thread-pool-min", VIR_TYPED_PARAM_INT, thread_pool_min, 0),
        POLL(VIR_DOMAIN_IOTHREAD_POLL_MAX_NS, "poll-max-ns", VIR_TYPED_PARAM_ULLONG, poll_max, 32768),
        POLL(VIR_DOMAIN_IOTHREAD_POLL_GROW, "poll-grow", VIR_TYPED_PARAM_UINT, poll_grow, 0),
        POLL(VIR_DOMAIN_IOTHREAD_POLL_SHRINK, "poll-shrink", VIR_TYPED_PARAM_UINT, poll_shrink, 0),
};

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
                ssize_t at = domain_find_iothread(from, thread->id);

                added |= at < 0;
                if ((at < 0 ? add_iothread(&live->talk, live->guest, to, thread, err)
                            : set_changed(&live->talk, &from->iothread_ids[at], thread, err)) < 0)
                        return -1;
        }
        for (size_t i = 0; i < from->n_iothread_ids; i++)
                if (domain_find_iothread(to, from->iothread_ids[i].id) < 0 &&
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

int guest_iothreads_apply(Guest *guest, const Domain *from, const Domain *to, Error *err)
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
                ssize_t before = domain_find_iothread(from, id), after = domain_find_iothread(to, id);
                void *copy;

                if (before < 0 && after < 0)
                        continue;
                copy = rows_list_insert(&Iothread_rows, &now->iothread_ids, &now->n_iothread_ids, now->n_iothread_ids);
                rows_drop(&Iothread_rows, copy);
                rows_copy(&Iothread_rows, copy, before >= 0 ? &from->iothread_ids[before] : &to->iothread_ids[after]);
        }
        return now;
}

int guest_iothreads_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
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
