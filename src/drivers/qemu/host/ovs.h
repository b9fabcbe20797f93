/* Ports of a switch of Open vSwitch, by its `ovs-vsctl`. What a port says of itself is what Open vSwitch's integration guide
 * asks of hypervisors; how it treats tags, and what is in its database, is in ovs-vswitchd.conf.db(5). */
#pragma once

#include "conf/domain.h"

/** ovs_is: whether the host's end of @nic is a port of such a switch. */
bool ovs_is(const Interface *nic);
/** ovs_join: interface @name of the host is a port of @bridge from now on, of @nic, of the guest @owner (a UUID): with its
 * tags and its isolation, and whatever it was before. VIR_ERR_OPERATION_TIMEOUT: the switch's database does not answer. */
int ovs_join(const Interface *nic, const char *name, const char *bridge, const char *owner, Error *err);
/** ovs_leave: the port that @nic has as @name goes; nobody else's. */
void ovs_leave(const char *name, const Mac *mac);
/** ovs_sweep: those that no guest has go: see records_left(). */
void ovs_sweep(const char *records, GHashTable *used);
