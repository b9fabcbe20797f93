/* The balloon of a running guest: how much memory it leaves the guest, how often it looks at what the guest does with it. */
#pragma once

#include "guest/instance.h"

/** guest_balloon_inflate: the guest has as much memory as @to says. VIR_ERR_OPERATION_INVALID: it has no balloon. */
int guest_balloon_inflate(Guest *guest, const Domain *to, Error *err);
/** guest_balloon_poll: its figures are as fresh as @to, which has one, says. */
int guest_balloon_poll(Guest *guest, const Domain *to, Error *err);
