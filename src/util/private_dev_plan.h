/* Between the plan of a private /dev and the child that carries it out. */
#pragma once

#include "util/private_dev.h"

typedef enum { DEV_FOLDER, DEV_LINK, DEV_NODE, DEV_MOUNT } DevKind;

enum { DEV_LABELS = 3 };

typedef struct DevStep {
        DevKind kind;
        char *path;   /* below the folder, without a leading slash */
        char *source; /* the original's full path */
        char *target; /* DEV_LINK */
        mode_t mode;  /* type and permissions of the original */
        uid_t uid;
        gid_t gid;
        dev_t device; /* DEV_NODE */
        dev_t host_device;
        ino_t host_inode; /* DEV_MOUNT: the original */
        void *labels[DEV_LABELS];
        size_t label_lengths[DEV_LABELS]; /* 0: it has none */
        bool carried;                     /* a mount of the host */
        int tree;                         /* DEV_MOUNT: a detached copy of the mount; -1: made on the way */

        bool made; /* written by the child */
} DevStep;

struct PrivateDev {
        char *folder;
        char *root; /* where the paths are looked up; NULL: "/" */
        char *stage;
        GPtrArray *steps;  /* of DevStep, parents first */
        GHashTable *paths; /* path: step */
        dev_t host_device; /* of the folder on the host */
        ino_t host_inode;
        mode_t mode;
        int failed; /* step; -1: none */
};

extern const char *const dev_label_names[DEV_LABELS];

/* ProcessSteps (@opaque: the PrivateDev) in the mount namespace that has the private folder. */
int dev_child_attach(void *opaque);
int dev_child_detach(void *opaque);
