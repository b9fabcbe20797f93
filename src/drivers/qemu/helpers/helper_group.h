/* Helpers that are there before the guest's control group is, which systemd-machined makes around QEMU. */
#pragma once

#include "guest/instance.h"
#include "helpers/helper.h"

struct Cgroup;
struct HelpersOutside;

/** helper_group_wait: @helper, which is about to start, has no group to be born in. In the start's job. */
void helper_group_wait(Guest *guest, const Helper *helper);
/** helper_group_join: those that wait, and the processes that they have started, move to @group; NULL: there is none on this host.
 * Nobody waits any more, whatever this returns. */
int helper_group_join(Guest *guest, const struct Cgroup *group, Error *err);
void helpers_outside_free(struct HelpersOutside *outside); /* accepts NULL */
