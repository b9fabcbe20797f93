#include "daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include "util/auto.h"
#include "util/log.h"

#include "activation.h"
#include "admin.h"
#include "restart.h"

enum { STOP_PATIENCE_MS = 2000, STOP_DEADLINE_MS = 30000 };

static Daemon *running;

static const int taken_signals[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };

static sigset_t taken_set(const DaemonProgram *program)
{
        sigset_t set;

        sigemptyset(&set);
        for (size_t i = 0; i < ARRAY_SIZE(taken_signals); i++)
                sigaddset(&set, taken_signals[i]);
        if (program->survives_exec)
                sigaddset(&set, SIGUSR1);
        return set;
}

void daemon_block_signals(const DaemonProgram *program)
{
        const sigset_t set = taken_set(program);

        signal(SIGPIPE, SIG_IGN);
        pthread_sigmask(SIG_BLOCK, &set, NULL);
}

Daemon *daemon_get(void)
{
        return running;
}

static void wake(Daemon *daemon)
{
        eventfd_write(daemon->wake, 1);
}

void daemon_look(Daemon *daemon)
{
        wake(daemon);
}

static void on_clients_changed(void *opaque)
{
        wake(opaque);
}

void daemon_set_timeout(Daemon *daemon, int seconds)
{
        g_atomic_int_set(&daemon->timeout, seconds);
        wake(daemon);
}

static Server *add_server(Daemon *daemon, const char *name, const ServerKind *kind, const ServerLimits *limits)
{
        Server *server = server_new(name, kind, daemon->loops, limits);

        server->changed = on_clients_changed;
        server->opaque = daemon;
        return server;
}

Daemon *daemon_new(const DaemonProgram *program, const Config *config, const Paths *paths, int timeout, Error *err)
{
        Daemon *daemon = g_new0(Daemon, 1);

        daemon->program = program;
        daemon->config = config;
        daemon->paths = paths;
        daemon->timeout = timeout;
        daemon->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        running = daemon;
        if (daemon->wake < 0) {
                error_errno(err, errno, "cannot make an event descriptor");
                return daemon_free(daemon);
        }
        for (size_t i = 0; i < SERVER_LOOPS; i++) {
                g_autofree char *name = g_strdup_printf("io-%zu", i);

                daemon->loops[i] = loop_new(name, err);
                if (!daemon->loops[i])
                        return daemon_free(daemon);
        }
        admin_start();
        daemon->server = add_server(daemon, program->stem, program->kind, &config->server);
        daemon->admin = add_server(daemon, "admin", &admin_kind, &config->admin);
        return daemon;
}

/* Those who talked to the program that we were before come before new ones. */
static int start_program(Daemon *daemon, Error *err)
{
        const DaemonProgram *program = daemon->program;

        if (program->start(daemon, err) < 0)
                return -1;
        if (!daemon->inherited)
                return 0;
        if (program->restore(daemon, daemon->inherited, err) < 0 || restart_adopt_clients(daemon, err) < 0)
                return -1;
        daemon->inherited = json_unref(daemon->inherited);
        return 0;
}

/* Connections wait in the sockets' queues until the drivers are up. */
static void *start_serving(void *opaque)
{
        Daemon *daemon = opaque;
        ERROR_AUTO Error err = ERROR_INIT;

        if (start_program(daemon, &err) < 0) {
                error_move(&daemon->problem, &err);
                g_atomic_int_set(&daemon->started, -1);
                wake(daemon);
                return NULL;
        }
        g_atomic_int_set(&daemon->started, 1);
        server_serve(daemon->server);
        server_serve(daemon->admin);
        activation_notify("READY=1");
        if (daemon->ready)
                daemon->ready(daemon->opaque);
        wake(daemon);
        if (daemon->program->autostart && daemon->program->autostart(&err) < 0)
                log_error("autostart: %s", err.message);
        return NULL;
}

static void reload(void *opaque)
{
        Daemon *daemon = opaque;
        ERROR_AUTO Error err = ERROR_INIT;

        activation_notify_reloading();
        if (daemon->program->reload(&err) < 0)
                log_error("reload: %s", err.message);
        activation_notify("READY=1");
}

/* What the supervisor keeps between looks. */
typedef struct Idle {
        int64_t deadline; /* monotonic microseconds; -1: somebody is there, or no timeout */
} Idle;

static bool has_clients(Daemon *daemon)
{
        return server_count_clients(daemon->server) > 0 || server_count_clients(daemon->admin) > 0;
}

static int64_t idle_deadline(Daemon *daemon)
{
        int timeout = g_atomic_int_get(&daemon->timeout);

        if (timeout <= 0 || g_atomic_int_get(&daemon->started) == 0 || has_clients(daemon))
                return -1;
        return g_get_monotonic_time() + timeout * G_USEC_PER_SEC;
}

/* True when nothing has held the daemon for the whole timeout. Guests count like clients, but nobody tells of their
 * end: they are asked for when the time is up. */
static bool timed_out(Daemon *daemon, Idle *idle, bool changed)
{
        if (changed || (idle->deadline < 0 && idle_deadline(daemon) >= 0))
                idle->deadline = idle_deadline(daemon);
        if (idle->deadline < 0 || g_get_monotonic_time() < idle->deadline)
                return false;
        if (has_clients(daemon) || daemon->program->busy() > 0) {
                idle->deadline = idle_deadline(daemon);
                return false;
        }
        log_info("nobody needs the daemon any more: timeout");
        return true;
}

static int poll_timeout(const Idle *idle)
{
        int64_t left;

        if (idle->deadline < 0)
                return -1;
        left = (idle->deadline - g_get_monotonic_time()) / 1000 + 1;
        return (int)CLAMP(left, 0, G_MAXINT);
}

enum { GO_ON = -1 }; /* or a result of daemon_run() */

static int take_signal(Daemon *daemon, int signal_fd)
{
        struct signalfd_siginfo info;

        if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
                return GO_ON;
        switch (info.ssi_signo) {
        case SIGUSR1:
                if (!restart_possible(daemon))
                        return GO_ON;
                log_info("signal %u of process %u: starting anew", info.ssi_signo, info.ssi_pid);
                return DAEMON_RESTART;
        case SIGHUP:
                if (g_atomic_int_get(&daemon->started) == 1 && daemon->program->reload)
                        pool_push(daemon->server->pool, reload, daemon);
                return GO_ON;
        default: log_info("signal %u of process %u: ending", info.ssi_signo, info.ssi_pid); return DAEMON_ENDED;
        }
}

static int supervise(Daemon *daemon, int signal_fd, Error *err)
{
        Idle idle = { .deadline = -1 };
        int next = GO_ON;

        while (next == GO_ON) {
                struct pollfd fds[] = { { .fd = signal_fd, .events = POLLIN },
                                        { .fd = daemon->wake, .events = POLLIN } };
                eventfd_t count;

                if (poll(fds, ARRAY_SIZE(fds), poll_timeout(&idle)) < 0 && errno != EINTR)
                        return error_errno(err, errno, "cannot wait for signals");
                if (fds[0].revents & POLLIN)
                        next = take_signal(daemon, signal_fd);
                if (g_atomic_int_get(&daemon->started) < 0)
                        return error_move(err, &daemon->problem);
                if (next == GO_ON && timed_out(daemon, &idle, eventfd_read(daemon->wake, &count) == 0))
                        next = DAEMON_ENDED;
        }
        return next;
}

int daemon_run(Daemon *daemon, Error *err)
{
        const sigset_t set = taken_set(daemon->program);
        AUTO_FD int signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        pthread_t starter;
        int result;

        if (signal_fd < 0)
                return error_errno(err, errno, "cannot take signals");
        result = pthread_create(&starter, NULL, start_serving, daemon);
        if (result != 0)
                return error_errno(err, result, "cannot make a thread");
        result = supervise(daemon, signal_fd, err);
        if (result == DAEMON_RESTART)
                activation_notify_reloading();
        else
                activation_notify("STOPPING=1");
        pthread_join(starter, NULL);
        if (result == DAEMON_RESTART && g_atomic_int_get(&daemon->started) < 0)
                return error_move(err, &daemon->problem);
        return result;
}

static bool anybody_alive(Daemon *daemon)
{
        return g_atomic_int_get(&daemon->server->alive) > 0 || g_atomic_int_get(&daemon->admin->alive) > 0;
}

/* False when somebody is still there after @timeout_ms. */
static bool wait_until_empty(Daemon *daemon, int timeout_ms)
{
        int64_t deadline = g_get_monotonic_time() + timeout_ms * INT64_C(1000);

        while (anybody_alive(daemon)) {
                struct pollfd fd = { .fd = daemon->wake, .events = POLLIN };
                int64_t left = (deadline - g_get_monotonic_time()) / 1000;
                eventfd_t count;

                if (left <= 0)
                        return false;
                poll(&fd, 1, (int)left);
                eventfd_read(daemon->wake, &count);
        }
        return true;
}

/* From here on another signal ends the process at once; those that came together with the first do not. */
static void let_signals_through(const Daemon *daemon)
{
        const sigset_t set = taken_set(daemon->program);
        const struct timespec none = { 0 };

        while (sigtimedwait(&set, NULL, &none) > 0)
                ;
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* Clients go when their last call has been answered. One that hangs for good is left behind: what was acknowledged is
 * on disk. */
static void wait_for_clients(Daemon *daemon)
{
        if (wait_until_empty(daemon, STOP_PATIENCE_MS))
                return;
        let_signals_through(daemon);
        if (wait_until_empty(daemon, STOP_DEADLINE_MS))
                return;
        log_warn("calls are still running after %d s: ending without them", STOP_DEADLINE_MS / 1000);
        _exit(EXIT_SUCCESS);
}

static void stop_servers(Daemon *daemon)
{
        if (!daemon->server || !daemon->admin)
                return;
        server_stop(daemon->server);
        server_stop(daemon->admin);
        wait_for_clients(daemon);
        if (g_atomic_int_get(&daemon->started) == 1)
                daemon->program->stop();
}

void daemon_freeze(Daemon *daemon)
{
        server_freeze(daemon->server);
        server_freeze(daemon->admin);
        daemon->program->freeze();
        for (size_t i = 0; i < SERVER_LOOPS; i++)
                daemon->loops[i] = loop_free(daemon->loops[i]);
}

Daemon *daemon_free(Daemon *daemon)
{
        stop_servers(daemon);
        for (size_t i = 0; i < SERVER_LOOPS; i++)
                loop_free(daemon->loops[i]);
        server_free(daemon->server);
        server_free(daemon->admin);
        admin_end();
        if (daemon->wake >= 0)
                close(daemon->wake);
        running = NULL;
        error_clear(&daemon->problem);
        json_unref(daemon->inherited);
        g_free(daemon);
        return NULL;
}
