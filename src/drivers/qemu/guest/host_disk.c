/* See host_disk.h. */
#include "guest/host_disk.h"

#include <fcntl.h>
#include <linux/cdrom.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "blockdev/blockdev.h"
#include "host/image.h"
#include "util/auto.h"
#include "util/cipher.h"

int host_look_at_image(QemuHost *host, Disk *disk, Error *err)
{
        return image_find_chain(disk, err);
}

bool host_is_cdrom(QemuHost *host, const char *path)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

        return fd >= 0 && ioctl(fd, CDROM_GET_CAPABILITY, NULL) >= 0;
}

char *host_encrypt(QemuHost *host, const uint8_t *data, size_t length, const uint8_t iv[16], Error *err)
{
        AUTO_FD int fd = open(host->master_key, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        uint8_t key[CIPHER_KEY];
        char *text;

        if (fd < 0 || pread(fd, key, sizeof(key), 0) != (ssize_t)sizeof(key))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "the guest's key '%s' cannot be read", host->master_key);
        text = cipher_encrypt(key, iv, data, length, err);
        explicit_bzero(key, sizeof(key));
        return text;
}
