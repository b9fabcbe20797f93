/* The <host> part of <capabilities> from the facts of a machine; every driver shows it the same way. */
#pragma once

#include "conf/capabilities.h"
#include "util/host.h"
#include "util/host_resctrl.h"

/** capabilities_fill_host: cells, memory paths, caches and bandwidth of @host, which has none yet. @resctrl may be
 * NULL. */
void capabilities_fill_host(HostCapabilities *host, const HostTopology *topology, const HostResctrl *resctrl);
