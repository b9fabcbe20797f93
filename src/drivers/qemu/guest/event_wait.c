/* See event_wait.h. */
#include "guest/event_wait.h"

#include <pthread.h>
#include <string.h>

#include <glib.h>

#include "util/auto.h"
#include "util/pool.h"

struct EventWait {
        pthread_mutex_t mutex; /* over all below */
        pthread_cond_t wake;
        char *name; /* what is expected; NULL: nothing */
        bool come, closed;
        char *data; /* as text: JSON is not shared between threads */
};

EventWait *event_wait_new(void)
{
        EventWait *wait = g_new0(EventWait, 1);

        pthread_mutex_init(&wait->mutex, NULL);
        pthread_cond_init(&wait->wake, NULL);
        return wait;
}

void event_wait_free(EventWait *wait)
{
        if (!wait)
                return;
        pthread_cond_destroy(&wait->wake);
        pthread_mutex_destroy(&wait->mutex);
        g_free(wait->name);
        g_free(wait->data);
        g_free(wait);
}

void event_wait_expect(EventWait *wait, const char *name)
{
        LOCKED(&wait->mutex);

        g_free(wait->name);
        wait->name = g_strdup(name);
        wait->come = wait->closed = false;
        g_clear_pointer(&wait->data, g_free);
}

int event_wait_take(EventWait *wait, int ms, Json **ret_data, Error *err)
{
        const struct timespec limit = pool_wait_limit(ms);
        g_autofree char *data = NULL;
        bool come, closed;
        int r = 0;

        pool_wait_begin();
        pthread_mutex_lock(&wait->mutex);
        while (!wait->come && !wait->closed && r == 0)
                r = ms ? pthread_cond_timedwait(&wait->wake, &wait->mutex, &limit)
                       : pthread_cond_wait(&wait->wake, &wait->mutex);
        come = wait->come;
        closed = wait->closed;
        data = g_steal_pointer(&wait->data);
        g_clear_pointer(&wait->name, g_free);
        pthread_mutex_unlock(&wait->mutex);
        pool_wait_end();
        if (!come && !closed)
                return error_set(err, VIR_ERR_OPERATION_TIMEOUT, "QEMU did not report within %d ms", ms);
        if (!come)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "domain is no longer running");
        *ret_data = data ? json_parse(data, strlen(data), NULL) : NULL;
        return 0;
}

void event_wait_event(EventWait *wait, const char *name, const Json *data)
{
        LOCKED(&wait->mutex);

        if (!wait->name || wait->come || strcmp(wait->name, name) != 0)
                return;
        wait->come = true;
        wait->data = data ? json_format(data, false) : NULL;
        pthread_cond_broadcast(&wait->wake);
}

void event_wait_closed(EventWait *wait)
{
        LOCKED(&wait->mutex);

        wait->closed = true;
        pthread_cond_broadcast(&wait->wake);
}
