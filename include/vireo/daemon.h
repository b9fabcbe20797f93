/* What vireod asks of the library core: the drivers' life, connections that always open in this process, events that
 * come directly. */
#pragma once

#include "vireo/event.h"
#include "vireo/object.h"

/** driver_modules_start: load every module and start it, host services before hypervisors. On failure the error names
 * the driver and those already started are stopped again. From then on virConnectOpen() of a driver in this process
 * opens here as well, with the identity of identity_enter(). */
int driver_modules_start(bool privileged, Error *err);
/** driver_modules_autostart, driver_modules_reload: every module in that order; a failing one does not keep the others
 * from it; the first error is returned, the rest are logged. */
int driver_modules_autostart(Error *err);
int driver_modules_reload(Error *err);
/** driver_modules_stop: in reverse order; accepts a failed start. */
void driver_modules_stop(void);
/** driver_modules_busy: what all drivers together report as keeping the daemon alive. */
unsigned driver_modules_busy(void);

/** connection_open_in_daemon: as virConnectOpen() for a client with @identity (copied); never the remote driver.
 * @uri NULL or "": the first hypervisor that is usable. VIR_ERR_NO_CONNECT when no driver takes it. */
virConnectPtr connection_open_in_daemon(const char *uri, unsigned flags, const Identity *identity, Error *err);

void identity_copy(Identity *to, const Identity *from); /* @to is overwritten, not freed */
void identity_clear(Identity *identity);
/** identity_enter: connections that this thread opens through the public API until identity_leave() carry @identity
 * (borrowed). They do not nest. */
void identity_enter(const Identity *identity);
void identity_leave(void);

/**
 * event_subscribe: call @sink for every event @event_id of @kind on @conn, or of one @object only (NULL: all), in the
 * emitter's thread: it must not block. @event lives as long as the call; event_ref() it to keep it.
 * Returns a callback id (0 or more), as the public registration does; it is unique on @conn. Holds a reference on
 * @conn until event_unsubscribe().
 */
int event_subscribe(virConnectPtr conn, ObjectKind kind, int event_id, void *object,
                    void (*sink)(const Event *event, int callback_id, void *opaque), void *opaque, Error *err);
/** event_unsubscribe: the sink is not running any more and never runs again when this returns, except when it is
 * called from inside the sink. */
int event_unsubscribe(virConnectPtr conn, int callback_id, Error *err);

/** event_subscribe_monitor: as event_subscribe() for monitor events of QEMU, with the pattern and flags of
 * virConnectDomainQemuMonitorEventRegister(). */
int event_subscribe_monitor(virConnectPtr conn, virDomainPtr domain, const char *event_name, unsigned flags,
                            void (*sink)(const Event *event, int callback_id, void *opaque), void *opaque, Error *err);
