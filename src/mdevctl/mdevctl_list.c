/* What mdevctl lists, as node devices: [{PARENT: [{UUID: {"mdev_type": ..., "start": ..., "attrs": [...]}}, ...], ...}]. */
#include <string.h>

#include "mdevctl/mdevctl.h"
#include "util/json.h"

typedef struct List {
        MdevctlParentFunc parent;
        void *opaque;
        const char *address; /* of the parent whose devices are read */
        GPtrArray *devices;
        Error *err;
        bool failed;
} List;

MdevctlDevice *mdevctl_device_free(MdevctlDevice *device)
{
        if (device) {
                node_device_free(device->device);
                g_free(device);
        }
        return NULL;
}

static void device_destroy(void *device)
{
        mdevctl_device_free(device);
}

static void fail(List *list, const char *what)
{
        if (!list->failed)
                error_set(list->err, VIR_ERR_INTERNAL_ERROR, "mdevctl JSON response contains %s", what);
        list->failed = true;
}

/* Names of node devices have underlines where identifiers have something else. */
static char *make_name(const char *uuid, const char *parent)
{
        char *name = g_strdup_printf("mdev_%s_%s", uuid, parent);

        return g_strdelimit(name, "-:. /", '_');
}

static void add_attribute(const char *key, Json *value, void *opaque)
{
        NodeMdev *mdev = opaque;
        NodeMdevAttribute *attribute;

        if (!json_text(value))
                return;
        attribute =
                rows_list_insert(&NodeMdevAttribute_rows, &mdev->attributes, &mdev->n_attributes, mdev->n_attributes);
        attribute->name = g_strdup(key);
        attribute->value = g_strdup(json_text(value));
}

static void read_attributes(const Json *json, NodeMdev *mdev)
{
        const Json *attributes = json_get(json, "attrs");

        for (size_t i = 0; attributes && i < json_length(attributes); i++)
                if (json_is_object(json_at(attributes, i)))
                        json_each(json_at(attributes, i), add_attribute, mdev);
}

static void read_device(const char *uuid, Json *json, void *opaque)
{
        List *list = opaque;
        const char *parent = list->parent(list->address, list->opaque);
        NodeCapability *capability;
        MdevctlDevice *entry;
        NodeDevice *device;
        Uuid id;

        if (!uuid_parse(uuid, id) || !json_is_object(json) || !json_get_string(json, "mdev_type")) {
                fail(list, "a device without a uuid or a type");
                return;
        }
        entry = g_new0(MdevctlDevice, 1);
        entry->device = device = node_device_new();
        entry->autostart = g_strcmp0(json_get_string(json, "start"), "auto") == 0;
        device->name = make_name(uuid, list->address);
        device->parent = g_strdup(parent ? parent : "computer");
        capability = rows_list_insert(&NodeCapability_rows, &device->capabilities, &device->n_capabilities, 0);
        capability->type = NODE_CAP_MDEV;
        memcpy(capability->mdev.uuid, id, sizeof(id));
        capability->mdev.type = g_strdup(json_get_string(json, "mdev_type"));
        capability->mdev.parent_address = g_strdup(list->address);
        read_attributes(json, &capability->mdev);
        g_ptr_array_add(list->devices, entry);
}

static void read_parent(const char *address, Json *children, void *opaque)
{
        List *list = opaque;

        list->address = address;
        if (!json_is_array(children)) {
                fail(list, "a parent whose children are no list");
                return;
        }
        for (size_t i = 0; i < json_length(children) && !list->failed; i++) {
                if (json_is_object(json_at(children, i)))
                        json_each(json_at(children, i), read_device, list);
                else
                        fail(list, "a child that is no object");
        }
}

static int read_list(const Json *json, List *list)
{
        if (!json_is_array(json))
                fail(list, "no array");
        for (size_t i = 0; i < json_length(json) && !list->failed; i++) {
                if (json_is_object(json_at(json, i)))
                        json_each(json_at(json, i), read_parent, list);
                else
                        fail(list, "an entry that is no object");
        }
        return list->failed ? -1 : 0;
}

int mdevctl_list(const char *text, size_t length, MdevctlParentFunc parent, void *opaque, GPtrArray **ret, Error *err)
{
        g_autoptr(GPtrArray) devices = g_ptr_array_new_with_free_func(device_destroy);
        List list = { .parent = parent, .opaque = opaque, .devices = devices, .err = err };
        g_autoptr(Json) json = NULL;

        while (length && g_ascii_isspace(text[length - 1]))
                length--;
        if (length) {
                json = json_parse(text, length, err);
                if (!json)
                        return error_prefix(err, "mdevctl list");
                if (read_list(json, &list) < 0)
                        return -1;
        }
        *ret = g_steal_pointer(&devices);
        return 0;
}
