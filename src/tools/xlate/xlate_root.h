/* A folder that stands for the root of another machine, as util/host.h takes it, made of recorded files. */
#pragma once

#include "xlate.h"

typedef struct XlateRoot {
        char *path;
        char *machine;          /* its architecture: what the kernel of that machine would say */
        char *recordings;       /* the folder of recordings, given before the one that needs it */
        const char *text, *oem; /* --text, --oem: a file, a text; as they were given */
        unsigned n_cpus;
        bool live_migrate, offline_migrate;
} XlateRoot;

#define XLATE_ROOT_USAGE                                                                                               \
        "[--arch ARCH] [--cpuinfo FILE] [--stat FILE] [--cpus N] [--system FOLDER] [--recordings FOLDER] [--tree "     \
        "FOLDER] [--live] "                                                                                            \
        "[--offline]"

/** xlate_root_new: from the arguments. --system stands for /sys/devices/system, --tree holds system/ and resctrl/. */
XlateRoot *xlate_root_new(int argc, char **argv, Error *err);
XlateRoot *xlate_root_free(XlateRoot *root); /* removes the folder; returns NULL */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(XlateRoot, xlate_root_free)
