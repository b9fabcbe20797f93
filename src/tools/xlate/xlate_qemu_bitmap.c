/* Bitmaps of a disk with five images, /image1 (the top) to /image5, as the QEMU driver handles them. */
#include <stdio.h>
#include <string.h>

#include "blockdev/bitmaps.h"
#include "util/file.h"
#include "xlate.h"

static const char *const chain[] = { "libvirt-1-format", "libvirt-2-format", "libvirt-3-format",
                                     "libvirt-4-format", "libvirt-5-format", NULL };

enum { IMAGES = G_N_ELEMENTS(chain) - 1 };

static void print_list(const char *node, const GPtrArray *list)
{
        printf("%s:\n", node);
        for (guint i = 0; i < list->len; i++) {
                const DirtyBitmap *bitmap = g_ptr_array_index(list, i);

                printf("%9s: record:%d busy:%d persist:%d inconsist:%d gran:%llu dirty:%llu\n", bitmap->name,
                       bitmap->recording, bitmap->busy, bitmap->persistent, bitmap->inconsistent,
                       (unsigned long long)bitmap->granularity, (unsigned long long)bitmap->dirty);
        }
}

static void print_json(Json *json)
{
        g_autofree char *text = json ? json_format(json, true) : NULL;

        puts(text ? text : "NULL");
        json_unref(json);
}

static int detect(const DirtyBitmaps *bitmaps, char **argv)
{
        for (size_t i = 0; i < IMAGES; i++) {
                const GPtrArray *list = g_hash_table_lookup((GHashTable *)bitmaps, chain[i]);

                if (list)
                        print_list(chain[i], list);
        }
        return 0;
}

static int validate(const DirtyBitmaps *bitmaps, char **argv)
{
        puts(bitmaps_valid(bitmaps, chain, argv[0]) ? "yes" : "no");
        return 0;
}

static int backup(const DirtyBitmaps *bitmaps, char **argv)
{
        const BitmapMerge merge = {
                .chain = chain, .target = "target_node", .name = argv[0], .as = "target-bitmap-name"
        };

        print_json(bitmaps_merge(bitmaps, &merge));
        return 0;
}

static int copy(const DirtyBitmaps *bitmaps, char **argv)
{
        const BitmapMerge merge = { .chain = chain,
                                    .base = argv[1] && strcmp(argv[1], "yes") == 0 ? chain[1] : NULL,
                                    .target = argv[0],
                                    .active_write = true };

        print_json(bitmaps_merge(bitmaps, &merge));
        return 0;
}

static int commit(const DirtyBitmaps *bitmaps, char **argv)
{
        size_t top = g_ascii_strtoull(argv[0], NULL, 10), base = g_ascii_strtoull(argv[1], NULL, 10);
        BitmapMerge merge = { .active_write = top == 1 };
        Json *actions;

        if (top < 1 || top > IMAGES || base < 1 || base > IMAGES)
                return CONVERT_USAGE;
        merge.chain = chain + top - 1;
        merge.base = merge.target = chain[base - 1];
        actions = bitmaps_merge(bitmaps, &merge);
        puts("merge bitmpas:");
        if (json_length(actions) > 0)
                print_json(json_ref(actions));
        json_unref(actions);
        return 0;
}

static int delete (const DirtyBitmaps *bitmaps, char **argv)
{
        g_autoptr(GPtrArray) reopen = NULL;

        print_json(bitmaps_delete(bitmaps, chain, argv[0], &reopen));
        if (reopen->len)
                puts("reopen nodes:");
        for (guint i = 0; i < reopen->len; i++)
                puts(g_ptr_array_index(reopen, i));
        return 0;
}

static const struct {
        const char *name;
        int arguments;
        int (*func)(const DirtyBitmaps *bitmaps, char **argv);
} operations[] = {
        { "detect", 0, detect }, { "validate", 1, validate }, { "backup", 1, backup },
        { "copy", 1, copy },     { "commit", 2, commit },     { "delete", 1, delete },
};

static int run(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autoptr(Json) json = NULL;
        size_t length = 0;

        if (argc < 3)
                return CONVERT_USAGE;
        if (file_read(argv[2], CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        json = json_parse(text, length, &err);
        if (!json)
                return xlate_fail(&err, CONVERT_REFUSED);
        for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
                g_autoptr(GHashTable) bitmaps = NULL;

                if (strcmp(operations[i].name, argv[1]) != 0 || argc < 3 + operations[i].arguments)
                        continue;
                bitmaps = bitmaps_read(json);
                return operations[i].func(bitmaps, argv + 3);
        }
        return CONVERT_USAGE;
}

const XlateCommand xlate_block_bitmap = { "block-bitmap", "OPERATION NODES.json [ARGUMENT...]", run };
