/* Opening and closing connections: which driver answers which family of calls. */
#include "lib/connect.h"

#include <string.h>

#include "client_log.h"
#include "client_uri.h"
#include "connect_private.h"
#include "lib/event_impl.h"
#include "lib/last_error.h"
#include "modules.h"
#include "registry.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/process.h"
#include "vireo/daemon.h"
#include "vireo/entry.h"

/* Families that nobody answers: every operation is missing, so every call says VIR_ERR_NO_SUPPORT. */
static const HypervisorCalls no_hypervisor;
static const NetworkCalls no_network;
static const InterfaceCalls no_interface;
static const StorageCalls no_storage;
static const NodeDeviceCalls no_node_device;
static const NwfilterCalls no_nwfilter;
static const SecretCalls no_secret;

static __thread const Identity *thread_identity;

void identity_enter(const Identity *identity)
{
        thread_identity = identity;
}

void identity_leave(void)
{
        thread_identity = NULL;
}

void identity_copy(Identity *to, const Identity *from)
{
        *to = *from;
        to->user_name = g_strdup(from->user_name);
        to->group_name = g_strdup(from->group_name);
        to->sasl_user = g_strdup(from->sasl_user);
        to->x509_name = g_strdup(from->x509_name);
        to->selinux_context = g_strdup(from->selinux_context);
}

void identity_clear(Identity *identity)
{
        g_free(identity->user_name);
        g_free(identity->group_name);
        g_free(identity->sasl_user);
        g_free(identity->x509_name);
        g_free(identity->selinux_context);
        *identity = (Identity){ .uid = -1, .gid = -1 };
}

/* The calling process; its start time is what a daemon of ours would learn from the socket, so it is left out. */
static Identity identity_own(void)
{
        return (Identity){ .uid = getuid(), .gid = getgid(), .pid = getpid() };
}

static virConnectPtr connect_new(const char *uri, unsigned flags, const Identity *identity, Error *err)
{
        g_autoptr(Uri) parsed = NULL;
        Identity own = identity_own();
        virConnectPtr conn;

        if (uri && !(parsed = uri_parse(uri, err)))
                return NULL;
        if (parsed && !uri_scheme(parsed))
                return error_null(err, VIR_ERR_NO_CONNECT, "URI '%s' does not include a driver name", uri);

        conn = object_new(OBJECT_CONNECT, NULL);
        conn->uri = g_steal_pointer(&parsed);
        conn->flags = flags;
        identity_copy(&conn->identity, identity ? identity : &own);
        conn->hypervisor = &no_hypervisor;
        conn->network = &no_network;
        conn->interface = &no_interface;
        conn->storage = &no_storage;
        conn->node_device = &no_node_device;
        conn->nwfilter = &no_nwfilter;
        conn->secret = &no_secret;
        conn->private_ = g_new0(struct ConnectPrivate, 1);
        pthread_mutex_init(&conn->private_->lock, NULL);
        conn->private_->close_reason = -1;
        return conn;
}

/* Gives @module the families it offers and nobody has. */
#define FAMILY_TAKE(family, member, none)                                                                              \
        if (!conn->driver[family] && module->member) {                                                                 \
                conn->driver[family] = module;                                                                         \
                conn->member = module->member;                                                                         \
        }

static void families_take(virConnectPtr conn, const DriverModule *module)
{
        FAMILY_TAKE(FAMILY_HYPERVISOR, hypervisor, no_hypervisor)
        FAMILY_TAKE(FAMILY_NETWORK, network, no_network)
        FAMILY_TAKE(FAMILY_INTERFACE, interface, no_interface)
        FAMILY_TAKE(FAMILY_STORAGE, storage, no_storage)
        FAMILY_TAKE(FAMILY_NODE_DEVICE, node_device, no_node_device)
        FAMILY_TAKE(FAMILY_NWFILTER, nwfilter, no_nwfilter)
        FAMILY_TAKE(FAMILY_SECRET, secret, no_secret)
}

#define FAMILY_DROP(family, member, none)                                                                              \
        if (conn->driver[family] == module) {                                                                          \
                conn->driver[family] = NULL;                                                                           \
                conn->state[family] = NULL;                                                                            \
                conn->events[family] = NULL;                                                                           \
                conn->member = &(none);                                                                                \
        }

static void families_drop(virConnectPtr conn, const DriverModule *module)
{
        FAMILY_DROP(FAMILY_HYPERVISOR, hypervisor, no_hypervisor)
        FAMILY_DROP(FAMILY_NETWORK, network, no_network)
        FAMILY_DROP(FAMILY_INTERFACE, interface, no_interface)
        FAMILY_DROP(FAMILY_STORAGE, storage, no_storage)
        FAMILY_DROP(FAMILY_NODE_DEVICE, node_device, no_node_device)
        FAMILY_DROP(FAMILY_NWFILTER, nwfilter, no_nwfilter)
        FAMILY_DROP(FAMILY_SECRET, secret, no_secret)
}

/* DRIVER_OPENED, DRIVER_DECLINED, -1. */
static int module_open(virConnectPtr conn, const DriverModule *module, virConnectAuthPtr auth, Error *err)
{
        int r;

        families_take(conn, module);
        r = module->open ? module->open(conn, auth, err) : DRIVER_OPENED;
        if (r != DRIVER_OPENED)
                families_drop(conn, module);
        return r;
}

/* The module that opens the URI of @conn, or REGISTRY_NOT_FOUND. */
static int module_open_uri(virConnectPtr conn, const DriverModule *module, virConnectAuthPtr auth, Error *err)
{
        g_autofree char *text = conn->uri ? uri_format(conn->uri) : g_strdup("(none)");
        int r = module_open(conn, module, auth, err);

        if (r == DRIVER_DECLINED)
                return error_set(err, VIR_ERR_NO_CONNECT, "%s", text);
        return r;
}

static bool offers_missing_family(virConnectPtr conn, const DriverModule *module)
{
        return (module->network && !conn->driver[FAMILY_NETWORK]) ||
               (module->interface && !conn->driver[FAMILY_INTERFACE]) ||
               (module->storage && !conn->driver[FAMILY_STORAGE]) ||
               (module->node_device && !conn->driver[FAMILY_NODE_DEVICE]) ||
               (module->nwfilter && !conn->driver[FAMILY_NWFILTER]) || (module->secret && !conn->driver[FAMILY_SECRET]);
}

/* Inside the daemon a hypervisor's connection also serves networks, storage ... through whoever offers them. A host
 * service that fails to open leaves its calls unsupported, the hypervisor usable. */
static void families_complete(virConnectPtr conn)
{
        const DriverModule *module;

        for (size_t i = 0; (module = registry_at(i)); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                if (module->hypervisor || !offers_missing_family(conn, module))
                        continue;
                if (module_open(conn, module, NULL, &err) < 0)
                        log_warn("driver '%s' does not join the connection: %s", module->name, err.message);
        }
}

/* Whether the first hypervisor is asked before the second: libvirt's order is the modules' rank. */
static int compare_rank(const void *a, const void *b)
{
        const DriverModule *const *first = a;
        const DriverModule *const *second = b;

        if ((*first)->probe_rank != (*second)->probe_rank)
                return (*first)->probe_rank < (*second)->probe_rank ? -1 : 1;
        return strcmp((*first)->name, (*second)->name);
}

/* The URI of the first usable hypervisor; NULL: there is none. Borrowed from its driver. */
static const char *modules_probe(bool privileged)
{
        g_autoptr(GPtrArray) modules = g_ptr_array_new();
        const DriverModule *module;

        for (size_t i = 0; (module = registry_at(i)); i++) {
                if (module->probe)
                        g_ptr_array_add(modules, (gpointer)module);
        }
        g_ptr_array_sort(modules, compare_rank);
        for (size_t i = 0; i < modules->len; i++) {
                const char *uri;

                module = g_ptr_array_index(modules, i);
                uri = module->probe(privileged);
                if (uri)
                        return uri;
        }
        return NULL;
}

virConnectPtr connection_open_in_daemon(const char *uri, unsigned flags, const Identity *identity, Error *err)
{
        const char *name = uri && *uri ? uri : modules_probe(geteuid() == 0);
        const DriverModule *module = NULL;
        virConnectPtr conn;
        int r;

        if (!name)
                return error_null(err, VIR_ERR_NO_CONNECT, "no hypervisor is usable on this host");
        conn = connect_new(name, flags, identity, err);
        if (!conn)
                return NULL;
        conn->in_daemon = true;

        r = registry_by_scheme(uri_scheme(conn->uri), &module, err);
        if (r == REGISTRY_NOT_FOUND || (r == REGISTRY_FOUND && uri_transport(conn->uri)))
                r = error_set(err, VIR_ERR_NO_CONNECT, "%s", name);
        if (r == REGISTRY_FOUND)
                r = module_open_uri(conn, module, NULL, err);
        if (r < 0)
                return object_unref(conn);
        families_complete(conn);
        return conn;
}

static bool is_embedded(const Uri *uri)
{
        return uri && strcmp(uri_path(uri), "/embed") == 0;
}

/* A driver that shall work in this process, with all that it keeps below a folder of the program's choice. Never a
 * daemon's: what a module cannot do here is refused. */
static int embedded_module(const Uri *uri, const DriverModule **ret_module, Error *err)
{
        g_autofree char *text = uri_format(uri);
        const char *root = uri_parameter(uri, "root");
        int r;

        if (uri_transport(uri))
                return error_set(err, VIR_ERR_NO_CONNECT, "URI scheme '%s+%s' for embedded driver is not valid",
                                 uri_scheme(uri), uri_transport(uri));
        if (!root)
                return error_set(err, VIR_ERR_INVALID_ARG, "Missing URI parameter 'root'");
        if (!g_path_is_absolute(root))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "root path must be absolute");
        if (!event_impl_get())
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "An event loop implementation must be registered (virEventRegisterDefaultImpl)");
        r = registry_by_scheme(uri_scheme(uri), ret_module, err);
        if (r != REGISTRY_FOUND)
                return r < 0 ? -1 : error_set(err, VIR_ERR_NO_CONNECT, "%s", text);
        if (!(*ret_module)->in_process || !(*ret_module)->in_process(uri))
                return error_set(err, VIR_ERR_NO_CONNECT, "%s (the driver '%s' cannot be embedded in a program)", text,
                                 (*ret_module)->name);
        return REGISTRY_FOUND;
}

/* The module for a client: one that works in this process, else the one that speaks with a daemon. */
static int client_module(virConnectPtr conn, const DriverModule **ret_module, Error *err)
{
        const DriverModule *module = NULL;
        int r = REGISTRY_NOT_FOUND;

        if (is_embedded(conn->uri))
                return embedded_module(conn->uri, ret_module, err);
        if (conn->uri && !uri_transport(conn->uri)) {
                r = registry_by_scheme(uri_scheme(conn->uri), &module, err);
                if (r == REGISTRY_FOUND && (!module->in_process || !module->in_process(conn->uri)))
                        r = REGISTRY_NOT_FOUND;
        }
        if (r == REGISTRY_NOT_FOUND)
                r = registry_by_name("remote", &module, err);
        if (r == REGISTRY_NOT_FOUND) {
                g_autofree char *text = conn->uri ? uri_format(conn->uri) : g_strdup("(none)");

                return error_set(err, VIR_ERR_NO_CONNECT, "%s (the module 'remote' is not installed)", text);
        }
        *ret_module = module;
        return r;
}

virConnectPtr connect_open(const char *name, virConnectAuthPtr auth, unsigned flags, Error *err)
{
        g_autofree char *uri = NULL;
        const DriverModule *module = NULL;
        virConnectPtr conn;

        if (modules_running())
                return connection_open_in_daemon(name, flags, thread_identity, err);
        client_log_set_up();
        if (client_uri_resolve(name, flags, &uri, err) < 0)
                return NULL;
        conn = connect_new(uri, flags, NULL, err);
        if (!conn)
                return NULL;
        if (client_module(conn, &module, err) < 0 || module_open_uri(conn, module, auth, err) < 0)
                return object_unref(conn);
        return conn;
}

int connect_set_uri(virConnectPtr conn, const char *text, Error *err)
{
        Uri *uri = uri_parse(text, err);

        if (!uri)
                return -1;
        uri_free(conn->uri);
        conn->uri = uri;
        return 0;
}

/* Every driver of the connection once. */
static void drivers_close(virConnectPtr conn)
{
        for (int family = 0; family < FAMILY_MAX_; family++) {
                const DriverModule *module = conn->driver[family];

                if (!module)
                        continue;
                if (module->close)
                        module->close(conn);
                families_drop(conn, module);
        }
}

void connect_finish(virConnectPtr conn)
{
        CloseCallback close = conn->private_->close;

        drivers_close(conn);
        event_connection_finish(conn);
        if (close.func && close.free)
                close.free(close.opaque);
        last_error_clear(&conn->private_->last_error);
        pthread_mutex_destroy(&conn->private_->lock);
        g_free(conn->private_);
        identity_clear(&conn->identity);
        uri_free(conn->uri);
}
