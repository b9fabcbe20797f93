/* See client_log.h. */
#include "client_log.h"

#include <pthread.h>
#include <stdlib.h>

#include "util/log.h"

static void set_text(const char *variable, int (*set)(const char *text, Error *err))
{
        const char *text = secure_getenv(variable);
        ERROR_AUTO Error err = ERROR_INIT;

        if (text && *text && set(text, &err) < 0)
                log_warn("%s: %s", variable, err.message);
}

static void set_up(void)
{
        const char *level = secure_getenv("LIBVIRT_DEBUG");

        if (level && *level)
                log_set_level(log_level_named(level, log_get_level()), NULL);
        set_text("LIBVIRT_LOG_FILTERS", log_set_filters);
        set_text("LIBVIRT_LOG_OUTPUTS", log_set_outputs);
}

void client_log_set_up(void)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, set_up);
}
