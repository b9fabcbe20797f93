/* The contract between the library core and a driver: one module, one exported symbol `driver_module`.
 *
 * A driver sees include/, util/ and conf/, nothing else (the build gives it no other include tree). Operations have the
 * public function's parameters and results plus `Error *err`; arguments were checked by the generated entry point.
 * An operation that is left out of the table answers VIR_ERR_NO_SUPPORT. */
#pragma once

#include "vireo/calls.h"
#include "vireo/event.h"
#include "vireo/object.h"
#include "vireo/uri.h"

enum { DRIVER_ABI = 1 };

#define DRIVER_MODULE_HEADER .abi = DRIVER_ABI, .size = sizeof(DriverModule)

/* Results of open(). */
enum { DRIVER_OPENED = 0, DRIVER_DECLINED = 1 };

enum {
        DRIVER_READS_WAIT = 1, /* even reading calls may wait (a remote hypervisor): never run them in an I/O thread */
};

struct DriverModule {
        unsigned abi;
        size_t size;
        const char *name;           /* as virConnectGetType() in lower case: "qemu", "test" */
        const char *const *schemes; /* of URIs it opens as a hypervisor, NULL-terminated */
        unsigned flags;

        /** in_process: whether a client opens @uri in its own process (test:///default, qemu:///embed) instead of
         * asking the daemon. NULL: never. A URI with a transport is never asked about; one with a host is. */
        bool (*in_process)(const Uri *uri);

        /** probe: the URI to use when none was given and this hypervisor is usable for @privileged, else NULL. */
        const char *(*probe)(bool privileged);

        /** open: fill conn->state[], conn->events[] for the families it answers. DRIVER_DECLINED: not for this path. */
        int (*open)(virConnectPtr conn, virConnectAuthPtr auth, Error *err);
        void (*close)(virConnectPtr conn);

        /** watch_close: a program begins (@wanted) or ceases to wait for connect_closed(). NULL: nothing has to be done
         * for it. */
        int (*watch_close)(virConnectPtr conn, bool wanted, Error *err);

        /* Inside the daemon, all optional: load state, find running guests (start), autostart, configuration read
         * again (reload), orderly end (stop). `busy`: how many running guests or open things keep `--timeout` off. */
        int (*start)(bool privileged, Error *err);
        int (*autostart)(Error *err);
        int (*reload)(Error *err);
        void (*stop)(void);
        unsigned (*busy)(void);

        const HypervisorCalls *hypervisor;
        const NetworkCalls *network;
        const InterfaceCalls *interface;
        const StorageCalls *storage;
        const NodeDeviceCalls *node_device;
        const NwfilterCalls *nwfilter;
        const SecretCalls *secret;

        int probe_rank; /* the smaller, the earlier probe() is asked */
};

/* Every module defines it: G_MODULE_EXPORT const DriverModule driver_module = { DRIVER_MODULE_HEADER, ... }; */
extern const DriverModule driver_module;

/* For a driver that speaks with a far end. */

/** connect_set_uri: what virConnectGetURI() tells from now on; only while open() runs. */
int connect_set_uri(virConnectPtr conn, const char *text, Error *err);

/** connect_closed: the far end is gone (@reason: virConnectCloseReason). The program's close callback runs once, from
 * its event loop, directly where it has none or inside the daemon. */
void connect_closed(virConnectPtr conn, int reason);
