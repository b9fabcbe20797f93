/* What the network of an interface says: asked through the public API, like any client. */
#define LOG_SOURCE "qemu.network"
#include "guest/host_devices.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

/* The last error of this thread, which a call of the API left. */
static int fail(const char *network, Error *err)
{
        virErrorPtr last = virGetLastError();

        return error_set(err, last ? last->code : VIR_ERR_INTERNAL_ERROR, "network '%s': %s", network,
                         last ? last->message : "its driver failed without a word");
}

static int ask(virNetworkPtr network, Interface *nic, Error *err)
{
        const char *name = nic->network.network;
        char *bridge;

        if (virNetworkIsActive(network) == 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "network '%s' is not active", name);
        bridge = virNetworkGetBridgeName(network);
        if (!bridge)
                return fail(name, err);
        nic->actual = g_new0(ActualInterface, 1);
        rows_init(&ActualInterface_rows, nic->actual);
        nic->actual->type = INTERFACE_NETWORK;
        nic->actual->bridge.bridge = g_strdup(bridge);
        free(bridge);
        return 0;
}

int host_join_network(QemuHost *host, Interface *nic, Error *err)
{
        const char *name = nic->network.network;
        virConnectPtr conn = virConnectOpen(host->system ? "network:///system" : "network:///session");
        virNetworkPtr network = conn ? virNetworkLookupByName(conn, name) : NULL;
        int r = network ? ask(network, nic, err) : fail(name, err);

        if (network)
                virNetworkFree(network);
        if (conn)
                virConnectClose(conn);
        return r;
}
