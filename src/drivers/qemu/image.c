/* See image.h. */
#include "image.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/auto.h"

/* The first 20 bytes of a qcow2 file: magic, version, offset and length of the name of the image below (big endian). */
static bool qcow2_stands_alone(const char *path)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        unsigned char header[20];

        if (fd < 0 || pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
            memcmp(header, "QFI\xfb", 4) != 0)
                return false;
        for (size_t i = 8; i < 20; i++)
                if (header[i])
                        return false;
        return true;
}

bool image_stands_alone(const Disk *disk)
{
        const char *path = disk->source.type == SOURCE_FILE    ? disk->source.file.path
                           : disk->source.type == SOURCE_BLOCK ? disk->source.block.path
                                                               : NULL;

        if (!path)
                return false;
        switch (disk->source.format) {
        case IMAGE_FORMAT_RAW:
        case IMAGE_FORMAT_ISO: return true;
        case IMAGE_FORMAT_QCOW2: return qcow2_stands_alone(path);
        default: return false;
        }
}
