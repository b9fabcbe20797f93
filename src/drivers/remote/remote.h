/* The remote driver: every operation is a call to a daemon. The tables of operations are generated (their stubs call
 * remote_call()); what needs more than a call is in calls_by_hand.c. */
#pragma once

#include "rpc/client.h"
#include "vireo/driver.h"

/** remote_call: the operation described by @desc on the far end of @conn: @argv its C parameters, the result in @ret.
 * A stream among them is connected to the far end. */
int remote_call(virConnectPtr conn, const CallDesc *desc, CallArg *argv, CallArg *ret, Error *err);
