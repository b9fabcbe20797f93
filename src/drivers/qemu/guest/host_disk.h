/* Disks, as the host has to do with them: beside host.h. */
#pragma once

#include "guest/host.h"
#include "monitor/qmp.h"

/** host_look_at_image, host_is_cdrom, host_encrypt: of QemuHost. */
int host_look_at_image(QemuHost *host, Disk *disk, Error *err);
bool host_is_cdrom(QemuHost *host, const char *path);
char *host_encrypt(QemuHost *host, const uint8_t *data, size_t length, const uint8_t iv[16], Error *err);
