/* Handles: making, checking, counting and freeing every kind of object that the public API gives out. */
#include "vireo/object.h"

#include <string.h>

#include "connect_private.h"
#include "vireo/admin.h"
#include "vireo/entry.h"

typedef struct Kind {
        ObjectKind kind;
        int code;        /* of a bad handle */
        int domain;      /* of that error; -1: the domain of the calling function's family */
        size_t size;     /* of the struct */
        ptrdiff_t owner; /* where the handle keeps its connection or parent; 0: it has none */
        void (*clear)(void *object);
} Kind;

#define KIND(kind_, code_, domain_, type, owner_, clear_)                                                              \
        {                                                                                                              \
                .kind = (kind_), .code = (code_), .domain = (domain_), .size = sizeof(struct type),                    \
                .owner = offsetof(struct type, owner_), .clear = (clear_),                                             \
        }

static void clear_domain(void *object)
{
        g_free(((virDomainPtr)object)->name);
}

static void clear_snapshot(void *object)
{
        g_free(((virDomainSnapshotPtr)object)->name);
}

static void clear_checkpoint(void *object)
{
        g_free(((virDomainCheckpointPtr)object)->name);
}

static void clear_network(void *object)
{
        g_free(((virNetworkPtr)object)->name);
}

static void clear_interface(void *object)
{
        virInterfacePtr interface = object;

        g_free(interface->name);
        g_free(interface->mac);
}

static void clear_pool(void *object)
{
        g_free(((virStoragePoolPtr)object)->name);
}

static void clear_volume(void *object)
{
        virStorageVolPtr volume = object;

        g_free(volume->pool);
        g_free(volume->name);
        g_free(volume->key);
}

static void clear_node_device(void *object)
{
        virNodeDevicePtr device = object;

        g_free(device->name);
        g_free(device->parent_name);
}

static void clear_nwfilter(void *object)
{
        g_free(((virNWFilterPtr)object)->name);
}

static void clear_binding(void *object)
{
        virNWFilterBindingPtr binding = object;

        g_free(binding->port_dev);
        g_free(binding->filter_name);
}

static void clear_secret(void *object)
{
        g_free(((virSecretPtr)object)->usage_id);
}

static void clear_stream(void *object)
{
        virStreamPtr stream = object;

        if (stream->calls && stream->calls->free)
                stream->calls->free(stream);
}

static const Kind kinds[] = {
        KIND(OBJECT_DOMAIN, VIR_ERR_INVALID_DOMAIN, VIR_FROM_DOM, _virDomain, conn, clear_domain),
        KIND(OBJECT_DOMAIN_SNAPSHOT, VIR_ERR_INVALID_DOMAIN_SNAPSHOT, VIR_FROM_DOMAIN_SNAPSHOT, _virDomainSnapshot,
             domain, clear_snapshot),
        KIND(OBJECT_DOMAIN_CHECKPOINT, VIR_ERR_INVALID_DOMAIN_CHECKPOINT, VIR_FROM_DOMAIN_CHECKPOINT,
             _virDomainCheckpoint, domain, clear_checkpoint),
        KIND(OBJECT_NETWORK, VIR_ERR_INVALID_NETWORK, VIR_FROM_NETWORK, _virNetwork, conn, clear_network),
        KIND(OBJECT_NETWORK_PORT, VIR_ERR_INVALID_NETWORK_PORT, VIR_FROM_NETWORK, _virNetworkPort, net, NULL),
        KIND(OBJECT_INTERFACE, VIR_ERR_INVALID_INTERFACE, VIR_FROM_INTERFACE, _virInterface, conn, clear_interface),
        KIND(OBJECT_STORAGE_POOL, VIR_ERR_INVALID_STORAGE_POOL, VIR_FROM_STORAGE, _virStoragePool, conn, clear_pool),
        KIND(OBJECT_STORAGE_VOL, VIR_ERR_INVALID_STORAGE_VOL, VIR_FROM_STORAGE, _virStorageVol, conn, clear_volume),
        KIND(OBJECT_NODE_DEVICE, VIR_ERR_INVALID_NODE_DEVICE, VIR_FROM_NODEDEV, _virNodeDevice, conn,
             clear_node_device),
        KIND(OBJECT_NWFILTER, VIR_ERR_INVALID_NWFILTER, VIR_FROM_NWFILTER, _virNWFilter, conn, clear_nwfilter),
        KIND(OBJECT_NWFILTER_BINDING, VIR_ERR_INVALID_NWFILTER_BINDING, VIR_FROM_NWFILTER, _virNWFilterBinding, conn,
             clear_binding),
        KIND(OBJECT_SECRET, VIR_ERR_INVALID_SECRET, VIR_FROM_SECRET, _virSecret, conn, clear_secret),
        KIND(OBJECT_STREAM, VIR_ERR_INVALID_STREAM, VIR_FROM_STREAMS, _virStream, conn, clear_stream),
        { .kind = OBJECT_CONNECT, .code = VIR_ERR_INVALID_CONN, .domain = -1, .size = sizeof(struct _virConnect) },
        { .kind = OBJECT_ADM_CONNECT,
          .code = VIR_ERR_INVALID_CONN,
          .domain = -1,
          .size = sizeof(struct _virAdmConnect),
          .clear = object_adm_connect_clear },
        KIND(OBJECT_ADM_SERVER, VIR_ERR_INVALID_CONN, -1, _virAdmServer, conn, object_adm_server_clear),
        KIND(OBJECT_ADM_CLIENT, VIR_ERR_INVALID_CONN, -1, _virAdmClient, server, NULL),
};

static const Kind *kind_find(unsigned kind)
{
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                if (kinds[i].kind == kind)
                        return &kinds[i];
        }
        return NULL;
}

bool object_check_in(const void *object, ObjectKind kind, const char *function, int domain, Error *err)
{
        const Object *head = object;
        const Kind *row;

        if (head && head->kind == kind)
                return true;

        row = kind_find(kind);
        /* The admin objects have no numbers of their own. */
        error_set_from(err, row && row->domain >= 0 ? row->domain : domain, row ? row->code : VIR_ERR_INVALID_CONN,
                       "%s", function);
        return false;
}

/* The connection or parent of an object that has one. */
static void *owner_of(void *object)
{
        const Kind *row = kind_find(((Object *)object)->kind);

        if (!row || !row->owner)
                return NULL;
        return G_STRUCT_MEMBER(void *, object, row->owner);
}

virConnectPtr object_connect(void *object)
{
        while (object && ((Object *)object)->kind != OBJECT_CONNECT)
                object = owner_of(object);
        return object;
}

virConnectPtr entry_connect(const void *object)
{
        const Object *head = object;

        return head && kind_find(head->kind) ? object_connect((void *)object) : NULL;
}

void *object_ref(void *object)
{
        g_atomic_int_inc(&((Object *)object)->refs);
        return object;
}

int object_drop(void *object)
{
        const Kind *row = kind_find(((Object *)object)->kind);
        void *owner;
        int left;

        g_assert(row);
        left = g_atomic_int_add(&((Object *)object)->refs, -1) - 1;
        if (left > 0)
                return left;

        if (row->kind == OBJECT_CONNECT) {
                connect_finish(object);
        } else {
                owner = owner_of(object);
                if (row->clear)
                        row->clear(object);
                ((Object *)object)->kind = 0;
                object_unref(owner);
        }
        ((Object *)object)->kind = 0;
        g_free(object);
        return 0;
}

void *object_unref(void *object)
{
        if (object)
                object_drop(object);
        return NULL;
}

void *object_new(ObjectKind kind, void *owner)
{
        const Kind *row = kind_find(kind);
        Object *object;

        g_assert(row);
        object = g_malloc0(row->size);
        object->kind = kind;
        object->refs = 1;
        if (row->owner)
                G_STRUCT_MEMBER(void *, object, row->owner) = object_ref(owner);
        return object;
}

virDomainPtr object_domain_new(virConnectPtr conn, const char *name, const unsigned char *uuid, int id)
{
        virDomainPtr domain = object_new(OBJECT_DOMAIN, conn);

        domain->name = g_strdup(name);
        memcpy(domain->uuid, uuid, VIR_UUID_BUFLEN);
        domain->id = id;
        return domain;
}

virDomainSnapshotPtr object_domain_snapshot_new(virDomainPtr domain, const char *name)
{
        virDomainSnapshotPtr snapshot = object_new(OBJECT_DOMAIN_SNAPSHOT, domain);

        snapshot->name = g_strdup(name);
        return snapshot;
}

virDomainCheckpointPtr object_domain_checkpoint_new(virDomainPtr domain, const char *name)
{
        virDomainCheckpointPtr checkpoint = object_new(OBJECT_DOMAIN_CHECKPOINT, domain);

        checkpoint->name = g_strdup(name);
        return checkpoint;
}

virNetworkPtr object_network_new(virConnectPtr conn, const char *name, const unsigned char *uuid)
{
        virNetworkPtr net = object_new(OBJECT_NETWORK, conn);

        net->name = g_strdup(name);
        memcpy(net->uuid, uuid, VIR_UUID_BUFLEN);
        return net;
}

virNetworkPortPtr object_network_port_new(virNetworkPtr net, const unsigned char *uuid)
{
        virNetworkPortPtr port = object_new(OBJECT_NETWORK_PORT, net);

        memcpy(port->uuid, uuid, VIR_UUID_BUFLEN);
        return port;
}

virInterfacePtr object_interface_new(virConnectPtr conn, const char *name, const char *mac)
{
        virInterfacePtr interface = object_new(OBJECT_INTERFACE, conn);

        interface->name = g_strdup(name);
        interface->mac = g_strdup(mac ? mac : "");
        return interface;
}

virStoragePoolPtr object_storage_pool_new(virConnectPtr conn, const char *name, const unsigned char *uuid)
{
        virStoragePoolPtr pool = object_new(OBJECT_STORAGE_POOL, conn);

        pool->name = g_strdup(name);
        memcpy(pool->uuid, uuid, VIR_UUID_BUFLEN);
        return pool;
}

virStorageVolPtr object_storage_vol_new(virConnectPtr conn, const char *pool, const char *name, const char *key)
{
        virStorageVolPtr volume = object_new(OBJECT_STORAGE_VOL, conn);

        volume->pool = g_strdup(pool);
        volume->name = g_strdup(name);
        volume->key = g_strdup(key);
        return volume;
}

virNodeDevicePtr object_node_device_new(virConnectPtr conn, const char *name)
{
        virNodeDevicePtr device = object_new(OBJECT_NODE_DEVICE, conn);

        device->name = g_strdup(name);
        return device;
}

virNWFilterPtr object_nwfilter_new(virConnectPtr conn, const char *name, const unsigned char *uuid)
{
        virNWFilterPtr filter = object_new(OBJECT_NWFILTER, conn);

        filter->name = g_strdup(name);
        memcpy(filter->uuid, uuid, VIR_UUID_BUFLEN);
        return filter;
}

virNWFilterBindingPtr object_nwfilter_binding_new(virConnectPtr conn, const char *port_dev, const char *filter_name)
{
        virNWFilterBindingPtr binding = object_new(OBJECT_NWFILTER_BINDING, conn);

        binding->port_dev = g_strdup(port_dev);
        binding->filter_name = g_strdup(filter_name);
        return binding;
}

virSecretPtr object_secret_new(virConnectPtr conn, const unsigned char *uuid, int usage_type, const char *usage_id)
{
        virSecretPtr secret = object_new(OBJECT_SECRET, conn);

        memcpy(secret->uuid, uuid, VIR_UUID_BUFLEN);
        secret->usage_type = usage_type;
        secret->usage_id = g_strdup(usage_id ? usage_id : "");
        return secret;
}

virStreamPtr object_stream_new(virConnectPtr conn, unsigned flags)
{
        virStreamPtr stream = object_new(OBJECT_STREAM, conn);

        stream->flags = flags;
        return stream;
}
