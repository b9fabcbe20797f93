#include "events.h"

#include "lib/event_listen.h"
#include "rpc/call.h"
#include "util/auto.h"
#include "util/log.h"
#include "vireo/daemon.h"

struct Subscription {
        int refs; /* atomic */
        Client *client;
        int callback_id;
        int event_id;
        bool legacy;

        pthread_mutex_t lock; /* the fields below */
        bool released;
        Packet *held; /* what came before the release, newest first */
};

static void subscription_unref(Subscription *subscription)
{
        if (!g_atomic_int_dec_and_test(&subscription->refs))
                return;
        packets_free(subscription->held);
        client_unref(subscription->client);
        pthread_mutex_destroy(&subscription->lock);
        g_free(subscription);
}

static Packet *encode(const Subscription *subscription, const Event *event, int callback_id)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter out = { 0 };

        if (event_encode(event, callback_id, subscription->legacy, &out, &err) < 0) {
                log_error("an event is lost: %s", err.message);
                wire_writer_done(&out);
                return NULL;
        }
        return packet_new(&out);
}

static bool hold(Subscription *subscription, Packet *packet)
{
        LOCKED(&subscription->lock);

        if (subscription->released)
                return false;
        packet->next = subscription->held;
        subscription->held = packet;
        return true;
}

static void on_event(const Event *event, int callback_id, void *opaque)
{
        Subscription *subscription = opaque;
        Packet *packet = encode(subscription, event, callback_id);

        if (packet && !hold(subscription, packet))
                client_send_event(subscription->client, packet);
}

/* False when the client was disconnected meanwhile. */
static bool remember(Client *client, Subscription *subscription)
{
        LOCKED(&client->lock);

        if (!client->subscriptions)
                return false;
        g_atomic_int_inc(&subscription->refs);
        g_ptr_array_add(client->subscriptions, subscription);
        return true;
}

static bool has_legacy(Client *client, int event_id)
{
        LOCKED(&client->lock);

        for (guint i = 0; client->subscriptions && i < client->subscriptions->len; i++) {
                const Subscription *s = g_ptr_array_index(client->subscriptions, i);

                if (s->legacy && s->event_id == event_id)
                        return true;
        }
        return false;
}

static Subscription *subscription_new(Client *client, const SubscriptionWish *wish)
{
        Subscription *subscription = g_new0(Subscription, 1);

        subscription->refs = 1;
        pthread_mutex_init(&subscription->lock, NULL);
        subscription->client = client_ref(client);
        subscription->event_id = wish->event_id;
        subscription->legacy = wish->legacy;
        return subscription;
}

static int listen(Subscription *subscription, const SubscriptionWish *wish, Error *err)
{
        const EventRequest request = {
                .function = "virConnectDomainEventRegisterAny",
                .kind = wish->kind,
                .event_id = wish->event_id,
                .object = wish->object,
                .pattern = wish->pattern,
                .pattern_flags = wish->pattern_flags,
                .sink = on_event,
                .opaque = subscription,
        };

        return event_listen(client_connection(subscription->client), &request, err);
}

Subscription *subscription_add(Client *client, const SubscriptionWish *wish, int *ret_id, Error *err)
{
        Subscription *subscription;
        int id;

        if (wish->legacy && has_legacy(client, wish->event_id))
                return error_null(err, VIR_ERR_INVALID_ARG, "event callback already tracked");
        subscription = subscription_new(client, wish);
        id = listen(subscription, wish, err);
        if (id < 0) {
                subscription_unref(subscription);
                return NULL;
        }
        subscription->callback_id = id;
        if (!remember(client, subscription)) {
                event_unsubscribe(client_connection(client), id, NULL);
                subscription_unref(subscription);
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "the client is gone");
        }
        *ret_id = id;
        return subscription;
}

/* The first one that matches leaves the list. */
static Subscription *take(Client *client, bool legacy, int number)
{
        LOCKED(&client->lock);

        for (guint i = 0; client->subscriptions && i < client->subscriptions->len; i++) {
                Subscription *s = g_ptr_array_index(client->subscriptions, i);

                if (legacy ? s->legacy && s->event_id == number : !s->legacy && s->callback_id == number)
                        return g_ptr_array_remove_index(client->subscriptions, i);
        }
        return NULL;
}

static int end(Subscription *subscription, Error *err)
{
        int result = event_unsubscribe(client_connection(subscription->client), subscription->callback_id, err);

        subscription_unref(subscription);
        return result;
}

int subscription_remove(Client *client, int callback_id, Error *err)
{
        Subscription *subscription = take(client, false, callback_id);

        if (!subscription)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain event callback %d not registered", callback_id);
        return end(subscription, err);
}

int subscription_remove_legacy(Client *client, int event_id, Error *err)
{
        Subscription *subscription = take(client, true, event_id);

        if (!subscription)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain event %d not registered", event_id);
        return end(subscription, err);
}

static Packet *reversed(Packet *list)
{
        Packet *result = NULL;

        while (list) {
                Packet *next = list->next;

                list->next = result;
                result = list;
                list = next;
        }
        return result;
}

/* What is held now; without anything the subscription is released from then on. */
static Packet *take_held(Subscription *subscription)
{
        LOCKED(&subscription->lock);
        Packet *list = reversed(g_steal_pointer(&subscription->held));

        subscription->released = !list;
        return list;
}

void subscription_release(Subscription *subscription)
{
        Packet *list;

        if (!subscription)
                return;
        while ((list = take_held(subscription))) {
                while (list) {
                        Packet *next = list->next;

                        client_send_event(subscription->client, list);
                        list = next;
                }
        }
        subscription_unref(subscription);
}

void subscriptions_drop(Client *client)
{
        GPtrArray *list;

        {
                LOCKED(&client->lock);
                list = g_steal_pointer(&client->subscriptions);
        }
        for (guint i = 0; list && i < list->len; i++)
                end(g_ptr_array_index(list, i), NULL);
        if (list)
                g_ptr_array_unref(list);
}
