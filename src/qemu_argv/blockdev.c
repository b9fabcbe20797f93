/* -blockdev: images as nodes. A file or device of the host, and a format above it, is a drive to a device that names
 * it. What else nodes can be stays in the words, with the devices upon it. */
#include "reader.h"

#include <string.h>

#include "conf/disk.h"

static bool is_file(const char *driver)
{
        return g_strcmp0(driver, "file") == 0 || g_strcmp0(driver, "host_device") == 0 ||
               g_strcmp0(driver, "host_cdrom") == 0;
}

static bool is_format(const char *driver)
{
        return driver && enum_value(ImageFormat, IMAGE_FORMAT, driver) > 0;
}

/* Without counting it as used. */
static const QemuPart *node_named(const QemuReader *reader, const char *name)
{
        for (guint i = 0; name && i < reader->drives->len; i++) {
                const QemuPart *part = reader->drives->pdata[i];

                if (part->words && g_strcmp0(part->id, name) == 0)
                        return part;
        }
        return NULL;
}

/* In the words of -drive. */
static void set_cache(QemuOpts *opts)
{
        bool direct = qemu_opts_is_on(opts, "cache.direct"), lazy = qemu_opts_is_on(opts, "cache.no-flush");

        if (qemu_opts_get(opts, "cache.direct") && direct != lazy)
                qemu_opts_set(opts, "cache", direct ? "none" : "unsafe");
}

int qemu_read_blockdev(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "driver");
        const char *driver = qemu_opts_get(opts, "driver"), *node = qemu_opts_get(opts, "node-name");
        const QemuPart *below = is_format(driver) ? node_named(reader, qemu_opts_get(opts, "file")) : NULL;
        bool file = is_file(driver) && qemu_opts_get(opts, "filename");

        if (!node || (!below && !file)) {
                g_ptr_array_add(reader->unknown, g_strdup("-blockdev"));
                g_ptr_array_add(reader->unknown, g_strdup(value));
                return 0;
        }
        if (below)
                qemu_opts_set(opts, "below", below->id);
        qemu_opts_set(opts, "file", file ? qemu_opts_get(opts, "filename") : qemu_opts_get(below->opts, "file"));
        qemu_opts_set(opts, "format", file ? "raw" : driver);
        qemu_opts_set(opts, "readonly", qemu_opts_is_on(opts, "read-only") ? "on" : "off");
        set_cache(opts);
        qemu_add_part(reader->drives, node, g_steal_pointer(&opts));
        ((QemuPart *)g_ptr_array_index(reader->drives, reader->drives->len - 1))->words = g_strdup(value);
        return 0;
}

bool qemu_is_foreign_node(const QemuReader *reader, const char *name)
{
        for (guint i = 0; name && i + 1 < reader->unknown->len; i++) {
                g_autoptr(QemuOpts) opts = NULL;

                if (strcmp(reader->unknown->pdata[i], "-blockdev") != 0)
                        continue;
                opts = qemu_opts_parse(reader->unknown->pdata[i + 1], "driver");
                if (g_strcmp0(qemu_opts_get(opts, "node-name"), name) == 0)
                        return true;
        }
        return false;
}

void qemu_keep_nodes(QemuReader *reader)
{
        for (guint i = reader->drives->len; i-- > 0;) {
                const QemuPart *part = reader->drives->pdata[i];

                if (part->words && part->used)
                        qemu_find_part(reader->drives, qemu_opts_get(part->opts, "below"));
        }
        for (guint i = 0; i < reader->drives->len; i++) {
                const QemuPart *part = reader->drives->pdata[i];

                if (!part->words || part->used)
                        continue;
                g_ptr_array_add(reader->unknown, g_strdup("-blockdev"));
                g_ptr_array_add(reader->unknown, g_strdup(part->words));
        }
}
