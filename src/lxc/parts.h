/* The parts of a configuration, each put into the domain by a function of its own. */
#pragma once

#include "conf/domain.h"
#include "entries.h"
#include "lxc/lxc_conf.h"

/* lxc_mount.c: the root and what else is mounted */
int lxc_read_mounts(const GPtrArray *entries, const LxcConfOptions *options, Domain *d, Error *err);

/* lxc_net.c: *@ret_private is whether the container has a network of its own with nothing in it */
int lxc_read_networks(const GPtrArray *entries, Domain *d, bool *ret_private, Error *err);

/* lxc_tune.c: what the control groups limit, and who is who */
int lxc_read_limits(const GPtrArray *entries, Domain *d, Error *err);
int lxc_read_idmap(const GPtrArray *entries, Domain *d, Error *err);

/** lxc_size: a number of bytes with k, m, g, t; or percent of the host's memory. */
bool lxc_size(const char *text, const char *root, uint64_t *ret_bytes);
