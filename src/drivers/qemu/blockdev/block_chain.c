/* See blockdev.h: the images of a disk and the names of their nodes. */
#include "blockdev/blockdev.h"

#include <string.h>

bool block_has_medium(const Source *source)
{
        switch (source->type) {
        case SOURCE_NONE: return false;
        case SOURCE_FILE: return source->file.path || source->file.fdgroup;
        case SOURCE_BLOCK: return source->block.path;
        case SOURCE_DIR: return source->dir.path;
        case SOURCE_NETWORK: return source->net.protocol != NET_PROTOCOL_NONE;
        default: return true;
        }
}

const char *block_source_path(const Source *source)
{
        switch (source->type) {
        case SOURCE_FILE: return source->file.path;
        case SOURCE_BLOCK: return source->block.path;
        case SOURCE_DIR: return source->dir.path;
        case SOURCE_VHOSTVDPA: return source->vhostvdpa.path;
        default: return NULL;
        }
}

BlockImage block_image(const Disk *disk, const Source *source)
{
        BlockImage image = { .disk = disk, .source = source, .encryption = source->encryption };

        if (source->type == SOURCE_NETWORK)
                image.auth = source->net.auth;
        image.top = disk && source == &disk->source;
        /* Older documents have both beside <source>. */
        if (image.top && !image.auth)
                image.auth = disk->auth;
        if (image.top && !image.encryption)
                image.encryption = disk->encryption;
        return image;
}

static BlockImage *image_new(const Disk *disk, const Source *source, const BackingStore *below, uint64_t cache)
{
        BlockImage *image = g_new0(BlockImage, 1);

        *image = block_image(disk, source);
        image->below = below;
        image->metadata_cache_bytes = cache;
        return image;
}

GPtrArray *block_chain(const Disk *disk)
{
        GPtrArray *chain = g_ptr_array_new_with_free_func(g_free);

        if (!block_has_medium(&disk->source))
                return chain;
        g_ptr_array_add(chain, image_new(disk, &disk->source, disk->backing, disk->metadata_cache_bytes));
        for (const BackingStore *below = disk->backing; below && below->source.type != SOURCE_NONE;
             below = below->backing)
                g_ptr_array_add(chain, image_new(disk, &below->source, below->backing, below->metadata_cache_bytes));
        return chain;
}

/* Names */

const char *block_node(const Source *source, const char *type)
{
        const SourceStatus *status = source->status;

        for (size_t i = 0; status && i < status->n_nodes; i++)
                if (strcmp(status->nodes[i].type, type) == 0)
                        return status->nodes[i].name;
        return NULL;
}

const char *block_secret(const Source *source, const char *type, size_t n)
{
        const SourceStatus *status = source->status;

        for (size_t i = 0; status && i < status->n_secrets; i++)
                if (strcmp(status->secrets[i].type, type) == 0 && n-- == 0)
                        return status->secrets[i].alias;
        return NULL;
}

static void add_node(SourceStatus *status, const char *type, const char *base, const char *end)
{
        SourceNode *node = rows_list_insert(&SourceNode_rows, &status->nodes, &status->n_nodes, status->n_nodes);

        node->type = g_strdup(type);
        node->name = g_strdup_printf("%s-%s", base, end);
}

static void add_secret(SourceStatus *status, const char *type, char *alias)
{
        SourceSecret *secret =
                rows_list_insert(&SourceSecret_rows, &status->secrets, &status->n_secrets, status->n_secrets);

        secret->type = g_strdup(type);
        secret->alias = alias;
}

static void name_net(const BlockImage *image, SourceStatus *status, const char *base)
{
        const NetSource *net = &image->source->net;

        if (image->auth)
                add_secret(status, BLOCK_SECRET_AUTH, g_strdup_printf("%s-storage-auth-secret0", base));
        if (net->n_cookies > 0)
                add_secret(status, BLOCK_SECRET_COOKIE, g_strdup_printf("%s-storage-httpcookie-secret0", base));
        if (net->tls == YESNO_YES)
                status->tls = g_strdup_printf("obj%s-storage_tls0", base);
}

static void name_encryption(const Encryption *encryption, SourceStatus *status, const char *base)
{
        for (size_t i = 0; encryption && i < encryption->n_secrets; i++)
                add_secret(status, BLOCK_SECRET_ENCRYPTION, g_strdup_printf("%s-format-encryption-secret%zu", base, i));
}

static void name_reservations(const Source *source, SourceStatus *status, const char *base)
{
        if (!source->reservations)
                return;
        /* One helper of ours serves all disks; a user's own is that disk's. */
        status->reservations = source->reservations->managed == YESNO_YES
                                       ? g_strdup("pr-helper0")
                                       : g_strdup_printf("pr-helper-%s-storage", base);
}

void block_name_source(const Disk *disk, Source *source, const char *base)
{
        const BlockImage image = block_image(disk, source);
        SourceStatus *status;

        if (source->status && source->status->n_nodes > 0)
                return;
        if (!source->status)
                source->status = g_new0(SourceStatus, 1);
        status = source->status;
        add_node(status, BLOCK_NODE_STORAGE, base, "storage");
        add_node(status, BLOCK_NODE_FORMAT, base, "format");
        if (block_needs_slice(&image))
                add_node(status, BLOCK_NODE_SLICE, base, "slice-sto");
        if (source->type == SOURCE_NETWORK)
                name_net(&image, status, base);
        name_encryption(image.encryption, status, base);
        name_reservations(source, status, base);
}

static void name_source(const Disk *disk, Source *source, unsigned index)
{
        g_autofree char *base = g_strdup_printf("libvirt-%u", index);

        block_name_source(disk, source, base);
}

unsigned block_name_disk(Disk *disk, unsigned next)
{
        /* Cards are drives of the old kind, without nodes. An empty drive has a number, but nothing to show it on. */
        if (disk->bus == DISK_BUS_SD)
                return next;
        if (!block_has_medium(&disk->source) || disk->source.type == SOURCE_VHOSTUSER)
                return next + 1;
        disk->source.index = next;
        name_source(disk, &disk->source, next++);
        for (BackingStore *below = disk->backing; below && below->source.type != SOURCE_NONE; below = below->backing) {
                below->index = next;
                name_source(disk, &below->source, next++);
        }
        if (disk->copy_on_read == SWITCH_ON) {
                if (!disk->status)
                        disk->status = g_new0(DiskStatus, 1);
                if (!disk->status->copy_on_read)
                        disk->status->copy_on_read = g_strdup_printf("libvirt-CoR-%s", disk->target);
        }
        return next;
}

const char *block_top_node(const Disk *disk)
{
        if (!block_has_medium(&disk->source))
                return NULL;
        if (disk->status && disk->status->copy_on_read)
                return disk->status->copy_on_read;
        return block_node(&disk->source, BLOCK_NODE_FORMAT);
}
