/* Where the helpers of a guest stand: as whom they run, in which control group, under which label; whose the files are
 * that they make. */
#pragma once

#include "guest/instance.h"
#include "helpers/helper.h"
#include "security/dac.h"
#include "security/mac.h"
#include "util/cgroup.h"
#include "util/process.h"

/* A helper is QEMU's equal, unless: */
enum {
        HELPER_OWN_USER = 1 << 0,   /* its caller says who it runs as */
        HELPER_OWN_DOMAIN = 1 << 1, /* what it may do is not what a guest may: policy has a label for its program */
        HELPER_TRUSTED = 1 << 2     /* it does for the guest what guests may not do: it has no label of theirs */
};

typedef struct HelperPlace {
        int fds[CGROUP_CONTROLLERS]; /* for the process to join its group */
        int n;
        MacExec exec;
} HelperPlace;

/** helper_place: @process, its program named, becomes @helper, one of those of @live; @ret until it was started. */
int helper_place(Guest *guest, const Domain *live, unsigned how, const Helper *helper, Process *process,
                 HelperPlace *ret, Error *err);
void helper_place_done(HelperPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HelperPlace, helper_place_done)

/** helper_user: who QEMU runs as; uid -1: as we do. */
int helper_user(const QemuInstance *instance, const Domain *live, DacUser *ret, Error *err);
/** helper_label: @path and all below it have the label of the guest's files. */
int helper_label(const QemuInstance *instance, const Domain *live, const char *path, Error *err);
/** helper_give: @path is QEMU's: its user's, with the label of its files. */
int helper_give(const QemuInstance *instance, const Domain *live, const char *path, Error *err);
/** helper_listen: a socket at @path that QEMU may connect to, for a helper to serve on. */
int helper_listen(const QemuInstance *instance, const Domain *live, const char *path, mode_t mode, Error *err);
/** helper_pair: two ends of a connection between QEMU and a helper. */
int helper_pair(const QemuInstance *instance, const Domain *live, int ret_ends[2], Error *err);
