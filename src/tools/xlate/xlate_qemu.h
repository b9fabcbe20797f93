/* Circumstances of the QEMU driver that a caller fixes: CIRCUMSTANCES.json RECORDING FILE. */
#pragma once

#include "argv/argv.h"
#include "xlate.h"

typedef struct XlateQemu {
        Json *json; /* the circumstances */
        QemuCaps *caps;
        Domain *domain; /* settled and checked */
        QemuContext context;
        unsigned parse, format;
        char *swtpm, *firmware; /* what the context borrows */
} XlateQemu;

/** xlate_qemu_read: from argv[1] to argv[3]; 0, or the exit status. */
int xlate_qemu_read(char **argv, XlateQemu *now, Error *err);
void xlate_qemu_done(XlateQemu *now);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(XlateQemu, xlate_qemu_done)

/* A host on which every start gets the same: xlate_qemu_host.c. */
typedef struct XlateHost {
        QemuHost host; /* first: the builder's callbacks get it */
        const Json *json;
        QemuConf *conf;
        CpuDefinition *cpu;
        char *lib_dir, *channel_dir, *master_key;
        Bitmap *nodes;
        GPtrArray *nbdkit; /* borrowed texts */
        int next_tap, next_vhost;
        GPtrArray *groups; /* numbers of descriptor groups */
} XlateHost;

/** xlate_host_init: for a run of @domain under the circumstances @json, which @host borrows. */
int xlate_host_init(XlateHost *host, const Domain *domain, const Json *json, Error *err);
void xlate_host_done(XlateHost *host);
