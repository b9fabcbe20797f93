/* The public event loop functions. Without a registered loop they fail without an error, as libvirt's do. */
#include "lib/event_impl.h"
#include "vireo/entry.h"

void virEventRegisterImpl(virEventAddHandleFunc addHandle, virEventUpdateHandleFunc updateHandle,
                          virEventRemoveHandleFunc removeHandle, virEventAddTimeoutFunc addTimeout,
                          virEventUpdateTimeoutFunc updateTimeout, virEventRemoveTimeoutFunc removeTimeout)
{
        EventImpl impl = {
                .add_handle = addHandle,
                .update_handle = updateHandle,
                .remove_handle = removeHandle,
                .add_timeout = addTimeout,
                .update_timeout = updateTimeout,
                .remove_timeout = removeTimeout,
        };

        event_impl_set(&impl);
}

int virEventRegisterDefaultImpl(void)
{
        entry_begin();
        event_impl_set(&event_loop_impl);
        return 0;
}

int virEventRunDefaultImpl(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (event_loop_run(&err) < 0)
                return entry_failed(NULL, &err);
        return 0;
}

int virEventAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque, virFreeCallback ff)
{
        return event_impl_add_handle(fd, events, cb, opaque, ff);
}

void virEventUpdateHandle(int watch, int events)
{
        event_impl_update_handle(watch, events);
}

int virEventRemoveHandle(int watch)
{
        return event_impl_remove_handle(watch);
}

int virEventAddTimeout(int timeout, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff)
{
        return event_impl_add_timeout(timeout, cb, opaque, ff);
}

void virEventUpdateTimeout(int timer, int timeout)
{
        event_impl_update_timeout(timer, timeout);
}

int virEventRemoveTimeout(int timer)
{
        return event_impl_remove_timeout(timer);
}
