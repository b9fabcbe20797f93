/* For tests with threads: a counter to wait on, with a deadline that fails the test. All zero is ready for use. */
#pragma once

#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <time.h>

enum { TEST_DEADLINE_S = 60 };

typedef struct Counter {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        int value;
} Counter;

static inline void counter_add(Counter *counter, int n)
{
        pthread_mutex_lock(&counter->lock);
        counter->value += n;
        pthread_cond_broadcast(&counter->changed);
        pthread_mutex_unlock(&counter->lock);
}

static inline int counter_get(Counter *counter)
{
        int value;

        pthread_mutex_lock(&counter->lock);
        value = counter->value;
        pthread_mutex_unlock(&counter->lock);
        return value;
}

/** counter_wait: until it has reached @value. */
static inline void counter_wait(Counter *counter, int value)
{
        struct timespec end;

        clock_gettime(CLOCK_REALTIME, &end);
        end.tv_sec += TEST_DEADLINE_S;
        pthread_mutex_lock(&counter->lock);
        while (counter->value < value)
                if (pthread_cond_timedwait(&counter->changed, &counter->lock, &end) == ETIMEDOUT)
                        g_error("waited %d s for %d, have %d", TEST_DEADLINE_S, value, counter->value);
        pthread_mutex_unlock(&counter->lock);
}
