/* Descriptors: the JSON files by which packages, administrators and users say what there is for QEMU on this host
 * (QEMU's docs/interop: firmware, vhost-user). The user's go before what is in /etc, and that before what is in
 * /usr/share: of files of one name only the first counts, and nothing does when that one is empty. */
#pragma once

#include "util/json.h"

/** descriptors_each: call @take with each of @kind ("firmware", "vhost-user"), the preferred first, below @root ("" for
 * the host's own) and of the user with the configuration folder @user_config (as XDG_CONFIG_HOME; NULL: of no user).
 * A file that cannot be read, or that @take does not understand (-1), is named in the log and left out. */
void descriptors_each(const char *root, const char *user_config, const char *kind,
                      int (*take)(const Json *json, void *opaque, Error *err), void *opaque);
