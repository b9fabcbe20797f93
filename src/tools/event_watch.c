#include "event_watch.h"

#include <stdarg.h>

bool event_watch_init(EventWatch *watch, Shell *shell, const ShellArgs *args)
{
        *watch = (EventWatch){ .shell = shell, .timeout_ms = -1 };
        if (args_timeout_ms(shell, args, &watch->timeout_ms) < 0)
                return false;
        watch->loop = args_has(args, "loop");
        watch->timestamp = args_has(args, "timestamp");
        g_mutex_init(&watch->lock);
        watch->wait = wait_begin();
        return true;
}

static char *time_now(void)
{
        g_autoptr(GDateTime) now = g_date_time_new_now_utc();
        g_autofree char *seconds = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");

        return g_strdup_printf("%s.%03d+0000", seconds, g_date_time_get_microsecond(now) / 1000);
}

void event_watch_print(EventWatch *watch, const char *format, ...)
{
        g_autofree char *text = NULL;
        g_autofree char *stamp = watch->timestamp ? time_now() : NULL;
        va_list va;

        va_start(va, format);
        text = g_strdup_vprintf(format, va);
        va_end(va);
        g_mutex_lock(&watch->lock);
        if (!watch->ended) {
                if (stamp)
                        shell_print(watch->shell, "%s: ", stamp);
                shell_print(watch->shell, "%s\n", text);
                fflush(stdout);
                watch->count++;
                watch->ended = !watch->loop;
                if (watch->ended)
                        wait_wake(watch->wait);
        }
        g_mutex_unlock(&watch->lock);
}

bool event_watch_run(EventWatch *watch)
{
        int r = wait_for(watch->wait, watch->timeout_ms);
        int count = 0;

        g_mutex_lock(&watch->lock);
        watch->ended = true;
        count = watch->count;
        g_mutex_unlock(&watch->lock);
        if (r == WAIT_INTERRUPTED)
                shell_print(watch->shell, "event loop interrupted\n");
        else if (r == WAIT_TIMEOUT)
                shell_print(watch->shell, "event loop timed out\n");
        shell_print(watch->shell, "events received: %d\n", count);
        return count > 0;
}

void event_watch_done(EventWatch *watch)
{
        watch->wait = wait_end(watch->wait);
        g_mutex_clear(&watch->lock);
}
