/* Threads as util/ starts them. */
#include "thread.h"

#include <glib.h>
#include <signal.h>

int thread_start(pthread_t *ret_thread, const char *name, void *(*func)(void *opaque), void *opaque)
{
        char shortened[16];
        sigset_t all, before;
        int r;

        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        r = pthread_create(ret_thread, NULL, func, opaque);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r == 0) {
                g_strlcpy(shortened, name, sizeof(shortened));
                pthread_setname_np(*ret_thread, shortened);
        }
        return r;
}

void cond_init(pthread_cond_t *cond)
{
        pthread_condattr_t attributes;

        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(cond, &attributes);
        pthread_condattr_destroy(&attributes);
}

struct timespec deadline_in(int64_t delay_ms)
{
        struct timespec at;
        int64_t seconds = MIN(delay_ms / 1000, G_MAXINT32);

        clock_gettime(CLOCK_MONOTONIC, &at);
        at.tv_sec += seconds;
        at.tv_nsec += delay_ms % 1000 * 1000000;
        if (at.tv_nsec >= 1000000000) {
                at.tv_sec++;
                at.tv_nsec -= 1000000000;
        }
        return at;
}
