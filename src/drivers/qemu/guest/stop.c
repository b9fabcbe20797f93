/* The end of a guest: its process, and what a run leaves on the host. */
#define LOG_SOURCE "qemu.stop"
#include "guest/guest_agent.h"
#include "guest/confine.h"
#include "guest/fd_groups.h"
#include "guest/group.h"
#include "guest/hooks.h"
#include "helpers/swtpm.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "helpers/helpers.h"
#include "guest/memory.h"
#include "guest/note.h"
#include "guest/host_devices.h"
#include "guest/machine_name.h"
#include "host/resctrl.h"
#include "host/perf.h"
#include "guest/reconnect.h"
#include "guest/transient.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/pool.h"

enum { TERM_SECONDS = 10, KILL_SECONDS = 30 };

static bool is_gone(Guest *guest)
{
        LOCKED(&guest->mutex);

        return guest->process_gone;
}

/* Whether the process ended within @seconds. */
static bool wait_for_end(Guest *guest, int seconds)
{
        struct timespec limit;
        bool gone;

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += seconds;
        pool_wait_begin();
        pthread_mutex_lock(&guest->mutex);
        while (!guest->process_gone && pthread_cond_timedwait(&guest->ended, &guest->mutex, &limit) == 0)
                ;
        gone = guest->process_gone;
        pthread_mutex_unlock(&guest->mutex);
        pool_wait_end();
        return gone;
}

static int send_signal(pid_t pid, int number, Error *err)
{
        if (kill(pid, number) < 0 && errno != ESRCH)
                return error_errno(err, errno, "Failed to terminate process %d with %s", pid,
                                   number == SIGTERM ? "SIGTERM" : "SIGKILL");
        return 0;
}

int guest_kill(Guest *guest, bool gentle, Error *err)
{
        pid_t pid = atomic_load(&guest->pid);

        /* Without a watch nobody would tell us: then there is no process either. */
        if (pid == 0 || !guest->process || is_gone(guest))
                return 0;
        if (send_signal(pid, SIGTERM, err) < 0)
                return -1;
        if (wait_for_end(guest, TERM_SECONDS))
                return 0;
        if (gentle)
                return error_errno(err, EBUSY, "Failed to terminate process %d with SIGTERM", pid);
        if (send_signal(pid, SIGKILL, err) < 0)
                return -1;
        if (wait_for_end(guest, KILL_SECONDS))
                return 0;
        return error_errno(err, EBUSY, "Failed to terminate process %d with SIGKILL", pid);
}

static void remove_channels(const Guest *guest, const Domain *live)
{
        g_autofree char *own = channel_folder(guest->instance, live->id, live->name);

        for (size_t i = 0; i < live->n_channels; i++) {
                const Chardev *source = &live->channels[i].source;
                g_autofree char *folder = NULL;

                if (source->type != CHARDEV_UNIX || !source->unix_socket.path ||
                    !g_str_has_prefix(source->unix_socket.path, guest->instance->channel_dir))
                        continue;
                unlink(source->unix_socket.path);
                folder = g_path_get_dirname(source->unix_socket.path);
                rmdir(folder);
        }
        /* Of channels that were unplugged as well. */
        folder_remove(own);
}

static void drop_monitor(Guest *guest)
{
        Qmp *qmp;

        pthread_mutex_lock(&guest->mutex);
        qmp = g_steal_pointer(&guest->qmp);
        g_clear_pointer(&guest->thresholds, g_hash_table_unref);
        pthread_mutex_unlock(&guest->mutex);
        if (qmp)
                qmp_close(qmp);
        qmp_unref(qmp);
}

/* A guest that nobody defined takes the secrets of its TPM with it; a definition that could not be read is one. */
static void stop_tpm(Guest *guest, const Domain *live)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        g_autofree char *config = config_path(guest->instance, live->name);

        if (guest->folder)
                swtpm_stop(guest->instance, live, guest->folder, view && !view->persistent && access(config, F_OK) < 0);
}

void guest_clean_up(Guest *guest, const Domain *live, const GuestFacts *facts, bool half)
{
        g_autofree char *pid_file = pid_path(guest->instance, live->name);
        g_autofree char *status = status_path(guest->instance, live->name);
        g_autofree char *machine = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        if (guest_kill(guest, false, &err) < 0)
                log_error("domain '%s': %s", live->name, err.message);
        guest_reconnect_end(guest);
        drop_monitor(guest);
        guest_agent_end(guest);
        guest_perf_end(guest->perf);
        stop_tpm(guest, live);
        loop_remove(g_steal_pointer(&guest->process));
        atomic_store(&guest->pid, 0);
        consoles_end(guest);
        guest_helpers_stop(guest, live, NULL);
        host_interfaces_close(guest->instance, live);
        host_devices_give_back(guest->instance, live);
        if (guest->folder)
                folder_remove(guest->folder);
        guest_memory_remove(guest->instance, live);
        remove_channels(guest, live);
        if (facts)
                confine_release(guest->instance, live, facts, half);
        fd_groups_end(guest->instance, live);
        transient_remove(live);
        guest_group_end(guest->instance, live);
        machine = machine_name(guest->instance, live);
        guest_resctrl_end("", machine, live);
        /* Last: who kills us before finds what is still to do. */
        guest_note_forget(guest);
        unlink(pid_file);
        unlink(status);
        guest_give_ports(guest);
        guest->reboot_asked = false;
        guest->last_node = guest->fd_sets = 0;
}

static const char *reason_text(int reason)
{
        switch (reason) {
        case VIR_DOMAIN_SHUTOFF_SHUTDOWN: return "shutdown";
        case VIR_DOMAIN_SHUTOFF_DESTROYED: return "destroyed";
        case VIR_DOMAIN_SHUTOFF_CRASHED: return "crashed";
        case VIR_DOMAIN_SHUTOFF_DAEMON: return "daemon";
        case VIR_DOMAIN_SHUTOFF_FAILED: return "failed";
        default: return "unknown";
        }
}

void guest_stop(Guest *guest, int reason, int detail)
{
        DomainView *view = domain_view_edit(guest->entry);
        bool persistent = view->persistent;

        if (!view->live) {
                domain_view_unref(view);
                return;
        }
        guest_clean_up(guest, view->live, view_facts(view),
                       view->state == VIR_DOMAIN_PAUSED && view->reason == VIR_DOMAIN_PAUSED_STARTING_UP);
        guest_hooks_end(guest->instance, view->live);
        log_guest_line(guest->instance, domain_entry_name(guest->entry), "shutting down, reason=%s",
                       reason_text(reason));
        /* What comes late from this run finds another one. */
        atomic_fetch_add(&guest->run, 1);
        view->id = -1;
        view->state = VIR_DOMAIN_SHUTOFF;
        view->reason = reason;
        view->live = domain_unref(view->live);
        view->pid = 0;
        view->memory_kib = 0;
        view->started_ns = 0;
        guest_facts_free(view->driver);
        view->driver = NULL;
        if (persistent)
                domain_publish(guest->entry, view);
        else
                domain_view_unref(view);
        emit_lifecycle(guest->instance, guest->entry, -1, VIR_DOMAIN_EVENT_STOPPED, detail);
        if (!persistent)
                domain_list_remove(guest->instance->list.domains, guest->entry);
}
