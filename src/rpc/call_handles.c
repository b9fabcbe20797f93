/* Handles on the wire: what identifies an object, and the handle made of it. */
#include <string.h>

#include "call_fields.h"
#include "vireo/admin.h"

static void put_name_uuid(Walk *walk, const char *name, const unsigned char *uuid)
{
        wire_put_string(walk->out, name ? name : "");
        wire_put_bytes(walk->out, uuid, VIR_UUID_BUFLEN);
}

static void put_domain(Walk *walk, const struct _virDomain *domain)
{
        put_name_uuid(walk, domain->name, domain->uuid);
        wire_put_u32(walk->out, (uint32_t)domain->id);
}

static void put_snapshot(Walk *walk, const char *name, const struct _virDomain *domain)
{
        wire_put_string(walk->out, name);
        put_domain(walk, domain);
}

static void put_volume(Walk *walk, const struct _virStorageVol *volume)
{
        wire_put_string(walk->out, volume->pool);
        wire_put_string(walk->out, volume->name);
        wire_put_string(walk->out, volume->key);
}

static void put_secret(Walk *walk, const struct _virSecret *secret)
{
        wire_put_bytes(walk->out, secret->uuid, VIR_UUID_BUFLEN);
        wire_put_u32(walk->out, (uint32_t)secret->usage_type);
        wire_put_string(walk->out, secret->usage_id ? secret->usage_id : "");
}

static void put_client(Walk *walk, const struct _virAdmClient *client)
{
        wire_put_string(walk->out, client->server->name);
        wire_put_u64(walk->out, client->id);
        wire_put_u64(walk->out, (uint64_t)client->timestamp);
        wire_put_u32(walk->out, (uint32_t)client->transport);
}

/* A flat switch: one arm for each kind. */
bool handle_put(Walk *walk, unsigned kind, void *handle)
{
        switch ((OBJECT_CONNECT & 0xffff0000) | kind) {
        case OBJECT_DOMAIN: put_domain(walk, handle); return true;
        case OBJECT_DOMAIN_SNAPSHOT:
                put_snapshot(walk, ((virDomainSnapshotPtr)handle)->name, ((virDomainSnapshotPtr)handle)->domain);
                return true;
        case OBJECT_DOMAIN_CHECKPOINT:
                put_snapshot(walk, ((virDomainCheckpointPtr)handle)->name, ((virDomainCheckpointPtr)handle)->domain);
                return true;
        case OBJECT_NETWORK:
                put_name_uuid(walk, ((virNetworkPtr)handle)->name, ((virNetworkPtr)handle)->uuid);
                return true;
        case OBJECT_NETWORK_PORT:
                put_name_uuid(walk, ((virNetworkPortPtr)handle)->net->name, ((virNetworkPortPtr)handle)->net->uuid);
                wire_put_bytes(walk->out, ((virNetworkPortPtr)handle)->uuid, VIR_UUID_BUFLEN);
                return true;
        case OBJECT_INTERFACE:
                wire_put_string(walk->out, ((virInterfacePtr)handle)->name);
                wire_put_string(walk->out, ((virInterfacePtr)handle)->mac);
                return true;
        case OBJECT_STORAGE_POOL:
                put_name_uuid(walk, ((virStoragePoolPtr)handle)->name, ((virStoragePoolPtr)handle)->uuid);
                return true;
        case OBJECT_STORAGE_VOL: put_volume(walk, handle); return true;
        case OBJECT_NODE_DEVICE: wire_put_string(walk->out, ((virNodeDevicePtr)handle)->name); return true;
        case OBJECT_NWFILTER:
                put_name_uuid(walk, ((virNWFilterPtr)handle)->name, ((virNWFilterPtr)handle)->uuid);
                return true;
        case OBJECT_NWFILTER_BINDING:
                wire_put_string(walk->out, ((virNWFilterBindingPtr)handle)->port_dev);
                wire_put_string(walk->out, ((virNWFilterBindingPtr)handle)->filter_name);
                return true;
        case OBJECT_SECRET: put_secret(walk, handle); return true;
        case OBJECT_ADM_SERVER: wire_put_string(walk->out, ((virAdmServerPtr)handle)->name); return true;
        case OBJECT_ADM_CLIENT: put_client(walk, handle); return true;
        default: g_assert_not_reached();
        }
}

/* A string of the message that is needed for a moment only. */
typedef struct Scratch {
        char small[128];
        char *text; /* `small` or allocated */
} Scratch;

static void scratch_done(Scratch *scratch)
{
        if (scratch->text != scratch->small)
                g_free(scratch->text);
}

#define SCRATCH __attribute__((cleanup(scratch_done))) Scratch

static bool get_scratch(Walk *walk, Scratch *ret)
{
        uint32_t length;
        const uint8_t *bytes;

        if (!wire_get_u32(walk->in, &length) || length > WIRE_STRING_MAX || !wire_get_bytes(walk->in, length, &bytes) ||
            memchr(bytes, 0, length))
                return false;
        ret->text = length < sizeof(ret->small) ? ret->small : g_malloc((size_t)length + 1);
        memcpy(ret->text, bytes, length);
        ret->text[length] = 0;
        return true;
}

static bool get_uuid(Walk *walk, const uint8_t **ret)
{
        return wire_get_bytes(walk->in, VIR_UUID_BUFLEN, ret);
}

static void *get_domain(Walk *walk)
{
        SCRATCH name = { .text = NULL };
        const uint8_t *uuid;
        uint32_t id;

        if (!get_scratch(walk, &name) || !get_uuid(walk, &uuid) || !wire_get_u32(walk->in, &id))
                return NULL;
        return object_domain_new(walk->conn, name.text, uuid, (int)id);
}

static void *get_snapshot(Walk *walk, bool checkpoint)
{
        SCRATCH name = { .text = NULL };
        virDomainPtr domain;
        void *made;

        if (!get_scratch(walk, &name))
                return NULL;
        domain = get_domain(walk);
        if (!domain)
                return NULL;
        made = checkpoint ? (void *)object_domain_checkpoint_new(domain, name.text)
                          : (void *)object_domain_snapshot_new(domain, name.text);
        object_unref(domain);
        return made;
}

static void *get_network(Walk *walk)
{
        SCRATCH name = { .text = NULL };
        const uint8_t *uuid;

        if (!get_scratch(walk, &name) || !get_uuid(walk, &uuid))
                return NULL;
        return object_network_new(walk->conn, name.text, uuid);
}

static void *get_network_port(Walk *walk)
{
        virNetworkPtr net = get_network(walk);
        const uint8_t *uuid;
        void *made = NULL;

        if (net && get_uuid(walk, &uuid))
                made = object_network_port_new(net, uuid);
        object_unref(net);
        return made;
}

static void *get_interface(Walk *walk)
{
        SCRATCH name = { .text = NULL }, mac = { .text = NULL };

        if (!get_scratch(walk, &name) || !get_scratch(walk, &mac))
                return NULL;
        return object_interface_new(walk->conn, name.text, mac.text);
}

static void *get_pool(Walk *walk)
{
        SCRATCH name = { .text = NULL };
        const uint8_t *uuid;

        if (!get_scratch(walk, &name) || !get_uuid(walk, &uuid))
                return NULL;
        return object_storage_pool_new(walk->conn, name.text, uuid);
}

static void *get_volume(Walk *walk)
{
        SCRATCH pool = { .text = NULL }, name = { .text = NULL }, key = { .text = NULL };

        if (!get_scratch(walk, &pool) || !get_scratch(walk, &name) || !get_scratch(walk, &key))
                return NULL;
        return object_storage_vol_new(walk->conn, pool.text, name.text, key.text);
}

static void *get_node_device(Walk *walk)
{
        SCRATCH name = { .text = NULL };

        return get_scratch(walk, &name) ? object_node_device_new(walk->conn, name.text) : NULL;
}

static void *get_nwfilter(Walk *walk)
{
        SCRATCH name = { .text = NULL };
        const uint8_t *uuid;

        if (!get_scratch(walk, &name) || !get_uuid(walk, &uuid))
                return NULL;
        return object_nwfilter_new(walk->conn, name.text, uuid);
}

static void *get_binding(Walk *walk)
{
        SCRATCH port = { .text = NULL }, filter = { .text = NULL };

        if (!get_scratch(walk, &port) || !get_scratch(walk, &filter))
                return NULL;
        return object_nwfilter_binding_new(walk->conn, port.text, filter.text);
}

static void *get_secret(Walk *walk)
{
        SCRATCH usage = { .text = NULL };
        const uint8_t *uuid;
        uint32_t type;

        if (!get_uuid(walk, &uuid) || !wire_get_u32(walk->in, &type) || !get_scratch(walk, &usage))
                return NULL;
        return object_secret_new(walk->conn, uuid, (int)type, usage.text);
}

static void *get_server(Walk *walk)
{
        SCRATCH name = { .text = NULL };

        return get_scratch(walk, &name) ? object_adm_server_new(walk->conn, name.text) : NULL;
}

static void *get_client(Walk *walk)
{
        virAdmServerPtr server = get_server(walk);
        uint64_t id, timestamp;
        uint32_t transport;
        void *made = NULL;

        if (server && wire_get_u64(walk->in, &id) && wire_get_u64(walk->in, &timestamp) &&
            wire_get_u32(walk->in, &transport))
                made = object_adm_client_new(server, id, (long long)timestamp, (int)transport);
        object_unref(server);
        return made;
}

static void *get_handle(Walk *walk, unsigned kind)
{
        switch ((OBJECT_CONNECT & 0xffff0000) | kind) {
        case OBJECT_DOMAIN: return get_domain(walk);
        case OBJECT_DOMAIN_SNAPSHOT: return get_snapshot(walk, false);
        case OBJECT_DOMAIN_CHECKPOINT: return get_snapshot(walk, true);
        case OBJECT_NETWORK: return get_network(walk);
        case OBJECT_NETWORK_PORT: return get_network_port(walk);
        case OBJECT_INTERFACE: return get_interface(walk);
        case OBJECT_STORAGE_POOL: return get_pool(walk);
        case OBJECT_STORAGE_VOL: return get_volume(walk);
        case OBJECT_NODE_DEVICE: return get_node_device(walk);
        case OBJECT_NWFILTER: return get_nwfilter(walk);
        case OBJECT_NWFILTER_BINDING: return get_binding(walk);
        case OBJECT_SECRET: return get_secret(walk);
        case OBJECT_ADM_SERVER: return get_server(walk);
        case OBJECT_ADM_CLIENT: return get_client(walk);
        default: g_assert_not_reached();
        }
}

bool handle_get(Walk *walk, unsigned kind, void **ret)
{
        void *handle = get_handle(walk, kind);

        if (!handle)
                return false;
        *ret = handle;
        return true;
}

bool object_put(Walk *walk, const Field *field)
{
        void *const *at = place_find(walk, &field->value);

        if (field->flags & FIELD_NULLABLE) {
                wire_put_u32(walk->out, *at ? 1 : 0);
                if (!*at)
                        return true;
        } else if (!*at) {
                return field_fail(walk, "an object is missing");
        }
        return handle_put(walk, field->object, *at);
}

bool object_get(Walk *walk, const Field *field)
{
        void **at = place_find(walk, &field->value);
        uint32_t present = 1;

        /* Like libvirt's own peers, anything but 0 means yes: go-libvirt sends 0x01000000. */
        if (field->flags & FIELD_NULLABLE && !wire_get_u32(walk->in, &present))
                return false;
        *at = NULL;
        return !present || handle_get(walk, field->object, at);
}

void object_drop_field(Walk *walk, const Field *field)
{
        void **at = place_find(walk, &field->value);

        *at = object_unref(*at);
}

bool device_put(Walk *walk, const Field *field)
{
        const virNodeDevicePtr *at = place_find(walk, &field->value);

        wire_put_string(walk->out, (*at)->name);
        return true;
}

bool device_get(Walk *walk, const Field *field)
{
        return handle_get(walk, OBJECT_NODE_DEVICE & 0xffff, place_find(walk, &field->value));
}

bool refresh_put(Walk *walk, const Field *field)
{
        const virDomainPtr *at = place_find(walk, &field->value);

        put_domain(walk, *at);
        return true;
}

/* The domain's id has changed; the rest is what the handle holds already. */
bool refresh_get(Walk *walk, const Field *field)
{
        const virDomainPtr *at = place_find(walk, &field->value);
        SCRATCH name = { .text = NULL };
        const uint8_t *uuid;
        uint32_t id;

        if (!get_scratch(walk, &name) || !get_uuid(walk, &uuid) || !wire_get_u32(walk->in, &id))
                return false;
        (*at)->id = (int)id;
        return true;
}
