/* What a host with Xen can run, from what Xen says of itself. */
#pragma once

#include "conf/capabilities.h"

/**
 * xen_capabilities: new capabilities of a host of architecture @arch. @words: Xen's own list (libxl's version
 * information, /sys/hypervisor/properties/capabilities): "xen-3.0-x86_64 hvm-3.0-x86_32p ..."; words that are not of
 * this kind are skipped. @cpuinfo: /proc/cpuinfo. Numbers of processors, memory and the like are the host's, not Xen's:
 * capabilities_fill_host() has them.
 */
Capabilities *xen_capabilities(const char *words, const char *cpuinfo, const char *arch);
