/* See disk_name.h. */
#include "guest/disk_name.h"

#include <string.h>

#include "blockdev/blockdev.h"
#include "util/text.h"

const Disk *disk_by_name(const Domain *domain, const char *name)
{
        for (size_t i = 0; i < domain->n_disks; i++) {
                const Disk *disk = &domain->disks[i];

                if (g_strcmp0(disk->target, name) == 0 || g_strcmp0(block_source_path(&disk->source), name) == 0)
                        return disk;
        }
        return NULL;
}

static const Source *numbered(const Disk *disk, unsigned number)
{
        if (disk->source.index == number)
                return &disk->source;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (below->index == number || below->source.index == number)
                        return &below->source;
        return NULL;
}

const Source *disk_source_by_name(const Domain *domain, const char *name, const Disk **ret_disk)
{
        const Disk *disk = disk_by_name(domain, name);
        const Source *source = disk ? &disk->source : NULL;
        const char *bracket = strrchr(name, '[');
        g_autofree char *target = NULL;
        g_autofree char *digits = NULL;
        unsigned number = 0;

        if (!disk && bracket && g_str_has_suffix(bracket, "]")) {
                target = g_strndup(name, (gsize)(bracket - name));
                digits = g_strndup(bracket + 1, strlen(bracket) - 2);
                disk = disk_by_name(domain, target);
                if (disk && text_to_uint(digits, 10, &number) && number > 0)
                        source = numbered(disk, number);
        }
        if (source && ret_disk)
                *ret_disk = disk;
        return source;
}

static bool has_node(const Source *source, const char *node)
{
        for (size_t i = 0; source->status && i < source->status->n_nodes; i++)
                if (g_strcmp0(source->status->nodes[i].name, node) == 0)
                        return true;
        return false;
}

static const Source *source_with(const Disk *disk, const char *node)
{
        if (has_node(&disk->source, node))
                return &disk->source;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (has_node(&below->source, node))
                        return &below->source;
        return NULL;
}

const Source *disk_source_by_node(const Domain *live, const char *node, const Disk **ret_disk)
{
        for (size_t i = 0; node && i < live->n_disks; i++) {
                const Source *source = source_with(&live->disks[i], node);

                if (!source)
                        continue;
                if (ret_disk)
                        *ret_disk = &live->disks[i];
                return source;
        }
        return NULL;
}

unsigned disk_source_number(const Disk *disk, const Source *source)
{
        if (source == &disk->source)
                return source->index;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (source == &below->source)
                        return below->index ? below->index : source->index;
        return 0;
}
