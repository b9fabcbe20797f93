/* The procedures that the daemon answers itself: opening, closing, authentication, features, and who listens to which
 * events. Their parameters stand in api/connection.api, like those of every call. */
#pragma once

#include "rpc/call.h"

#include "client.h"

enum {
        OWN_CALL_AT_ONCE = 1,     /* never waits: runs in the loop */
        OWN_CALL_BEFORE_OPEN = 2, /* also while there is no connection */
};

/* One call being answered. */
typedef struct OwnRequest {
        Client *client;
        CallFrame *frame;      /* arguments from argv[1] on; argv[0] is the connection */
        Subscription *started; /* to release when the answer is on its way */
        bool closes;           /* disconnect when the answer is on its way */
} OwnRequest;

typedef struct OwnCall {
        uint32_t program;
        int procedure;
        unsigned flags;
        int (*run)(OwnRequest *request, Error *err);
} OwnCall;

/** own_call_find: NULL when the procedure is not one of the daemon's own. */
const OwnCall *own_call_find(const CallDesc *desc);

/** own_calls_forget: the client is gone: undo what its calls left behind. */
void own_calls_forget(Client *client);
