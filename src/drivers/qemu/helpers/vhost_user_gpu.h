/* Graphics cards in processes of their own (<driver name='vhostuser'/>): found by their descriptors, given one end of a
 * connection whose other end is QEMU's. They end when QEMU does. */
#pragma once

#include "guest/host.h"

/** vhost_user_gpu_check: VIR_ERR_CONFIG_UNSUPPORTED: there is no program here for a card of @live, or it cannot do what
 * the card wants. */
int vhost_user_gpu_check(const QemuInstance *instance, const Domain *live, Error *err);
/** vhost_user_gpu_open: QEMU's end for the card @alias; the other one waits in @host for its process. */
int vhost_user_gpu_open(GuestHost *host, const char *alias, Error *err);
/** vhost_user_gpu_start: the processes of all cards that were opened. */
int vhost_user_gpu_start(GuestHost *host, Error *err);
/** vhost_user_gpu_files: where they write their words: @paths gets them. */
void vhost_user_gpu_files(const QemuInstance *instance, const QemuHost *host, const Domain *live, GPtrArray *paths);
void vhost_user_gpu_stop(const Guest *guest, const QemuHost *host, const Domain *live);
