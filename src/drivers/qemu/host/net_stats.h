/* Counters of the host's end of a guest's interface. */
#pragma once

#include <libvirt/libvirt.h>

#include "util/error.h"

/** net_stats_read: of host device @name, seen from the guest: what the host sends, the guest receives. */
int net_stats_read(const char *name, virDomainInterfaceStatsPtr ret, Error *err);
