/* Which event loop the program uses. */
#include "lib/event_impl.h"

#include "util/log.h"

static const EventImpl *registered;

bool event_impl_set(const EventImpl *impl)
{
        EventImpl *copy = g_memdup2(impl, sizeof(*impl));

        if (g_atomic_pointer_compare_and_exchange(&registered, NULL, copy))
                return true;
        log_warn("an event loop is registered already, the second is ignored");
        g_free(copy);
        return false;
}

const EventImpl *event_impl_get(void)
{
        return g_atomic_pointer_get(&registered);
}

int event_impl_add_handle(int fd, int events, virEventHandleCallback func, void *opaque, virFreeCallback free)
{
        const EventImpl *impl = event_impl_get();

        return impl ? impl->add_handle(fd, events, func, opaque, free) : -1;
}

void event_impl_update_handle(int watch, int events)
{
        const EventImpl *impl = event_impl_get();

        if (impl)
                impl->update_handle(watch, events);
}

int event_impl_remove_handle(int watch)
{
        const EventImpl *impl = event_impl_get();

        return impl ? impl->remove_handle(watch) : -1;
}

int event_impl_add_timeout(int interval_ms, virEventTimeoutCallback func, void *opaque, virFreeCallback free)
{
        const EventImpl *impl = event_impl_get();

        return impl ? impl->add_timeout(interval_ms, func, opaque, free) : -1;
}

void event_impl_update_timeout(int timer, int interval_ms)
{
        const EventImpl *impl = event_impl_get();

        if (impl)
                impl->update_timeout(timer, interval_ms);
}

int event_impl_remove_timeout(int timer)
{
        const EventImpl *impl = event_impl_get();

        return impl ? impl->remove_timeout(timer) : -1;
}
