/* For tests with threads: a counter to wait on, with a deadline that fails the test. */
#pragma once

#include <glib.h>

enum { TEST_DEADLINE_S = 20 };

typedef struct Counter {
        GMutex lock;
        GCond changed;
        int value;
} Counter;

static inline void counter_add(Counter *counter, int n)
{
        g_mutex_lock(&counter->lock);
        counter->value += n;
        g_cond_broadcast(&counter->changed);
        g_mutex_unlock(&counter->lock);
}

static inline int counter_get(Counter *counter)
{
        int value;

        g_mutex_lock(&counter->lock);
        value = counter->value;
        g_mutex_unlock(&counter->lock);
        return value;
}

/** counter_wait: until it has reached @value. */
static inline void counter_wait(Counter *counter, int value)
{
        gint64 end = g_get_monotonic_time() + TEST_DEADLINE_S * G_TIME_SPAN_SECOND;

        g_mutex_lock(&counter->lock);
        while (counter->value < value)
                if (!g_cond_wait_until(&counter->changed, &counter->lock, end))
                        g_error("waited %d s for %d, have %d", TEST_DEADLINE_S, value, counter->value);
        g_mutex_unlock(&counter->lock);
}
