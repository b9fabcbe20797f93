/* Container configurations of OpenVZ (/etc/vz/conf/CTID.conf: shell assignments) into a domain. */
#pragma once

#include "conf/domain.h"

/** openvz_conf_value: the value of @name, without its quotes; of several the last that is not empty. NULL: not there. The
 * caller frees. */
char *openvz_conf_value(const char *text, const char *name);

/** openvz_conf_parse: one reference to a settled definition. @ctid is the number of the container, which is its name.
 * VIR_ERR_INTERNAL_ERROR names the setting that cannot be read. */
int openvz_conf_parse(const char *text, size_t length, const char *ctid, Domain **ret, Error *err);
