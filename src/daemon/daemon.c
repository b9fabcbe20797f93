#include "daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include "util/auto.h"
#include "util/log.h"
#include "vireo/daemon.h"

#include "activation.h"
#include "admin.h"

enum { STOP_PATIENCE_MS = 2000, STOP_DEADLINE_MS = 30000 };

static Daemon *running;

static const int taken_signals[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };

static sigset_t taken_set(void)
{
        sigset_t set;

        sigemptyset(&set);
        for (size_t i = 0; i < ARRAY_SIZE(taken_signals); i++)
                sigaddset(&set, taken_signals[i]);
        return set;
}

void daemon_block_signals(void)
{
        const sigset_t set = taken_set();

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

static void on_clients_changed(void *opaque)
{
        wake(opaque);
}

void daemon_set_timeout(Daemon *daemon, int seconds)
{
        g_atomic_int_set(&daemon->timeout, seconds);
        wake(daemon);
}

static Server *add_server(Daemon *daemon, const char *name, bool admin, const ServerLimits *limits)
{
        Server *server = server_new(name, admin, daemon->loops, limits);

        server->changed = on_clients_changed;
        server->opaque = daemon;
        return server;
}

Daemon *daemon_new(const Config *config, const Paths *paths, int timeout, Error *err)
{
        Daemon *daemon = g_new0(Daemon, 1);

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
        daemon->server = add_server(daemon, "libvirtd", false, &config->server);
        daemon->admin = add_server(daemon, "admin", true, &config->admin);
        return daemon;
}

/* Connections wait in the sockets' queues until the drivers are up. */
static void *start_drivers(void *opaque)
{
        Daemon *daemon = opaque;
        ERROR_AUTO Error err = ERROR_INIT;

        if (driver_modules_start(daemon->paths->system, &err) < 0) {
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
        if (driver_modules_autostart(&err) < 0)
                log_error("autostart: %s", err.message);
        return NULL;
}

static void reload(void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (driver_modules_reload(&err) < 0)
                log_error("reload: %s", err.message);
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
        if (has_clients(daemon) || driver_modules_busy() > 0) {
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

/* False when the daemon is to end. */
static bool take_signal(Daemon *daemon, int signal_fd)
{
        struct signalfd_siginfo info;

        if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
                return true;
        if (info.ssi_signo != SIGHUP) {
                log_info("signal %u of process %u: ending", info.ssi_signo, info.ssi_pid);
                return false;
        }
        if (g_atomic_int_get(&daemon->started) == 1)
                pool_push(daemon->server->pool, reload, daemon);
        return true;
}

static int supervise(Daemon *daemon, int signal_fd, Error *err)
{
        Idle idle = { .deadline = -1 };

        for (;;) {
                struct pollfd fds[] = { { .fd = signal_fd, .events = POLLIN },
                                        { .fd = daemon->wake, .events = POLLIN } };
                eventfd_t count;

                if (poll(fds, ARRAY_SIZE(fds), poll_timeout(&idle)) < 0 && errno != EINTR)
                        return error_errno(err, errno, "cannot wait for signals");
                if ((fds[0].revents & POLLIN) && !take_signal(daemon, signal_fd))
                        return 0;
                if (g_atomic_int_get(&daemon->started) < 0)
                        return error_move(err, &daemon->problem);
                if (timed_out(daemon, &idle, eventfd_read(daemon->wake, &count) == 0))
                        return 0;
        }
}

int daemon_run(Daemon *daemon, Error *err)
{
        const sigset_t set = taken_set();
        AUTO_FD int signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        pthread_t starter;
        int result;

        if (signal_fd < 0)
                return error_errno(err, errno, "cannot take signals");
        result = pthread_create(&starter, NULL, start_drivers, daemon);
        if (result != 0)
                return error_errno(err, result, "cannot make a thread");
        result = supervise(daemon, signal_fd, err);
        activation_notify("STOPPING=1");
        pthread_join(starter, NULL);
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
static void let_signals_through(void)
{
        const sigset_t set = taken_set();
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
        let_signals_through();
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
                driver_modules_stop();
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
        g_free(daemon);
        return NULL;
}
