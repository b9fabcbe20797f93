/* See waiting.h. Signals are read from a descriptor by the main thread, which waits for nothing else; the guests' ends come
 * from the thread of the event loop and are kept: one may be told before its guest's start has returned. */
#include "waiting.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

typedef struct End {
        unsigned char uuid[VIR_UUID_BUFLEN];
        bool failed;
} End;

struct Waiting {
        GThread *loop;
        int quit_timer;
        int quit; /* atomic */
        int signals, wake;
        int callback; /* -1: none */
        GMutex lock;  /* ends */
        GArray *ends; /* of End */
};

static int on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        Waiting *waiting = opaque;
        End end = { .failed = detail == VIR_DOMAIN_EVENT_STOPPED_CRASHED || detail == VIR_DOMAIN_EVENT_STOPPED_FAILED };
        uint64_t one = 1;

        if (event != VIR_DOMAIN_EVENT_STOPPED || virDomainGetUUID(domain, end.uuid) < 0)
                return 0;
        g_mutex_lock(&waiting->lock);
        g_array_append_val(waiting->ends, end);
        g_mutex_unlock(&waiting->lock);
        while (write(waiting->wake, &one, sizeof(one)) < 0 && errno == EINTR)
                ;
        return 0;
}

static void *run_loop(void *opaque)
{
        Waiting *waiting = opaque;

        while (!g_atomic_int_get(&waiting->quit))
                if (virEventRunDefaultImpl() < 0)
                        break;
        return NULL;
}

/* It is there to wake the loop up. */
static void on_quit(int timer, void *opaque)
{
        virEventUpdateTimeout(timer, -1);
}

Waiting *waiting_new(void)
{
        Waiting *waiting = g_new0(Waiting, 1);
        sigset_t ours;

        waiting->callback = -1;
        waiting->ends = g_array_new(FALSE, TRUE, sizeof(End));
        g_mutex_init(&waiting->lock);
        sigemptyset(&ours);
        sigaddset(&ours, SIGINT);
        sigaddset(&ours, SIGTERM);
        sigaddset(&ours, SIGHUP);
        sigaddset(&ours, SIGQUIT);
        pthread_sigmask(SIG_BLOCK, &ours, NULL);
        waiting->signals = signalfd(-1, &ours, SFD_CLOEXEC);
        waiting->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (waiting->signals < 0 || waiting->wake < 0 || virEventRegisterDefaultImpl() < 0)
                return waiting_free(waiting);
        waiting->quit_timer = virEventAddTimeout(-1, on_quit, NULL, NULL);
        waiting->loop = g_thread_new("events", run_loop, waiting);
        return waiting;
}

Waiting *waiting_free(Waiting *waiting)
{
        int saved = errno;

        if (!waiting)
                return NULL;
        if (waiting->loop) {
                g_atomic_int_set(&waiting->quit, 1);
                virEventUpdateTimeout(waiting->quit_timer, 0);
                g_thread_join(waiting->loop);
                virEventRemoveTimeout(waiting->quit_timer);
        }
        if (waiting->signals >= 0)
                close(waiting->signals);
        if (waiting->wake >= 0)
                close(waiting->wake);
        g_array_unref(waiting->ends);
        g_mutex_clear(&waiting->lock);
        g_free(waiting);
        errno = saved;
        return NULL;
}

int waiting_listen(Waiting *waiting, virConnectPtr conn)
{
        waiting->callback = virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                             VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), waiting, NULL);
        return waiting->callback < 0 ? -1 : 0;
}

void waiting_leave(Waiting *waiting, virConnectPtr conn)
{
        if (waiting->callback >= 0)
                virConnectDomainEventDeregisterAny(conn, waiting->callback);
        waiting->callback = -1;
}

/* Whether @uuid is among those that ended. */
static bool has_ended(Waiting *waiting, const unsigned char *uuid, WaitingEnd *ret_end)
{
        bool found = false;

        g_mutex_lock(&waiting->lock);
        for (guint i = 0; i < waiting->ends->len && !found; i++) {
                const End *end = &g_array_index(waiting->ends, End, i);

                found = memcmp(end->uuid, uuid, VIR_UUID_BUFLEN) == 0;
                if (found)
                        *ret_end = end->failed ? WAITING_FAILED : WAITING_ENDED;
        }
        g_mutex_unlock(&waiting->lock);
        return found;
}

WaitingEnd waiting_for(Waiting *waiting, virDomainPtr domain)
{
        struct pollfd fds[] = { { .fd = waiting->signals, .events = POLLIN },
                                { .fd = waiting->wake, .events = POLLIN } };
        unsigned char uuid[VIR_UUID_BUFLEN];
        struct signalfd_siginfo info;
        WaitingEnd end = WAITING_FAILED;
        uint64_t count;

        if (virDomainGetUUID(domain, uuid) < 0)
                return WAITING_FAILED;
        while (!has_ended(waiting, uuid, &end)) {
                if (poll(fds, G_N_ELEMENTS(fds), -1) < 0)
                        continue;
                if (fds[0].revents && read(waiting->signals, &info, sizeof(info)) > 0)
                        return WAITING_SIGNAL;
                if (fds[1].revents && read(waiting->wake, &count, sizeof(count)) < 0)
                        continue; /* somebody read it before us: the list says all */
        }
        return end;
}
