/* The end of an instance of the driver: in vireod when it stops, in a client's process when the last connection to an
 * embedded one is closed. Guests run on; whoever comes next finds them. What still works for them here must end before
 * the memory goes: monitors are closed, so that nobody waits for one, and then every job has its turn. */
#define LOG_SOURCE "qemu.driver"
#include "guest/autodestroy.h"
#include "guest/fd_groups.h"
#include "guest/instance.h"
#include "guest/lock_files.h"
#include "guest/reconnect.h"

#include <time.h>

#include "guest/guest_agent.h"
#include "util/auto.h"
#include "util/log.h"

enum { JOBS_MS = 10 * 1000 }; /* a job that waits longer waits for something that does not come */

void instance_guest_came(QemuInstance *instance)
{
        LOCKED(&instance->guests_mutex);

        instance->n_guests++;
}

void instance_guest_went(QemuInstance *instance)
{
        LOCKED(&instance->guests_mutex);

        if (--instance->n_guests == 0)
                pthread_cond_signal(&instance->guests_gone);
}

/* What was handed to the loop before has been done when this returns. */
typedef struct Barrier {
        pthread_mutex_t mutex;
        pthread_cond_t wake;
        bool passed;
} Barrier;

static void pass(void *opaque)
{
        Barrier *barrier = opaque;
        LOCKED(&barrier->mutex);

        barrier->passed = true;
        pthread_cond_signal(&barrier->wake);
}

static void wait_for_loop(Loop *loop)
{
        Barrier barrier = { .mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

        loop_call(loop, pass, &barrier);
        pthread_mutex_lock(&barrier.mutex);
        while (!barrier.passed)
                pthread_cond_wait(&barrier.wake, &barrier.mutex);
        pthread_mutex_unlock(&barrier.mutex);
}

/* Calls that wait for an answer fail at once. The run ends for us, not for the guest. */
static void close_monitors(Guest *guest)
{
        Qmp *qmp;

        pthread_mutex_lock(&guest->mutex);
        qmp = g_steal_pointer(&guest->qmp);
        pthread_mutex_unlock(&guest->mutex);
        atomic_fetch_add(&guest->run, 1);
        if (qmp)
                qmp_close(qmp);
        qmp_unref(qmp);
        guest_reconnect_close(guest);
        guest_agent_end(guest);
}

/* Behind all jobs that were queued: what they opened goes as well, and nothing makes new ones. */
static int job_let_go(void *opaque, Error *err)
{
        Guest *guest = opaque;

        loop_remove(g_steal_pointer(&guest->process));
        close_monitors(guest);
        guest_reconnect_end(guest);
        return 0;
}

static void let_go_of_guests(QemuInstance *instance)
{
        size_t n = 0;
        DomainEntry **entries = domain_list_all(instance->list.domains, &n);

        for (size_t i = 0; i < n; i++)
                if (guest_of(entries[i]))
                        close_monitors(guest_of(entries[i]));
        for (size_t i = 0; i < n; i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                if (!guest_of(entries[i]))
                        continue;
                if (lane_run(domain_entry_lane(entries[i]), "close", JOBS_MS, job_let_go, guest_of(entries[i]), &err) <
                    0)
                        log_warn("%s", err.message);
                domain_list_remove(instance->list.domains, entries[i]);
        }
        domain_entries_free(entries);
        /* The monitors hold their domains until they are closed. */
        if (instance->loop)
                wait_for_loop(instance->loop);
}

/* Late jobs hold their guest a little longer. Whether all are gone. */
static bool guests_are_gone(QemuInstance *instance)
{
        struct timespec limit;
        bool gone;

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += JOBS_MS / 1000;
        pthread_mutex_lock(&instance->guests_mutex);
        while (instance->n_guests > 0 &&
               pthread_cond_timedwait(&instance->guests_gone, &instance->guests_mutex, &limit) == 0)
                ;
        gone = instance->n_guests == 0;
        pthread_mutex_unlock(&instance->guests_mutex);
        return gone;
}

static void free_paths(QemuInstance *instance)
{
        char *const texts[] = { instance->own_paths.config, instance->own_paths.run,
                                instance->own_paths.state,  instance->own_paths.cache,
                                instance->own_paths.log,    instance->own_paths.pid_dir,
                                instance->own_paths.root,   instance->config_dir,
                                instance->autostart_dir,    instance->run_dir,
                                instance->lib_dir,          instance->channel_dir,
                                instance->log_dir,          instance->caps_dir,
                                instance->host_uuid,        instance->root };

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                g_free(texts[i]);
}

QemuInstance *qemu_instance_free(QemuInstance *instance)
{
        if (!instance)
                return NULL;
        /* It holds guests. */
        g_clear_pointer(&instance->autodestroy, autodestroy_free);
        let_go_of_guests(instance);
        if (!guests_are_gone(instance)) {
                log_error("a guest's job below %s does not end: the memory and the lock of the driver stay",
                          instance->run_dir);
                return NULL;
        }
        loop_free(instance->loop);
        domain_list_free(instance->list.domains);
        event_hub_unref(instance->hub);
        qemu_caps_cache_free(instance->caps);
        if (instance->lock_fd >= 0)
                close(instance->lock_fd);
        lock_conf_free(instance->locks);
        qemu_conf_free(instance->conf);
        g_hash_table_unref(instance->ports);
        pthread_mutex_destroy(&instance->ports_mutex);
        pthread_mutex_destroy(&instance->guests_mutex);
        pthread_cond_destroy(&instance->guests_gone);
        free_paths(instance);
        fd_groups_free(instance->fd_groups);
        g_free(instance);
        return NULL;
}
