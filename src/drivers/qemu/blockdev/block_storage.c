/* See blockdev.h: where the bytes are. */
#include "blockdev/blockdev.h"

#include <string.h>

#include "blockdev/block_json.h"

static Json *with_path(const char *name, const char *key, const char *path)
{
        Json *json = block_node_with(name);

        block_put(json, key, path);
        return json;
}

/* "file" and "host_device" alone can choose how they read and write, and ask a helper for reservations. */
static void local_options(const BlockImage *image, Json *json)
{
        const SourceStatus *status = image->source->status;

        if (image->disk && image->disk->io != DISK_IO_DEFAULT)
                block_put(json, "aio", enum_text(DiskIo, image->disk->io));
        if (status)
                block_put(json, "pr-manager", status->reservations);
}

static Json *local_file(const BlockImage *image, bool only_target)
{
        Json *json = with_path("file", "filename", image->path ? image->path : image->source->file.path);

        if (!only_target)
                local_options(image, json);
        return json;
}

static Json *local_device(const BlockImage *image, bool only_target)
{
        const char *path = image->path ? image->path : image->source->block.path;
        Json *json;

        if (image->host_cdrom)
                return with_path("host_cdrom", "filename", path);
        json = with_path("host_device", "filename", path);
        if (!only_target)
                local_options(image, json);
        return json;
}

/* A folder that the guest sees as a FAT file system. */
static Json *folder(const BlockImage *image, bool only_target)
{
        bool floppy = image->disk && image->disk->device == DISK_DEVICE_FLOPPY;
        Json *json = with_path("vvfat", "dir", image->source->dir.path);

        json_set(json, "floppy", json_bool(floppy));
        if (!only_target)
                json_set(json, "rw", json_bool(image->disk && !image->disk->readonly));
        return json;
}

static Json *nvme(const NvmeSource *source)
{
        const HostPciAddress *at = &source->address;
        g_autofree char *device = g_strdup_printf("%04x:%02x:%02x.%x", at->domain, at->bus, at->slot, at->function);
        Json *json = with_path("nvme", "device", device);

        json_set(json, "namespace", json_uint(source->namespace));
        return json;
}

static Json *nbdkit(const char *socket)
{
        Json *json = block_node_with("nbd");
        Json *server = json_object();

        block_put(server, "type", "unix");
        block_put(server, "path", socket);
        json_set(json, "server", server);
        return json;
}

Json *block_storage(const BlockImage *image, bool only_target, Error *err)
{
        const Source *source = image->source;

        if (image->nbdkit_socket && !only_target)
                return nbdkit(image->nbdkit_socket);
        switch (source->type) {
        case SOURCE_FILE: return local_file(image, only_target);
        case SOURCE_BLOCK: return local_device(image, only_target);
        case SOURCE_DIR: return folder(image, only_target);
        case SOURCE_NVME: return nvme(&source->nvme);
        case SOURCE_NETWORK: return block_network(image, only_target, err);
        case SOURCE_VHOSTVDPA:
                return with_path("virtio-blk-vhost-vdpa", "path", image->path ? image->path : source->vhostvdpa.path);
        default:
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no node for a source of type '%s'",
                                  enum_text(SourceType, source->type));
        }
}

/* Direct: past the host's page cache; no-flush: nothing is forced to the medium. */
static void cache_mode(const BlockImage *image, Json *node)
{
        DiskCache cache = image->disk ? image->disk->cache : DISK_CACHE_DEFAULT;
        Json *mode;

        if (cache == DISK_CACHE_DEFAULT)
                return;
        mode = json_object();
        json_set(mode, "direct", json_bool(cache == DISK_CACHE_NONE || cache == DISK_CACHE_DIRECTSYNC));
        json_set(mode, "no-flush", json_bool(cache == DISK_CACHE_UNSAFE));
        json_set(node, "cache", mode);
}

static bool is_readonly(const BlockImage *image)
{
        return !image->top || (image->disk && image->disk->readonly);
}

/* What storage and slices have in common. Whether the guest may write is the format node's to say; storage follows, so
 * that it can change. A set with one descriptor cannot follow: there is no other to change to. */
static void storage_rest(const BlockImage *image, const char *name, Json *node)
{
        block_put(node, "node-name", name);
        if (image->single_fd)
                json_set(node, "read-only", json_bool(is_readonly(image)));
        else
                json_set(node, "auto-read-only", json_bool(true));
        /* Let it through here; the format node decides. */
        block_put(node, "discard", "unmap");
        cache_mode(image, node);
}

Json *block_storage_node(const BlockImage *image, Error *err)
{
        Json *node = block_storage(image, false, err);

        if (node)
                storage_rest(image, block_node(image->source, BLOCK_NODE_STORAGE), node);
        return node;
}

Json *block_slice_node(const BlockImage *image)
{
        const Slice *slice = block_storage_slice(image->source);
        Json *node = block_node_with("raw");

        json_set(node, "offset", json_uint(slice->offset));
        json_set(node, "size", json_uint(slice->size));
        block_put(node, "file", block_node(image->source, BLOCK_NODE_STORAGE));
        storage_rest(image, block_node(image->source, BLOCK_NODE_SLICE), node);
        return node;
}

/* The format */

const Slice *block_storage_slice(const Source *source)
{
        for (size_t i = 0; i < source->n_slices; i++)
                if (source->slices[i].type == SLICE_STORAGE)
                        return &source->slices[i];
        return NULL;
}

/* The raw driver can be told where to begin and end; for others a raw node of its own does that. */
bool block_needs_slice(const BlockImage *image)
{
        return block_storage_slice(image->source) &&
               (block_format(image->source) != IMAGE_FORMAT_RAW || block_encryption(image));
}

const char *block_file_node(const BlockImage *image)
{
        const char *slice = block_needs_slice(image) ? block_node(image->source, BLOCK_NODE_SLICE) : NULL;

        return slice ? slice : block_node(image->source, BLOCK_NODE_STORAGE);
}

/* Nodes for the format */

static void discard(const BlockImage *image, Json *node)
{
        const Disk *disk = image->disk;

        if (disk && disk->discard != DISK_DISCARD_DEFAULT)
                block_put(node, "discard", enum_text(DiskDiscard, disk->discard));
        if (!disk || !image->top || disk->detect_zeroes == DISK_ZEROES_DEFAULT)
                return;
        /* Zeroes can only become holes where discarding is on. */
        if (disk->detect_zeroes == DISK_ZEROES_UNMAP && disk->discard != DISK_DISCARD_UNMAP)
                block_put(node, "detect-zeroes", "on");
        else
                block_put(node, "detect-zeroes", enum_text(DiskZeroes, disk->detect_zeroes));
}

static void backing(const BlockImage *image, Json *node)
{
        ImageFormat format = block_format(image->source);

        /* Who has none below by nature is not told. */
        if (!image->below || format < IMAGE_FORMAT_COW)
                return;
        /* The chain ends here, whatever the image says. */
        if (image->below->source.type == SOURCE_NONE)
                json_set(node, "backing", NULL);
        else
                block_put(node, "backing", block_node(&image->below->source, BLOCK_NODE_FORMAT));
}

Json *block_copy_on_read_node(const Disk *disk)
{
        Json *node;

        if (!disk->status || !disk->status->copy_on_read)
                return NULL;
        node = block_node_with("copy-on-read");
        block_put(node, "node-name", disk->status->copy_on_read);
        block_put(node, "file", block_node(&disk->source, BLOCK_NODE_FORMAT));
        block_put(node, "discard", "unmap");
        return node;
}

Json *block_format_node(const BlockImage *image, Error *err)
{
        Json *node = json_object();

        block_put(node, "node-name", block_node(image->source, BLOCK_NODE_FORMAT));
        json_set(node, "read-only", json_bool(is_readonly(image)));
        discard(image, node);
        cache_mode(image, node);
        if (block_format_driver(image, node, err) < 0) {
                json_unref(node);
                return NULL;
        }
        block_put(node, "file", block_file_node(image));
        backing(image, node);
        return node;
}
