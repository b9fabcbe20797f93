/* The procedures that a daemon answers itself. Those of vireod: opening, closing, authentication, features, and who listens to which
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

struct OwnCall {
        uint32_t program;
        int procedure;
        unsigned flags;
        int (*run)(OwnRequest *request, Error *err);
};

/** own_call_close: the procedure by which a client takes its leave. */
int own_call_close(OwnRequest *request, Error *err);

/** hypervisor_kind: the programs of vireod's own server. */
extern const ServerKind hypervisor_kind;
