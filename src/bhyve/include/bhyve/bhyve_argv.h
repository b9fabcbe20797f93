/* Command lines of bhyve and of what loads the guest before it (bhyveload, grub-bhyve), into a domain. */
#pragma once

#include "conf/domain.h"

/** bhyve_argv_parse: @text is one or two commands, one a line; "\" at its end continues a line. The definition (one
 * reference) is as the command says it, without the defaults of bhyve_rules. Devices that have no word in the document are
 * logged and left out. VIR_ERR_CONF_SYNTAX says what cannot be read, VIR_ERR_CONFIG_UNSUPPORTED what contradicts. @uuid:
 * of a guest whose command has none; NULL: a random one. */
int bhyve_argv_parse(const char *text, size_t length, const char *uuid, Domain **ret, Error *err);
