/* Helpers that stand where the guest's QEMU stands: its user, without capabilities, in its control group. */
#pragma once

#include "guest/instance.h"
#include "util/cgroup.h"
#include "util/process.h"

typedef struct HelperPlace {
        int fds[CGROUP_CONTROLLERS]; /* for the process to join its group */
        int n;
} HelperPlace;

/** helper_place: @process is to be one of those of @live; @ret until it was started. */
int helper_place(Guest *guest, const Domain *live, Process *process, HelperPlace *ret, Error *err);
void helper_place_done(HelperPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HelperPlace, helper_place_done)
