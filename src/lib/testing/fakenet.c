/* A host service for the library's own tests: networks only, inside the daemon. */
#include <gmodule.h>

#include "vireo/driver.h"

static unsigned opened;

static int list_networks(virConnectPtr conn, virNetworkPtr **networks, unsigned flags, Error *err)
{
        unsigned char uuid[VIR_UUID_BUFLEN] = { 1 };

        if (networks) {
                *networks = g_new0(virNetworkPtr, 2);
                (*networks)[0] = object_network_new(conn, "n", uuid);
        }
        return 1;
}

static const NetworkCalls calls = { .connect_list_all_networks = list_networks };

static int open_connection(virConnectPtr conn, virConnectAuthPtr auth, Error *err)
{
        opened++;
        return DRIVER_OPENED;
}

static void close_connection(virConnectPtr conn)
{
        opened--;
}

static unsigned busy(void)
{
        return opened;
}

G_MODULE_EXPORT const DriverModule driver_module = {
        DRIVER_MODULE_HEADER,    .name = "fakenet",         .schemes = (const char *const[]){ "fakenet", NULL },
        .open = open_connection, .close = close_connection, .busy = busy,
        .network = &calls,
};
