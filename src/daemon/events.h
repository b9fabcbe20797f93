/* Who of the clients listens to which events. The sinks run in the emitters' threads: they encode and queue. */
#pragma once

#include "vireo/event.h"

#include "client.h"

typedef struct SubscriptionWish {
        ObjectKind kind;
        int event_id;
        void *object;           /* borrowed; NULL: all */
        bool legacy;            /* the old events without a callback id, once per event id */
        const char *pattern;    /* borrowed: only monitor events of this name; NULL: all */
        unsigned pattern_flags; /* VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_... */
} SubscriptionWish;

/**
 * subscription_add: from now on @wish's events are kept for the client, until subscription_release(): the answer that
 * carries the callback id has to come first. The caller owns a reference. @ret_id: the callback id.
 */
Subscription *subscription_add(Client *client, const SubscriptionWish *wish, int *ret_id, Error *err);
/** subscription_release: send what was kept, and what comes; drops the caller's reference. Accepts NULL. */
void subscription_release(Subscription *subscription);
/** subscription_remove: no event comes after it returned. */
int subscription_remove(Client *client, int callback_id, Error *err);
/** subscription_remove_legacy: the old way to say which. */
int subscription_remove_legacy(Client *client, int event_id, Error *err);
/** subscriptions_drop: the client is gone. Waits for sinks that are running. */
void subscriptions_drop(Client *client);
