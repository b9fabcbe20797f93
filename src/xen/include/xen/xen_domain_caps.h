/* What a domain can have on Xen: <domainCapabilities>. */
#pragma once

#include "conf/domain_capabilities.h"

/** xen_domain_capabilities: @machine is "xenpv", "xenpvh" or "xenfv"; @firmwares (NULL-terminated; NULL: none): images
 * that guests of the last can start from. */
DomainCapabilities *xen_domain_capabilities(const char *emulator, const char *arch, const char *machine,
                                            const char *const *firmwares);
