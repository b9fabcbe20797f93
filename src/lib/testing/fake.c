/* A driver for the library's own tests: one domain "d", events on demand, a console that says hello. */
#include <errno.h>
#include <fcntl.h>
#include <gmodule.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake.h"
#include "vireo/events.h"

static const unsigned char uuid[VIR_UUID_BUFLEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

static EventHub *hub;

static const char *get_type(virConnectPtr conn, Error *err)
{
        return "FAKE";
}

static virDomainPtr lookup(virConnectPtr conn, const char *name, Error *err)
{
        if (strcmp(name, "d") != 0)
                return error_null(err, VIR_ERR_NO_DOMAIN, "no domain with matching name '%s'", name);
        return object_domain_new(conn, name, uuid, 1);
}

static int suspend(virDomainPtr domain, Error *err)
{
        event_emit(hub, event_domain_lifecycle(domain->name, domain->uuid, domain->id, VIR_DOMAIN_EVENT_SUSPENDED,
                                               VIR_DOMAIN_EVENT_SUSPENDED_PAUSED));
        return 0;
}

/* As if the far end had gone away. */
static int resume(virDomainPtr domain, Error *err)
{
        connect_closed(domain->conn, VIR_CONNECT_CLOSE_REASON_EOF);
        return 0;
}

static int open_console(virDomainPtr domain, const char *device, virStreamPtr stream, unsigned flags, Error *err)
{
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
                return error_errno(err, errno, "socketpair");
        if (write(pair[1], "hello", 5) != 5)
                return error_errno(err, errno, "write");
        close(pair[1]);
        return stream_attach_fd(stream, pair[0], O_RDWR, NULL, NULL, err);
}

static HypervisorCalls calls = {
        .connect_get_type = get_type,
        .domain_lookup_by_name = lookup,
        .domain_suspend = suspend,
        .domain_resume = resume,
        .domain_open_console = open_console,
};

static bool in_process(const Uri *uri)
{
        return strcmp(uri_path(uri), "/far") != 0;
}

static const char *probe(bool privileged)
{
        return "fake:///probed";
}

static int open_connection(virConnectPtr conn, virConnectAuthPtr auth, Error *err)
{
        if (strcmp(uri_path(conn->uri), "/declined") == 0)
                return DRIVER_DECLINED;
        if (strcmp(uri_path(conn->uri), "/broken") == 0)
                return error_set(err, VIR_ERR_AUTH_FAILED, "no way in");
        if (!hub)
                hub = event_hub_new();
        fake_migration_calls(&calls);
        conn->state[FAMILY_HYPERVISOR] = hub;
        conn->events[FAMILY_HYPERVISOR] = hub;
        return DRIVER_OPENED;
}

G_MODULE_EXPORT const DriverModule driver_module = {
        DRIVER_MODULE_HEADER,     .name = "fake", .schemes = (const char *const[]){ "fake", NULL },
        .in_process = in_process, .probe = probe, .open = open_connection,
        .hypervisor = &calls,
};
