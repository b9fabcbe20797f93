/* A tap on a bridge for a user without rights: QEMU's setuid helper makes it where the host's owner allows
 * (bridge.conf), and hands it over. */
#pragma once

#include "config/qemu_conf.h"
#include "util/error.h"

/** bridge_helper_open: the tap's descriptor (the caller closes it) and its name; -1: the helper's words. */
int bridge_helper_open(const QemuConf *conf, const char *bridge, char **ret_name, Error *err);
