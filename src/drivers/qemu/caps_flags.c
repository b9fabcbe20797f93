/* See caps.h: what a binary can do, by the names under which libvirt's users know it, and how each is recognised. */
#include "caps.h"

#include <string.h>

typedef enum {
        BY_TYPE,     /* a device or object of that name */
        BY_PROPERTY, /* "TYPE.PROPERTY" */
        BY_SCHEMA,   /* a place in the description of commands: see find() */
} FlagKind;

static const struct {
        const char *name;
        FlagKind kind;
        const char *key, *other; /* one of the two */
} rows[QEMU_FLAG_MAX_] = {
        [QEMU_RBD_ENCRYPTION] = { "rbd-encryption", BY_SCHEMA, "blockdev-add/arg/+rbd/encrypt", NULL },
        [QEMU_RBD_ENCRYPTION_LAYERING] = { "rbd-encryption-layering", BY_SCHEMA, "blockdev-add/arg/+rbd/encrypt/parent",
                                           NULL },
        [QEMU_RBD_ENCRYPTION_LUKS_ANY] = { "rbd-encryption-luks-any", BY_SCHEMA,
                                           "blockdev-add/arg/+rbd/encrypt/format/^luks-any", NULL },
        [QEMU_VIRTIO_IOMMU_BYPASS] = { "virtio-iommu.boot-bypass", BY_PROPERTY, "virtio-iommu-pci.boot-bypass", NULL },
        [QEMU_BALLOON_REPORTING] = { "virtio-balloon.free-page-reporting", BY_PROPERTY,
                                     "virtio-balloon-pci.free-page-reporting",
                                     "virtio-balloon-ccw.free-page-reporting" },
        [QEMU_CPU_MIGRATABLE] = { "cpu.migratable", BY_PROPERTY, "max-x86_64-cpu.migratable", NULL },
        [QEMU_VIRTIO_MMIO] = { "virtio-mmio", BY_TYPE, "virtio-mmio", NULL },
        [QEMU_ZPCI] = { "zpci", BY_TYPE, "zpci", NULL },
        [QEMU_XHCI] = { "qemu-xhci", BY_TYPE, "qemu-xhci", NULL },
        [QEMU_PCIE_ROOT_PORT] = { "pcie-root-port", BY_TYPE, "pcie-root-port", NULL },
        [QEMU_PCIE_PCI_BRIDGE] = { "pcie-pci-bridge", BY_TYPE, "pcie-pci-bridge", NULL },
        [QEMU_VIRTIO_IOMMU_PCI] = { "virtio-iommu-pci", BY_TYPE, "virtio-iommu-pci", NULL },
        [QEMU_GPEX] = { "gpex-pcihost", BY_TYPE, "gpex-pcihost", NULL },
        [QEMU_LSI] = { "lsi", BY_TYPE, "lsi53c895a", NULL },
        [QEMU_VIRTIO_SCSI] = { "virtio-scsi-pci", BY_TYPE, "virtio-scsi-pci", "virtio-scsi-ccw" },
};

typedef struct Schema {
        GHashTable *by_name; /* of Json objects */
} Schema;

static const Json *named(const Schema *schema, const char *name)
{
        const Json *item = name ? g_hash_table_lookup(schema->by_name, name) : NULL;
        const char *element = json_get_string(item, "element-type");

        /* Of a list the members count. */
        return element ? g_hash_table_lookup(schema->by_name, element) : item;
}

/* In the list @list the object whose @key is @value. */
static const Json *pick(const Json *list, const char *key, const char *value)
{
        for (size_t i = 0; i < json_length(list); i++)
                if (g_strcmp0(json_get_string(json_at(list, i), key), value) == 0)
                        return json_at(list, i);
        return NULL;
}

static bool has_value(const Json *enumeration, const char *value)
{
        const Json *values = json_get(enumeration, "values");

        for (size_t i = 0; i < json_length(values); i++)
                if (g_strcmp0(json_text(json_at(values, i)), value) == 0)
                        return true;
        return pick(json_get(enumeration, "members"), "name", value) != NULL;
}

static const char *type_of_member(const Schema *schema, const Json *object, const char *name)
{
        const Json *variants = json_get(object, "variants");
        const char *type = json_get_string(pick(json_get(object, "members"), "name", name), "type");

        for (size_t i = 0; !type && i < json_length(variants); i++) {
                const Json *variant = named(schema, json_get_string(json_at(variants, i), "type"));

                type = json_get_string(pick(json_get(variant, "members"), "name", name), "type");
        }
        return type;
}

/* "COMMAND/arg" (or "ret"), then steps: a member's name, "+CASE" of a union, "^VALUE" of an enumeration. */
static bool find(const Schema *schema, const char *path)
{
        g_auto(GStrv) steps = g_strsplit(path, "/", -1);
        const Json *at = g_hash_table_lookup(schema->by_name, steps[0]);

        for (char **step = steps + 1; at && *step; step++) {
                const char *type;

                if ((*step)[0] == '^')
                        return has_value(at, *step + 1);
                if (step == steps + 1)
                        type = json_get_string(at, strcmp(*step, "arg") == 0 ? "arg-type" : "ret-type");
                else if ((*step)[0] == '+')
                        type = json_get_string(pick(json_get(at, "variants"), "case", *step + 1), "type");
                else
                        type = type_of_member(schema, at, *step);
                if (!type)
                        return false;
                /* The last step may be of a built-in type. */
                if (!step[1])
                        return true;
                at = named(schema, type);
        }
        return at != NULL;
}

static void index_schema(Schema *schema, const Json *list)
{
        schema->by_name = g_hash_table_new(g_str_hash, g_str_equal);
        for (size_t i = 0; i < json_length(list); i++) {
                const char *name = json_get_string(json_at(list, i), "name");

                if (name)
                        g_hash_table_insert(schema->by_name, (char *)name, json_at(list, i));
        }
}

void qemu_caps_recognise(QemuCaps *caps, const Json *list)
{
        Schema schema;

        index_schema(&schema, list);
        for (int flag = 0; flag < QEMU_FLAG_MAX_; flag++) {
                bool has = false;

                for (int i = 0; i < 2; i++) {
                        const char *key = i ? rows[flag].other : rows[flag].key;

                        if (!key)
                                continue;
                        has |= rows[flag].kind == BY_TYPE       ? qemu_caps_has_type(caps, key)
                               : rows[flag].kind == BY_PROPERTY ? g_hash_table_contains(caps->properties, key)
                                                                : find(&schema, key);
                }
                caps->flags[flag] = has;
        }
        g_hash_table_unref(schema.by_name);
}

bool qemu_caps_has_flag(const QemuCaps *caps, QemuFlag flag)
{
        return caps->flags[flag];
}

int qemu_caps_force(QemuCaps *caps, const char *name, bool value)
{
        for (int flag = 0; flag < QEMU_FLAG_MAX_; flag++) {
                if (strcmp(rows[flag].name, name) != 0)
                        continue;
                caps->flags[flag] = value;
                if (rows[flag].kind == BY_TYPE && value)
                        g_hash_table_add(caps->types, g_strdup(rows[flag].key));
                else if (rows[flag].kind == BY_TYPE)
                        g_hash_table_remove(caps->types, rows[flag].key);
                return 0;
        }
        return 1;
}
