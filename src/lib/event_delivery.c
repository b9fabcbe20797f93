/* Events on their way to the program's loop: a queue and a timer that fires while something is in it. */
#include "event_delivery.h"

#include "event_listener.h"
#include "lib/event_impl.h"
#include "util/auto.h"

typedef struct Waiting {
        Listener *listener;
        Event *event;
} Waiting;

struct Delivery {
        int refs; /* atomic; the loop's timer holds one */
        int timer;
        pthread_mutex_t lock; /* the queue */
        GQueue queue;         /* Waiting */
};

static void waiting_free(void *item)
{
        Waiting *waiting = item;

        event_unref(waiting->event);
        listener_unref(waiting->listener);
        g_free(waiting);
}

Delivery *delivery_ref(Delivery *delivery)
{
        g_atomic_int_inc(&delivery->refs);
        return delivery;
}

Delivery *delivery_unref(Delivery *delivery)
{
        if (!delivery || !g_atomic_int_dec_and_test(&delivery->refs))
                return NULL;
        g_queue_clear_full(&delivery->queue, waiting_free);
        pthread_mutex_destroy(&delivery->lock);
        g_free(delivery);
        return NULL;
}

static Waiting *delivery_pop(Delivery *delivery)
{
        LOCKED(&delivery->lock);
        return g_queue_pop_head(&delivery->queue);
}

static void on_timer(int timer, void *opaque)
{
        Delivery *delivery = delivery_ref(opaque);
        Waiting *waiting;

        /* Disarmed first: what is pushed from here on either is seen below or arms it again. */
        event_impl_update_timeout(timer, -1);
        while ((waiting = delivery_pop(delivery))) {
                listener_call(waiting->listener, waiting->event);
                waiting_free(waiting);
        }
        delivery_unref(delivery);
}

static void drop_timer_reference(void *opaque)
{
        delivery_unref(opaque);
}

Delivery *delivery_new(Error *err)
{
        Delivery *delivery = g_new0(Delivery, 1);

        delivery->refs = 2;
        pthread_mutex_init(&delivery->lock, NULL);
        g_queue_init(&delivery->queue);
        delivery->timer = event_impl_add_timeout(-1, on_timer, delivery, drop_timer_reference);
        if (delivery->timer < 0) {
                delivery->refs = 1;
                delivery_unref(delivery);
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "could not initialize domain event timer");
        }
        return delivery;
}

void delivery_push(Delivery *delivery, Listener *listener, Event *event)
{
        Waiting *waiting = g_new(Waiting, 1);

        waiting->listener = listener_ref(listener);
        waiting->event = event_ref(event);
        LOCKED(&delivery->lock);
        g_queue_push_tail(&delivery->queue, waiting);
}

void delivery_arm(Delivery *delivery)
{
        event_impl_update_timeout(delivery->timer, 0);
}

void delivery_purge(Delivery *delivery, const Listener *listener)
{
        GQueue purged = G_QUEUE_INIT;

        pthread_mutex_lock(&delivery->lock);
        for (GList *link = delivery->queue.head, *next; link; link = next) {
                next = link->next;
                if (((Waiting *)link->data)->listener != listener)
                        continue;
                g_queue_unlink(&delivery->queue, link);
                g_queue_push_tail_link(&purged, link);
        }
        pthread_mutex_unlock(&delivery->lock);
        g_queue_clear_full(&purged, waiting_free);
}

void delivery_stop(Delivery *delivery)
{
        event_impl_remove_timeout(delivery->timer);
}
