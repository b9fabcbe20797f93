/* nbdkit processes of a guest: one for each image that is served by it (its socket is in the source's status). */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

/** nbdkit_parts: the plugins and filters of this host's nbdkit ("plugin-curl"); NULL: there is none, or qemu.conf does not
 * want it (storage_use_nbdkit). The caller frees (g_strfreev). */
char **nbdkit_parts(const QemuConf *conf);

/** nbdkit_start: those of @disk, ready when it returns. What was started stays when one fails: nbdkit_stop(). */
int nbdkit_start(Guest *guest, QemuHost *host, const Domain *live, const Disk *disk, Error *err);
/** nbdkit_files: @paths gets what those of @live write outside of the run's folder, there or not. */
void nbdkit_files(const QemuInstance *instance, const QemuHost *host, const Domain *live, GPtrArray *paths);
void nbdkit_stop(Guest *guest, const Disk *disk);
/** nbdkit_adopt: those of a guest that an earlier daemon started; one that is gone is started again. */
void nbdkit_adopt(Guest *guest, const Domain *live);
/** nbdkit_watches_free: nobody is started again from here on. Accepts NULL. */
void nbdkit_watches_free(struct NbdkitWatches *watches);
