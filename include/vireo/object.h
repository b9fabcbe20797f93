/* The objects behind the public handles (virConnectPtr, virDomainPtr ...), as the library core and drivers see them.
 *
 * Handles are reference counted, immutable apart from the domain's id, and hold a reference on their connection.
 * The public functions check a handle (object_check()) before anybody looks inside. */
#pragma once

#include <stdint.h>

#include <libvirt/libvirt.h>

#include "util/error.h"

typedef struct Uri Uri;
typedef struct EventHub EventHub;
typedef struct DriverModule DriverModule;
typedef struct StreamCalls StreamCalls;

/* Generated from api/ (vireo/calls.h): one table of operations for each family of calls. */
typedef struct HypervisorCalls HypervisorCalls;
typedef struct NetworkCalls NetworkCalls;
typedef struct InterfaceCalls InterfaceCalls;
typedef struct StorageCalls StorageCalls;
typedef struct NodeDeviceCalls NodeDeviceCalls;
typedef struct NwfilterCalls NwfilterCalls;
typedef struct SecretCalls SecretCalls;

typedef enum {
        OBJECT_CONNECT = 0x76c10001,
        OBJECT_DOMAIN,
        OBJECT_DOMAIN_SNAPSHOT,
        OBJECT_DOMAIN_CHECKPOINT,
        OBJECT_NETWORK,
        OBJECT_NETWORK_PORT,
        OBJECT_INTERFACE,
        OBJECT_STORAGE_POOL,
        OBJECT_STORAGE_VOL,
        OBJECT_NODE_DEVICE,
        OBJECT_NWFILTER,
        OBJECT_NWFILTER_BINDING,
        OBJECT_SECRET,
        OBJECT_STREAM,
        OBJECT_ADM_CONNECT,
        OBJECT_ADM_SERVER,
        OBJECT_ADM_CLIENT,
} ObjectKind;

/* First member of every object. */
typedef struct Object {
        unsigned kind; /* ObjectKind; 0 after the last reference went */
        int refs;      /* atomic */
} Object;

/* The families of calls a connection can have, each answered by one driver. */
typedef enum {
        FAMILY_HYPERVISOR,
        FAMILY_NETWORK,
        FAMILY_INTERFACE,
        FAMILY_STORAGE,
        FAMILY_NODE_DEVICE,
        FAMILY_NWFILTER,
        FAMILY_SECRET,
        FAMILY_MAX_
} Family;

/* Who is on the other end of a connection: set by the daemon for every client, by the library for its own process. */
typedef struct Identity {
        int uid, gid; /* -1: unknown */
        int pid;
        uint64_t process_start;
        char *user_name, *group_name, *sasl_user, *x509_name, *selinux_context; /* NULL: unknown */
} Identity;

struct _virConnect {
        Object object;
        Uri *uri;       /* as virConnectGetURI() tells it */
        unsigned flags; /* VIR_CONNECT_RO ... */
        bool in_daemon; /* opened inside vireod: callbacks come directly, in the emitter's thread */
        Identity identity;
        const DriverModule *driver[FAMILY_MAX_]; /* who answers; NULL: nobody */
        void *state[FAMILY_MAX_];                /* that driver's own, for this connection or shared */
        const HypervisorCalls *hypervisor;       /* never NULL while open: an empty table instead */
        const NetworkCalls *network;
        const InterfaceCalls *interface;
        const StorageCalls *storage;
        const NodeDeviceCalls *node_device;
        const NwfilterCalls *nwfilter;
        const SecretCalls *secret;
        EventHub *events[FAMILY_MAX_];   /* where that driver's events come from; NULL: it has none */
        struct ConnectPrivate *private_; /* library core only: error, close callback, user data */
};

struct _virDomain {
        Object object;
        virConnectPtr conn;
        char *name;
        unsigned char uuid[VIR_UUID_BUFLEN];
        int id; /* -1: not running when last asked */
};

struct _virDomainSnapshot {
        Object object;
        char *name;
        virDomainPtr domain;
};

struct _virDomainCheckpoint {
        Object object;
        char *name;
        virDomainPtr domain;
};

struct _virNetwork {
        Object object;
        virConnectPtr conn;
        char *name;
        unsigned char uuid[VIR_UUID_BUFLEN];
};

struct _virNetworkPort {
        Object object;
        virNetworkPtr net;
        unsigned char uuid[VIR_UUID_BUFLEN];
};

struct _virInterface {
        Object object;
        virConnectPtr conn;
        char *name;
        char *mac; /* "" when unknown */
};

struct _virStoragePool {
        Object object;
        virConnectPtr conn;
        char *name;
        unsigned char uuid[VIR_UUID_BUFLEN];
};

struct _virStorageVol {
        Object object;
        virConnectPtr conn;
        char *pool;
        char *name;
        char *key;
};

struct _virNodeDevice {
        Object object;
        virConnectPtr conn;
        char *name;
        char *parent_name; /* filled on first virNodeDeviceGetParent() */
};

struct _virNWFilter {
        Object object;
        virConnectPtr conn;
        char *name;
        unsigned char uuid[VIR_UUID_BUFLEN];
};

struct _virNWFilterBinding {
        Object object;
        virConnectPtr conn;
        char *port_dev;
        char *filter_name;
};

struct _virSecret {
        Object object;
        virConnectPtr conn;
        unsigned char uuid[VIR_UUID_BUFLEN];
        int usage_type;
        char *usage_id;
};

struct _virStream {
        Object object;
        virConnectPtr conn;
        unsigned flags;           /* VIR_STREAM_NONBLOCK */
        const StreamCalls *calls; /* NULL until a call attached the far end */
        void *state;
};

/* What a stream's far end does. Results as in the public calls of the same name: -2 would block, -3 a hole. */
struct StreamCalls {
        int (*send)(virStreamPtr stream, const char *data, size_t length, Error *err);
        int (*recv)(virStreamPtr stream, char *data, size_t length, unsigned flags, Error *err);
        int (*send_hole)(virStreamPtr stream, long long length, unsigned flags, Error *err);
        int (*recv_hole)(virStreamPtr stream, long long *length, unsigned flags, Error *err);
        int (*event_add)(virStreamPtr stream, int events, virStreamEventCallback callback, void *opaque,
                         virFreeCallback free, Error *err);
        int (*event_update)(virStreamPtr stream, int events, Error *err);
        int (*event_remove)(virStreamPtr stream, Error *err);
        int (*finish)(virStreamPtr stream, Error *err);
        int (*abort)(virStreamPtr stream, Error *err);
        void (*free)(virStreamPtr stream);
        int (*fd)(virStreamPtr stream); /* a descriptor to wait on inside the daemon; -1: none */
};

/**
 * object_check: whether @object is a live handle of @kind; else VIR_ERR_INVALID_CONN, _DOMAIN ... as libvirt has it
 * for that kind, naming @function (object_check() takes the function it stands in). @domain is the error's domain when
 * @kind is a connection: that of the family the function belongs to; other kinds have their own.
 */
#define object_check(object, kind, err) object_check_in((object), (kind), __func__, ERROR_DOMAIN, (err))
bool object_check_in(const void *object, ObjectKind kind, const char *function, int domain, Error *err);
/** object_connect: the connection of any object; borrowed. */
virConnectPtr object_connect(void *object);
void *object_ref(void *object);
/** object_drop: as object_unref(), returns how many references are left. */
int object_drop(void *object);
/** object_unref: drop one reference, the last one frees; returns NULL; accepts NULL. */
void *object_unref(void *object);

/* New handles, with one reference, owned by the caller; they take a reference on @conn or the parent. */
virDomainPtr object_domain_new(virConnectPtr conn, const char *name, const unsigned char *uuid, int id);
virDomainSnapshotPtr object_domain_snapshot_new(virDomainPtr domain, const char *name);
virDomainCheckpointPtr object_domain_checkpoint_new(virDomainPtr domain, const char *name);
virNetworkPtr object_network_new(virConnectPtr conn, const char *name, const unsigned char *uuid);
virNetworkPortPtr object_network_port_new(virNetworkPtr net, const unsigned char *uuid);
virInterfacePtr object_interface_new(virConnectPtr conn, const char *name, const char *mac);
virStoragePoolPtr object_storage_pool_new(virConnectPtr conn, const char *name, const unsigned char *uuid);
virStorageVolPtr object_storage_vol_new(virConnectPtr conn, const char *pool, const char *name, const char *key);
virNodeDevicePtr object_node_device_new(virConnectPtr conn, const char *name);
virNWFilterPtr object_nwfilter_new(virConnectPtr conn, const char *name, const unsigned char *uuid);
virNWFilterBindingPtr object_nwfilter_binding_new(virConnectPtr conn, const char *port_dev, const char *filter_name);
virSecretPtr object_secret_new(virConnectPtr conn, const unsigned char *uuid, int usage_type, const char *usage_id);
virStreamPtr object_stream_new(virConnectPtr conn, unsigned flags);

/**
 * stream_attach_fd: @stream reads from or writes to @fd (a pipe, pty, socket; non-blocking is set; owned from then
 * on, also when this fails). @mode O_RDONLY, O_WRONLY or O_RDWR. @closed (may be NULL) runs once when the stream ends.
 */
int stream_attach_fd(virStreamPtr stream, int fd, int mode, void (*closed)(void *opaque), void *opaque, Error *err);
