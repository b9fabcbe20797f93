/* <qemu:override>: properties of a device that the document's author knows better. */
#include "argv/argv.h"

#include <string.h>

#include "conf/qemu_namespace.h"

/* The value as its type says; NULL: the property goes. */
static Json *value_of(const QemuProperty *property)
{
        const char *text = property->value ? property->value : "";

        switch (property->type) {
        case QEMU_PROPERTY_STRING: return json_string(text);
        case QEMU_PROPERTY_SIGNED: return json_int(g_ascii_strtoll(text, NULL, 10));
        case QEMU_PROPERTY_UNSIGNED: return json_uint(g_ascii_strtoull(text, NULL, 10));
        case QEMU_PROPERTY_BOOL: return json_bool(strcmp(text, "true") == 0);
        default: return NULL;
        }
}

typedef struct Copy {
        const QemuOverride *override;
        Json *out;
} Copy;

static const QemuProperty *property_named(const QemuOverride *override, const char *name)
{
        for (size_t i = 0; i < override->n_properties; i++)
                if (strcmp(override->properties[i].name, name) == 0)
                        return &override->properties[i];
        return NULL;
}

static bool is_last(const QemuOverride *override, size_t index)
{
        for (size_t i = index + 1; i < override->n_properties; i++)
                if (strcmp(override->properties[i].name, override->properties[index].name) == 0)
                        return false;
        return true;
}

static void keep_others(const char *key, Json *value, void *opaque)
{
        Copy *copy = opaque;

        if (!property_named(copy->override, key))
                json_set(copy->out, key, json_ref(value));
}

static Json *overridden(const QemuOverride *override, Json *json)
{
        Copy copy = { override, json_object() };

        json_each(json, keep_others, &copy);
        json_unref(json);
        /* The last word on a property counts. */
        for (size_t i = 0; i < override->n_properties; i++) {
                const QemuProperty *property = &override->properties[i];
                Json *value = is_last(override, i) ? value_of(property) : NULL;

                if (value)
                        json_set(copy.out, property->name, value);
        }
        return copy.out;
}

Json *argv_override(const QemuArgv *argv, Json *json)
{
        const Domain *domain = argv->domain;
        const QemuNamespace *own = domain->extra.space == &qemu_namespace ? domain->extra.content : NULL;
        const char *id = json_get_string(json, "id");

        for (size_t i = 0; own && id && i < own->n_overrides; i++)
                if (g_strcmp0(own->overrides[i].alias, id) == 0)
                        return overridden(&own->overrides[i], json);
        return json;
}
