/* See migration_params.h. QEMU's schema says of what kind each parameter is. */
#include "migration/migration_params.h"

#include <string.h>

#include "util/text.h"

typedef enum COMPACT {
        PARAM_NUMBER,
        PARAM_BOOLEAN,
        PARAM_STRING,
} ParamKind;

/* In the order of status files. */
static const struct Param {
        const char *name;
        ParamKind kind;
} table[] = {
        { "compress-level", PARAM_NUMBER },         { "compress-threads", PARAM_NUMBER },
        { "decompress-threads", PARAM_NUMBER },     { "cpu-throttle-initial", PARAM_NUMBER },
        { "cpu-throttle-increment", PARAM_NUMBER }, { "tls-creds", PARAM_STRING },
        { "tls-hostname", PARAM_STRING },           { "max-bandwidth", PARAM_NUMBER },
        { "downtime-limit", PARAM_NUMBER },         { "block-incremental", PARAM_BOOLEAN },
        { "xbzrle-cache-size", PARAM_NUMBER },      { "max-postcopy-bandwidth", PARAM_NUMBER },
        { "multifd-channels", PARAM_NUMBER },       { "multifd-compression", PARAM_STRING },
        { "multifd-zlib-level", PARAM_NUMBER },     { "multifd-zstd-level", PARAM_NUMBER },
};

/* As a status file spells it; NULL: not there, or of another kind than QEMU documents. */
static char *param_text(const Json *reply, const struct Param *param)
{
        uint64_t number;
        bool yes;

        if (param->kind == PARAM_STRING)
                return g_strdup(json_get_string(reply, param->name));
        if (param->kind == PARAM_BOOLEAN)
                return json_get_bool(reply, param->name, &yes) ? g_strdup(yes ? "yes" : "no") : NULL;
        return json_get_uint(reply, param->name, &number) ? g_strdup_printf("%" G_GUINT64_FORMAT, number) : NULL;
}

MigrationParameter *qemu_migration_params_read(const Json *reply, size_t *ret_n)
{
        MigrationParameter *params = NULL;
        size_t n = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
                char *value = param_text(reply, &table[i]);
                MigrationParameter *param;

                if (!value)
                        continue;
                param = rows_list_insert(&MigrationParameter_rows, &params, &n, n);
                param->name = g_strdup(table[i].name);
                param->value = value;
        }
        *ret_n = n;
        return params;
}

/* NULL: not of the kind. */
static Json *param_json(ParamKind kind, const char *value)
{
        uint64_t number;

        if (kind == PARAM_STRING)
                return json_string(value ? value : "");
        if (!value)
                return NULL;
        if (kind == PARAM_BOOLEAN)
                return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0 ? json_bool(*value == 'y') : NULL;
        return text_to_uint64(value, 10, &number) ? json_uint(number) : NULL;
}

Json *qemu_migration_params_set(const MigrationParameter *params, size_t n, Error *err)
{
        g_autoptr(Json) arguments = json_object();

        for (size_t i = 0; i < n; i++) {
                const struct Param *known = NULL;
                Json *value;

                for (size_t k = 0; k < G_N_ELEMENTS(table) && !known; k++)
                        known = strcmp(table[k].name, params[i].name) == 0 ? &table[k] : NULL;
                if (!known)
                        continue;
                value = param_json(known->kind, params[i].value);
                if (!value)
                        return error_null(err, VIR_ERR_INTERNAL_ERROR, "migration parameter %s cannot be '%s'",
                                          params[i].name, params[i].value ? params[i].value : "");
                json_set(arguments, params[i].name, value);
        }
        return g_steal_pointer(&arguments);
}

void qemu_migration_params_free(MigrationParameter *params, size_t n)
{
        while (n > 0)
                rows_list_remove(&MigrationParameter_rows, &params, &n, n - 1);
        g_free(params);
}

/* The node of the image that the guest sees, above the one of the file. */
static const char *format_node(const Domain *domain, const char *target)
{
        for (size_t i = 0; i < domain->n_disks; i++) {
                const Disk *disk = &domain->disks[i];
                const SourceStatus *status = disk->source.status;

                if (g_strcmp0(disk->target, target) != 0 || !status)
                        continue;
                for (size_t k = 0; k < status->n_nodes; k++)
                        if (g_strcmp0(status->nodes[k].type, "format") == 0)
                                return status->nodes[k].name;
        }
        return NULL;
}

static Json *bitmap_json(const CookieBitmap *bitmap, bool persistent)
{
        Json *json = json_object();

        json_set(json, "name", json_string(bitmap->name));
        json_set(json, "alias", json_string(bitmap->alias));
        if (persistent) {
                Json *transform = json_object();

                json_set(transform, "persistent", json_bool(true));
                json_set(json, "transform", transform);
        }
        return json;
}

static Json *disk_json(const CookieBitmaps *disk, const char *node,
                       bool (*persistent)(const CookieBitmaps *disk, const CookieBitmap *bitmap))
{
        Json *json = json_object();
        Json *bitmaps = json_array();

        for (size_t i = 0; i < disk->n_bitmaps; i++) {
                const CookieBitmap *bitmap = &disk->bitmaps[i];

                json_append(bitmaps, bitmap_json(bitmap, persistent && persistent(disk, bitmap)));
        }
        json_set(json, "node-name", json_string(node));
        json_set(json, "alias", json_string(disk->target));
        json_set(json, "bitmaps", bitmaps);
        return json;
}

Json *qemu_migration_bitmaps(const CookieBitmaps *disks, size_t n_disks, const Domain *domain,
                             bool (*persistent)(const CookieBitmaps *disk, const CookieBitmap *bitmap), Error *err)
{
        g_autoptr(Json) arguments = json_object();
        g_autoptr(Json) mapping = json_array();

        for (size_t i = 0; i < n_disks; i++) {
                const char *node = format_node(domain, disks[i].target);

                if (!node)
                        return error_null(err, VIR_ERR_INTERNAL_ERROR, "no disk '%s' with a block node to take bitmaps",
                                          disks[i].target);
                json_append(mapping, disk_json(&disks[i], node, persistent));
        }
        json_set(arguments, "block-bitmap-mapping", g_steal_pointer(&mapping));
        return g_steal_pointer(&arguments);
}
