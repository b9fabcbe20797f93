/* Container configurations of LXC (lxc.conf, "config"), of versions 1 and 2 and of version 3 and later, into a domain.
 *
 * What libvirt's containers have no word for (hooks, include files, device rules, ...) is passed over; what would change
 * what the container sees and cannot be said is an error. */
#pragma once

#include "conf/domain.h"

typedef struct LxcConfOptions {
        const char *uuid;     /* of the new domain; NULL: a random one */
        const char *emulator; /* NULL: none is named */
        const char *root;     /* of the host, for sizes in percent of its memory; "" for this one */
} LxcConfOptions;

/** lxc_conf_parse: one reference to a settled definition. VIR_ERR_CONF_SYNTAX with the line, VIR_ERR_CONFIG_UNSUPPORTED,
 * VIR_ERR_ARGUMENT_UNSUPPORTED. */
int lxc_conf_parse(const char *text, size_t length, const LxcConfOptions *options, Domain **ret, Error *err);
