/* Which URI a program means. */
#pragma once

#include <libvirt/libvirt.h>

#include "util/error.h"

/**
 * client_uri_resolve: @name, or LIBVIRT_DEFAULT_URI, or uri_default of libvirt.conf, with an alias (a word without ':'
 * and '/') replaced unless VIR_CONNECT_NO_ALIASES forbids. NULL: nothing says, somebody has to probe. The caller frees.
 */
int client_uri_resolve(const char *name, unsigned flags, char **ret_name, Error *err);
