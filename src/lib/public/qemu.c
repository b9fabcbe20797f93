/* libvirt-qemu.so: monitor events. */
#include <libvirt/libvirt-qemu.h>

#include "lib/event_listen.h"
#include "vireo/entry.h"

static int check_request(virConnectPtr conn, const EventRequest *request, Error *err)
{
        virDomainPtr domain = request->object;

        if (!object_check_in(conn, OBJECT_CONNECT, request->function, ERROR_DOMAIN, err))
                return -1;
        if (entry_writable(conn, request->function, err) < 0)
                return -1;
        if (domain && !object_check_in(domain, OBJECT_DOMAIN, request->function, ERROR_DOMAIN, err))
                return -1;
        if (domain && domain->conn != conn)
                return entry_argument(err, request->function, "dom", "domain '%s' in %s must match connection",
                                      domain->name, request->function);
        if (!request->callback)
                return entry_argument_null(err, request->function, "cb");
        return entry_flags(err, request->function, request->pattern_flags,
                           VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX |
                                   VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_NOCASE);
}

int virConnectDomainQemuMonitorEventRegister(virConnectPtr conn, virDomainPtr dom, const char *event,
                                             virConnectDomainQemuMonitorEventCallback cb, void *opaque,
                                             virFreeCallback freecb, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        EventRequest request = {
                .function = __func__,
                .kind = OBJECT_DOMAIN,
                .event_id = EVENT_ID_QEMU_MONITOR,
                .object = dom,
                .pattern = event,
                .pattern_flags = flags,
                .callback = (void (*)(void))cb,
                .opaque = opaque,
                .free = freecb,
        };
        int id = -1;

        entry_begin();
        if (check_request(conn, &request, &err) == 0)
                id = event_listen(conn, &request, &err);
        return id < 0 ? entry_failed(entry_connect(conn), &err) : id;
}

int virConnectDomainQemuMonitorEventDeregister(virConnectPtr conn, int callbackID)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int r = -1;

        entry_begin();
        if (!object_check(conn, OBJECT_CONNECT, &err))
                return entry_failed(NULL, &err);
        if (callbackID < 0)
                entry_argument_negative(&err, __func__, "callbackID");
        else
                r = event_unlisten(conn, callbackID, &err);
        return r < 0 ? entry_failed(conn, &err) : 0;
}
