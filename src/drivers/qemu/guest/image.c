/* See image.h. */
#include "guest/image.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/auto.h"

/* The first bytes of a qcow2 file, big endian: magic, version, offset and length of the name of the image below, size
 * of a cluster as a power of two, size of the disk. */
enum { QCOW2_HEADER = 32, BELOW_AT = 8, BELOW_END = 20, SIZE_AT = 24 };

static bool read_qcow2(const char *path, unsigned char header[QCOW2_HEADER])
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

        return fd >= 0 && pread(fd, header, QCOW2_HEADER, 0) == QCOW2_HEADER && memcmp(header, "QFI\xfb", 4) == 0;
}

static const char *path_of(const Disk *disk)
{
        return disk->source.type == SOURCE_FILE    ? disk->source.file.path
               : disk->source.type == SOURCE_BLOCK ? disk->source.block.path
                                                   : NULL;
}

static bool qcow2_stands_alone(const char *path)
{
        unsigned char header[QCOW2_HEADER];

        if (!read_qcow2(path, header))
                return false;
        for (size_t i = BELOW_AT; i < BELOW_END; i++)
                if (header[i])
                        return false;
        return true;
}

static uint64_t qcow2_capacity(const char *path)
{
        unsigned char header[QCOW2_HEADER];
        uint64_t size = 0;

        if (!read_qcow2(path, header))
                return 0;
        for (size_t i = SIZE_AT; i < QCOW2_HEADER; i++)
                size = size << 8 | header[i];
        return size;
}

static uint64_t raw_capacity(const char *path)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

        return end < 0 ? 0 : (uint64_t)end;
}

uint64_t image_capacity(const Disk *disk)
{
        const char *path = path_of(disk);

        if (!path)
                return 0;
        switch (disk->source.format) {
        case IMAGE_FORMAT_NONE:
        case IMAGE_FORMAT_RAW:
        case IMAGE_FORMAT_ISO: return raw_capacity(path);
        case IMAGE_FORMAT_QCOW2: return qcow2_capacity(path);
        default: return 0;
        }
}

bool image_stands_alone(const Disk *disk)
{
        const char *path = path_of(disk);

        if (!path)
                return false;
        switch (disk->source.format) {
        case IMAGE_FORMAT_RAW:
        case IMAGE_FORMAT_ISO: return true;
        case IMAGE_FORMAT_QCOW2: return qcow2_stands_alone(path);
        default: return false;
        }
}
