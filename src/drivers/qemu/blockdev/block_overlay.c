/* See blockdev.h: what is written to a transient disk goes into an image of the run's own, above the disk's. */
#include "blockdev/blockdev.h"

#include <string.h>

char *block_overlay_path(const Disk *disk, const char *domain)
{
        if (!disk->transient || disk->source.type != SOURCE_FILE || !disk->source.file.path)
                return NULL;
        return g_strdup_printf("%s.TRANSIENT-%s", disk->source.file.path, domain);
}

bool block_has_overlay(const Disk *disk, const char *domain)
{
        const Source *below = disk->backing ? &disk->backing->source : NULL;
        g_autofree char *path = NULL;

        if (!disk->transient || disk->source.type != SOURCE_FILE || !below || below->type != SOURCE_FILE)
                return false;
        path = g_strdup_printf("%s.TRANSIENT-%s", below->file.path, domain);
        return g_strcmp0(disk->source.file.path, path) == 0;
}

unsigned block_put_overlay(Disk *disk, const char *domain, unsigned next)
{
        g_autofree char *path = block_has_overlay(disk, domain) ? NULL : block_overlay_path(disk, domain);
        g_autofree char *base = g_strdup_printf("libvirt-%u", next);
        BackingStore *below;

        if (!path)
                return next;
        below = g_new0(BackingStore, 1);
        rows_init(&BackingStore_rows, below);
        below->index = disk->source.index;
        below->metadata_cache_bytes = disk->metadata_cache_bytes;
        below->source = disk->source;
        below->source.index = 0;
        below->source.startup_policy = 0;
        below->source.format = block_format(&disk->source);
        below->backing = disk->backing;
        if (!below->source.encryption)
                below->source.encryption = g_steal_pointer(&disk->encryption);
        disk->metadata_cache_bytes = 0;
        memset(&disk->source, 0, sizeof(disk->source));
        disk->source.type = SOURCE_FILE;
        disk->source.format = IMAGE_FORMAT_QCOW2;
        disk->source.index = next;
        disk->source.file.path = g_steal_pointer(&path);
        disk->backing = below;
        block_name_source(disk, &disk->source, base);
        return next + 1;
}
