/* This machine, as QEMU's builder asks it (QemuHost), for one guest that starts or runs. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

enum { GUEST_FDS_MAX = 1024 };

typedef struct GuestHost {
        QemuHost base; /* first: the builder's callbacks get it */
        Guest *guest;
        Domain *live;           /* is told what the host gave: names of taps */
        int fds[GUEST_FDS_MAX]; /* opened for QEMU, ours until they are passed on */
        size_t n_fds;
        int vsock;        /* has the guest's number, until QEMU is given it; -1 */
        GHashTable *gpus; /* ends of connections to cards that are yet to be started (helpers/vhost_user_gpu.h) */
        char **nbdkit;    /* what this host's has; NULL: none is used */
        char *lib_dir, *channel_dir, *master_key, *tpm_socket;
        QemuHugePages *huge_pages; /* guest/memory.c */
        Bitmap *nodes;
} GuestHost;

/** guest_host_init: @host is zeroed; @live has the id of the run. */
void guest_host_init(GuestHost *host, Guest *guest, Domain *live);
/** guest_host_keep: @fd is the host's, for QEMU; negative: it could not be opened, as @err says. */
int guest_host_keep(GuestHost *host, int fd, Error *err);
/** guest_host_close: QEMU has its own copies of the descriptors. */
void guest_host_close(GuestHost *host);
void guest_host_done(GuestHost *host); /* accepts a zeroed one */
