/* What a domain can have on bhyve: <domainCapabilities>. */
#pragma once

#include "conf/domain_capabilities.h"

/** bhyve_domain_capabilities: @bootrom: the binary starts firmware from a file; @framebuffer: it has a screen.
 * @firmwares: NULL-terminated images. */
DomainCapabilities *bhyve_domain_capabilities(const char *emulator, const char *arch, bool bootrom, bool framebuffer,
                                              const char *const *firmwares);
