/* See image.h. */
#include "host/image.h"

#include <fcntl.h>
#include <unistd.h>

#include "storage_images/chain.h"
#include "util/auto.h"

static const char *path_of(const Disk *disk)
{
        return disk->source.type == SOURCE_FILE    ? disk->source.file.path
               : disk->source.type == SOURCE_BLOCK ? disk->source.block.path
                                                   : NULL;
}

static uint64_t raw_capacity(int fd)
{
        off_t end = lseek(fd, 0, SEEK_END);

        return end < 0 ? 0 : (uint64_t)end;
}

static uint64_t header_capacity(int fd, ImageFormat format)
{
        g_autofree uint8_t *head = g_malloc(STORAGE_IMAGE_HEAD);
        g_auto(StorageImage) image = { 0 };
        ssize_t n = pread(fd, head, STORAGE_IMAGE_HEAD, 0);

        if (n < 0 || storage_image_read(head, (size_t)n, format, &image, NULL) < 0)
                return 0;
        return image.capacity_bytes;
}

uint64_t image_capacity(const Disk *disk)
{
        const char *path = path_of(disk);
        AUTO_FD int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;

        if (fd < 0)
                return 0;
        switch (disk->source.format) {
        case IMAGE_FORMAT_NONE:
        case IMAGE_FORMAT_RAW:
        case IMAGE_FORMAT_ISO: return raw_capacity(fd);
        default: return header_capacity(fd, disk->source.format);
        }
}

int image_find_chain(Disk *disk, Error *err)
{
        g_autoptr(GPtrArray) chain = NULL;

        if (!path_of(disk) || (disk->source.type == SOURCE_FILE && disk->source.file.fdgroup))
                return 0;
        chain = storage_chain(&disk->source, err);
        if (!chain)
                return error_prefix(err, "disk '%s'", disk->target);
        disk->backing = storage_chain_backing(chain);
        return 0;
}
