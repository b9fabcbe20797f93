/* How much a card may send and receive: limits at its end on the host. */
#pragma once

#include "conf/domain.h"

/** bandwidth_of: what the document or its network says; NULL: no limits. Borrowed. */
const Bandwidth *bandwidth_of(const Interface *nic);

/** bandwidth_check: whether @nic can have the limits @bandwidth (NULL: can have none). VIR_ERR_OPERATION_UNSUPPORTED. */
int bandwidth_check(const Interface *nic, const Bandwidth *bandwidth, Error *err);

/** bandwidth_set: the limits of @nic are put in force at @name, its end on the host, in place of those that are. */
int bandwidth_set(const Interface *nic, const char *name, Error *err);
/** bandwidth_clear: none any more; what was made for them goes. Never fails: none may have been there. */
void bandwidth_clear(const char *name);
