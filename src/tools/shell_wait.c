/* Waiting for something that happens in the event thread, and giving up by time-out or Ctrl-C. */
#include "shell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct ShellWait {
        int wake_fd;
        struct sigaction old_action;
};

/* One wait at a time: a signal has nothing else to hold on to. */
static int interrupt_fd = -1;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
        uint64_t one = 1;
        int saved = errno;

        (void)signal_number;
        interrupted = 1;
        if (write(interrupt_fd, &one, sizeof(one)) < 0) {
                /* The counter is full: the waiter wakes up anyway. */
        }
        errno = saved;
}

ShellWait *wait_begin(void)
{
        ShellWait *wait = g_new0(ShellWait, 1);
        struct sigaction action = { .sa_handler = on_interrupt };

        g_assert(interrupt_fd < 0);
        wait->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        g_assert(wait->wake_fd >= 0);
        interrupt_fd = wait->wake_fd;
        interrupted = 0;
        sigemptyset(&action.sa_mask);
        sigaction(SIGINT, &action, &wait->old_action);
        return wait;
}

ShellWait *wait_end(ShellWait *wait)
{
        if (!wait)
                return NULL;
        sigaction(SIGINT, &wait->old_action, NULL);
        interrupt_fd = -1;
        close(wait->wake_fd);
        g_free(wait);
        return NULL;
}

void wait_wake(ShellWait *wait)
{
        uint64_t one = 1;

        if (write(wait->wake_fd, &one, sizeof(one)) < 0)
                g_assert(errno == EAGAIN);
}

void wait_rearm(ShellWait *wait)
{
        uint64_t count = 0;

        interrupted = 0;
        /* The signal's count goes; what a wake-up added in the meantime must stay. */
        if (read(wait->wake_fd, &count, sizeof(count)) == sizeof(count) && count > 1)
                wait_wake(wait);
}

int wait_for(ShellWait *wait, int timeout_ms)
{
        int64_t deadline = g_get_monotonic_time() + (int64_t)timeout_ms * 1000;

        for (;;) {
                struct pollfd poller = { .fd = wait->wake_fd, .events = POLLIN };
                int64_t left = timeout_ms < 0 ? -1 : MAX(0, (deadline - g_get_monotonic_time() + 999) / 1000);
                uint64_t count = 0;
                int r = interrupted ? 1 : poll(&poller, 1, (int)left);

                if (interrupted)
                        return WAIT_INTERRUPTED;
                if (r == 0)
                        return WAIT_TIMEOUT;
                if (r > 0 && read(wait->wake_fd, &count, sizeof(count)) == sizeof(count))
                        return WAIT_DONE;
        }
}
