/* See caps.h: what a binary can do, by the names under which libvirt's users know it, and how each is recognised. */
#include "caps/caps.h"

#include <string.h>

typedef enum {
        BY_TYPE,      /* a device or object of that name */
        BY_PROPERTY,  /* "TYPE.PROPERTY" of a device */
        BY_PRESET,    /* "TYPE.PROPERTY=VALUE" of a device: what it is when nothing is said, true or false */
        BY_OBJECT,    /* "TYPE.PROPERTY" of another object, which can be one that is never made by itself */
        BY_MACHINE,   /* "ALIAS.PROPERTY" of the machine that ALIAS stands for */
        BY_COMMAND,   /* of QMP */
        BY_SCHEMA,    /* a place in the description of commands: see find() */
        BY_OPTION,    /* of the command line: "OPTION" or "OPTION.PARAMETER" */
        BY_MIGRATION, /* a capability of migration */
        BY_TPM,       /* a model or a type of TPM */
        BY_CPU,       /* a CPU model */
        BY_ANSWER,    /* that this command is known and was not refused */
        BY_KVM,       /* KVM was in use when the binary was asked */
        BY_ARCH,      /* what the guests are */
        BY_SINCE,     /* version, as in QemuCaps; nothing else tells */
        BY_BEFORE,    /* likewise */
        BY_HOST,      /* not by the binary's answers */
} FlagKind;

static const struct {
        const char *name;
        FlagKind kind;
        const char *key, *other; /* one of the two */
} rows[QEMU_FLAG_MAX_] = {
#define FLAG(id, name, kind, key, other) [id] = { name, kind, key, other },
#include "caps/caps_flags_rows.h"
#undef FLAG
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

static bool has_feature(const Json *item, const char *feature)
{
        const Json *features = json_get(item, "features");

        for (size_t i = 0; i < json_length(features); i++)
                if (g_strcmp0(json_text(json_at(features, i)), feature) == 0)
                        return true;
        return false;
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

/* "COMMAND/arg" (or "ret"), then steps: a member's name, "+CASE" of a union, "^VALUE" of an enumeration, "$FEATURE" (of
 * the command as well). */
static bool find(const Schema *schema, const char *path)
{
        g_auto(GStrv) steps = g_strsplit(path, "/", -1);
        const Json *at = g_hash_table_lookup(schema->by_name, steps[0]);

        for (char **step = steps + 1; at && *step; step++) {
                const char *type;

                if ((*step)[0] == '^')
                        return has_value(at, *step + 1);
                if ((*step)[0] == '$')
                        return has_feature(at, *step + 1);
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

static bool has_text(const Json *list, const char *text)
{
        for (size_t i = 0; i < json_length(list); i++)
                if (g_strcmp0(json_text(json_at(list, i)), text) == 0)
                        return true;
        return false;
}

static bool recognised(const QemuCaps *caps, const Json *answers, const Schema *schema, FlagKind kind, const char *key)
{
        switch (kind) {
        case BY_TYPE: return qemu_caps_has_type(caps, key);
        case BY_PROPERTY:
        case BY_PRESET:
        case BY_OBJECT:
        case BY_MACHINE: return g_hash_table_contains(caps->properties, key);
        case BY_COMMAND: return qemu_caps_has_command(caps, key);
        case BY_SCHEMA: return find(schema, key);
        case BY_OPTION: return qemu_caps_has_option(caps, key);
        case BY_MIGRATION: return pick(json_get(answers, "query-migrate-capabilities"), "capability", key) != NULL;
        case BY_TPM:
                return has_text(json_get(answers, "query-tpm-models"), key) ||
                       has_text(json_get(answers, "query-tpm-types"), key);
        case BY_CPU: return qemu_caps_cpu(caps, key) != NULL;
        case BY_ANSWER: return json_get(answers, key) != NULL;
        case BY_ARCH: return caps->arch && strcmp(caps->arch->target, key) == 0;
        case BY_SINCE: return caps->version >= g_ascii_strtoull(key, NULL, 10);
        case BY_BEFORE: return caps->version < g_ascii_strtoull(key, NULL, 10);
        case BY_KVM:
        case BY_HOST: break;
        }
        return false;
}

void qemu_caps_recognise(QemuCaps *caps, const Json *answers)
{
        Schema schema;

        index_schema(&schema, json_get(answers, "query-qmp-schema"));
        for (int flag = 0; flag < QEMU_FLAG_MAX_; flag++)
                for (int i = 0; i < 2; i++) {
                        const char *key = i ? rows[flag].other : rows[flag].key;

                        caps->flags[flag] |= key && recognised(caps, answers, &schema, rows[flag].kind, key);
                }
        json_get_bool(json_get(answers, "query-kvm"), "enabled", &caps->flags[QEMU_HAS_KVM]);
        caps->flags[QEMU_HAS_HVF] = caps->hvf;
        g_hash_table_unref(schema.by_name);
}

void qemu_caps_each_type(void (*func)(const char *command, const char *type, void *opaque), void *opaque)
{
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        for (int i = 0; i < 2 * QEMU_FLAG_MAX_; i++) {
                FlagKind kind = rows[i / 2].kind;
                const char *key = i % 2 ? rows[i / 2].other : rows[i / 2].key;
                g_autofree char *type = key ? g_strndup(key, strcspn(key, ".")) : NULL;

                if (!type || (kind != BY_PROPERTY && kind != BY_PRESET && kind != BY_OBJECT && kind != BY_MACHINE) ||
                    g_hash_table_contains(seen, type))
                        continue;
                func(kind == BY_MACHINE  ? NULL
                     : kind == BY_OBJECT ? "qom-list-properties"
                                         : "device-list-properties",
                     type, opaque);
                g_hash_table_add(seen, g_steal_pointer(&type));
        }
}

const char *qemu_flag_name(QemuFlag flag)
{
        return rows[flag].name;
}

bool qemu_caps_has_flag(const QemuCaps *caps, QemuFlag flag)
{
        return caps->flags[flag];
}

/* Where the flag would have come from: others look there too. */
static void force_source(QemuCaps *caps, FlagKind kind, const char *key, bool value)
{
        GHashTable *set = kind == BY_TYPE      ? caps->types
                          : kind == BY_COMMAND ? caps->commands
                          : kind == BY_OPTION  ? caps->options
                                               : NULL;

        if (set && value)
                g_hash_table_add(set, g_strdup(key));
        else if (set)
                g_hash_table_remove(set, key);
}

int qemu_caps_force(QemuCaps *caps, const char *name, bool value)
{
        for (int flag = 0; flag < QEMU_FLAG_MAX_; flag++) {
                if (strcmp(rows[flag].name, name) != 0)
                        continue;
                caps->flags[flag] = value;
                force_source(caps, rows[flag].kind, rows[flag].key, value);
                return 0;
        }
        return 1;
}
