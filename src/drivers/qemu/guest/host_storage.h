/* What other drivers know of a guest's disks: volumes and secrets, asked for through the public API like any client's. */
#pragma once

#include "argv/argv.h"

/** host_secret: QemuHost.secret. */
int host_secret(QemuHost *host, const char *uuid, int usage_type, const char *usage, uint8_t **ret, size_t *ret_length,
                Error *err);
/** host_find_volume: QemuHost.find_volume. */
int host_find_volume(QemuHost *host, Source *source, Error *err);
/** host_find_volumes: of all disks of @live that are volumes. */
int host_find_volumes(QemuHost *host, Domain *live, Error *err);
