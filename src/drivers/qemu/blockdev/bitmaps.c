/* See bitmaps.h. */
#include "blockdev/bitmaps.h"

#include <string.h>

static void bitmap_free(void *opaque)
{
        DirtyBitmap *bitmap = opaque;

        g_free(bitmap->name);
        g_free(bitmap);
}

static DirtyBitmap *read_bitmap(const Json *json)
{
        const char *name = json_get_string(json, "name");
        DirtyBitmap *bitmap;

        if (!name)
                return NULL;
        bitmap = g_new0(DirtyBitmap, 1);
        bitmap->name = g_strdup(name);
        json_get_bool(json, "recording", &bitmap->recording);
        json_get_bool(json, "busy", &bitmap->busy);
        json_get_bool(json, "persistent", &bitmap->persistent);
        json_get_bool(json, "inconsistent", &bitmap->inconsistent);
        json_get_uint(json, "granularity", &bitmap->granularity);
        json_get_uint(json, "count", &bitmap->dirty);
        return bitmap;
}

static GPtrArray *read_node(const Json *node)
{
        GPtrArray *list = g_ptr_array_new_with_free_func(bitmap_free);
        const Json *bitmaps = json_get(node, "dirty-bitmaps");

        for (size_t i = 0; i < json_length(bitmaps); i++) {
                DirtyBitmap *bitmap = read_bitmap(json_at(bitmaps, i));

                if (bitmap)
                        g_ptr_array_add(list, bitmap);
        }
        return list;
}

DirtyBitmaps *bitmaps_read(const Json *nodes)
{
        DirtyBitmaps *bitmaps =
                g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

        for (size_t i = 0; i < json_length(nodes); i++) {
                const char *name = json_get_string(json_at(nodes, i), "node-name");

                if (name)
                        g_hash_table_insert(bitmaps, g_strdup(name), read_node(json_at(nodes, i)));
        }
        return bitmaps;
}

static const DirtyBitmap *bitmaps_find(const DirtyBitmaps *bitmaps, const char *node, const char *name)
{
        const GPtrArray *list = g_hash_table_lookup((GHashTable *)bitmaps, node);

        for (guint i = 0; list && i < list->len; i++) {
                const DirtyBitmap *bitmap = g_ptr_array_index(list, i);

                if (strcmp(bitmap->name, name) == 0)
                        return bitmap;
        }
        return NULL;
}

bool bitmaps_valid(const DirtyBitmaps *bitmaps, const char *const *chain, const char *name)
{
        bool found = false, ended = false;

        for (; *chain; chain++) {
                const DirtyBitmap *bitmap = bitmaps_find(bitmaps, *chain, name);

                if (!bitmap) {
                        ended = true;
                        continue;
                }
                if (ended || !bitmap->recording || !bitmap->persistent || bitmap->inconsistent)
                        return false;
                found = true;
        }
        return found;
}

/* Actions */

static void act(Json *actions, const char *type, Json *data)
{
        Json *action = json_object();

        json_set(action, "type", json_string(type));
        json_set(action, "data", data);
        json_append(actions, action);
}

static Json *named(const char *node, const char *name)
{
        Json *json = json_object();

        json_set(json, "node", json_string(node));
        json_set(json, "name", json_string(name));
        return json;
}

static void add(Json *actions, const BitmapMerge *merge, const char *name, uint64_t granularity)
{
        Json *data = named(merge->target, name);

        /* Of a backup: it is over soon, and nothing is recorded in it. */
        json_set(data, "persistent", json_bool(!merge->as));
        json_set(data, "disabled", json_bool(merge->as));
        json_set(data, "granularity", json_uint(granularity));
        act(actions, "block-dirty-bitmap-add", data);
}

static Json *sources(const DirtyBitmaps *bitmaps, const BitmapMerge *merge, const char *name)
{
        Json *list = json_array();

        for (const char *const *node = merge->chain; *node && g_strcmp0(*node, merge->base) != 0; node++)
                if (bitmaps_find(bitmaps, *node, name))
                        json_append(list, named(*node, name));
        if (merge->active_write)
                json_append(list, named(merge->target, BITMAP_ACTIVE_WRITE));
        return list;
}

static void merge_one(Json *actions, const DirtyBitmaps *bitmaps, const BitmapMerge *merge, const DirtyBitmap *bitmap)
{
        const char *target = merge->as ? merge->as : bitmap->name;
        Json *data;

        if (!bitmaps_valid(bitmaps, merge->chain, bitmap->name))
                return;
        if (!bitmaps_find(bitmaps, merge->target, target))
                add(actions, merge, target, bitmap->granularity);
        data = json_object();
        json_set(data, "node", json_string(merge->target));
        json_set(data, "target", json_string(target));
        json_set(data, "bitmaps", sources(bitmaps, merge, bitmap->name));
        act(actions, "block-dirty-bitmap-merge", data);
}

Json *bitmaps_merge(const DirtyBitmaps *bitmaps, const BitmapMerge *merge)
{
        const GPtrArray *top = g_hash_table_lookup((GHashTable *)bitmaps, merge->chain[0]);
        Json *actions = json_array();

        for (guint i = top ? top->len : 0; i > 0; i--) {
                const DirtyBitmap *bitmap = g_ptr_array_index(top, i - 1);

                if (!merge->name || strcmp(bitmap->name, merge->name) == 0)
                        merge_one(actions, bitmaps, merge, bitmap);
        }
        if (merge->active_write)
                act(actions, "block-dirty-bitmap-remove", named(merge->target, BITMAP_ACTIVE_WRITE));
        return actions;
}

Json *bitmaps_delete(const DirtyBitmaps *bitmaps, const char *const *chain, const char *name, GPtrArray **ret_reopen)
{
        Json *actions = json_array();
        GPtrArray *reopen = g_ptr_array_new();

        for (const char *const *node = chain; *node; node++) {
                if (!bitmaps_find(bitmaps, *node, name))
                        continue;
                act(actions, "block-dirty-bitmap-remove", named(*node, name));
                /* Those below the top are read-only. */
                if (node != chain)
                        g_ptr_array_insert(reopen, 0, (char *)*node);
        }
        *ret_reopen = reopen;
        if (json_length(actions) == 0) {
                json_unref(actions);
                return NULL;
        }
        return actions;
}
