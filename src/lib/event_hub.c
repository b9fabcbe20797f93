/* Hubs: where a driver's events meet those who listen. */
#include "vireo/event.h"

#include <string.h>

#include "connect_private.h"
#include "event_listener.h"
#include "util/auto.h"
#include "util/log.h"
#include "vireo/daemon.h"
#include "vireo/entry.h"

typedef struct Early {
        Event *event;
        int remote_id;
} Early;

struct EventHub {
        int refs; /* atomic */
        const EventSource *source;
        pthread_mutex_t lock; /* all below */
        pthread_cond_t changed;
        GPtrArray *listeners; /* Listener, in order of registration */
        bool registering;     /* somebody is adding or removing, perhaps asking the source: the others wait */
        int pending;          /* listeners whose source is being asked */
        GQueue early;         /* Early: events with an id that nobody has yet */
};

enum { EARLY_MAX = 1024 };

/* The listener whose sink this thread is in. */
static __thread const Listener *inside;

Event *event_new(const EventType *type)
{
        Event *event = g_malloc0(type->size);

        event->refs = 1;
        event->type = type;
        event->id = -1;
        return event;
}

Event *event_ref(Event *event)
{
        g_atomic_int_inc(&event->refs);
        return event;
}

Event *event_unref(Event *event)
{
        if (!event || !g_atomic_int_dec_and_test(&event->refs))
                return NULL;
        if (event->type->clear)
                event->type->clear(event);
        g_free(event->name);
        g_free(event->usage_id);
        g_free(event);
        return NULL;
}

EventHub *event_hub_new(void)
{
        EventHub *hub = g_new0(EventHub, 1);

        hub->refs = 1;
        pthread_mutex_init(&hub->lock, NULL);
        pthread_cond_init(&hub->changed, NULL);
        hub->listeners = g_ptr_array_new();
        g_queue_init(&hub->early);
        return hub;
}

EventHub *event_hub_ref(EventHub *hub)
{
        g_atomic_int_inc(&hub->refs);
        return hub;
}

static void early_free(void *item)
{
        Early *early = item;

        event_unref(early->event);
        g_free(early);
}

EventHub *event_hub_unref(EventHub *hub)
{
        if (!hub || !g_atomic_int_dec_and_test(&hub->refs))
                return NULL;
        g_queue_clear_full(&hub->early, early_free);
        g_ptr_array_unref(hub->listeners);
        pthread_cond_destroy(&hub->changed);
        pthread_mutex_destroy(&hub->lock);
        g_free(hub);
        return NULL;
}

void event_hub_set_source(EventHub *hub, const EventSource *source)
{
        hub->source = source;
}

/* Under the lock: queues @event where a loop delivers it; the others are returned to be called, with a reference and
 * counted as running. Waiting loops are gathered in @loops. */
static GPtrArray *hub_match(EventHub *hub, Event *event, int remote_id, GPtrArray *loops)
{
        GPtrArray *direct = NULL;

        for (size_t i = 0; i < hub->listeners->len; i++) {
                Listener *listener = g_ptr_array_index(hub->listeners, i);

                if ((remote_id >= 0 && listener->remote_id != remote_id) || !listener_wants(listener, event))
                        continue;
                if (listener->delivery) {
                        delivery_push(listener->delivery, listener, event);
                        if (!g_ptr_array_find(loops, listener->delivery, NULL))
                                g_ptr_array_add(loops, delivery_ref(listener->delivery));
                        continue;
                }
                if (!direct)
                        direct = g_ptr_array_new();
                listener->running++;
                g_ptr_array_add(direct, listener_ref(listener));
        }
        return direct;
}

static bool hub_knows(const EventHub *hub, int remote_id)
{
        for (size_t i = 0; i < hub->listeners->len; i++) {
                if (((Listener *)g_ptr_array_index(hub->listeners, i))->remote_id == remote_id)
                        return true;
        }
        return false;
}

/* Under the lock: keeps an event whose id is just being learned. */
static bool hub_keep_early(EventHub *hub, Event *event, int remote_id)
{
        Early *early;

        if (remote_id < 0 || !hub->pending || hub_knows(hub, remote_id) || hub->early.length >= EARLY_MAX)
                return false;
        early = g_new(Early, 1);
        early->event = event_ref(event);
        early->remote_id = remote_id;
        g_queue_push_tail(&hub->early, early);
        return true;
}

static void direct_call(EventHub *hub, GPtrArray *direct, const Event *event)
{
        const Listener *outer = inside;

        for (size_t i = 0; i < direct->len; i++) {
                Listener *listener = g_ptr_array_index(direct, i);

                inside = listener;
                listener_call(listener, event);
                inside = outer;

                pthread_mutex_lock(&hub->lock);
                listener->running--;
                pthread_cond_broadcast(&hub->changed);
                pthread_mutex_unlock(&hub->lock);
                listener_unref(listener);
        }
        g_ptr_array_unref(direct);
}

static void drop_delivery(void *delivery)
{
        delivery_unref(delivery);
}

void event_emit_to(EventHub *hub, Event *event, int remote_id)
{
        g_autoptr(GPtrArray) loops = g_ptr_array_new_with_free_func(drop_delivery);
        GPtrArray *direct = NULL;

        /* A listener's last reference may be dropped on the way, and with it the hub's. */
        event_hub_ref(hub);
        pthread_mutex_lock(&hub->lock);
        if (!hub_keep_early(hub, event, remote_id))
                direct = hub_match(hub, event, remote_id, loops);
        pthread_mutex_unlock(&hub->lock);

        for (size_t i = 0; i < loops->len; i++)
                delivery_arm(g_ptr_array_index(loops, i));
        if (direct)
                direct_call(hub, direct, event);
        event_unref(event);
        event_hub_unref(hub);
}

void event_emit(EventHub *hub, Event *event)
{
        event_emit_to(hub, event, REMOTE_ID_NONE);
}

/* Adding and removing are done by one at a time; the source may be asked meanwhile, without the lock. */
static void registering_begin(EventHub *hub)
{
        pthread_mutex_lock(&hub->lock);
        while (hub->registering)
                pthread_cond_wait(&hub->changed, &hub->lock);
        hub->registering = true;
        pthread_mutex_unlock(&hub->lock);
}

static void registering_end(EventHub *hub)
{
        pthread_mutex_lock(&hub->lock);
        hub->registering = false;
        pthread_cond_broadcast(&hub->changed);
        pthread_mutex_unlock(&hub->lock);
}

/* Who besides @listener has asked the source for the same; NULL: nobody. */
static Listener *hub_peer(const EventHub *hub, const Listener *listener)
{
        for (size_t i = 0; i < hub->listeners->len; i++) {
                Listener *other = g_ptr_array_index(hub->listeners, i);

                if (other != listener && listener_same_source(other, listener))
                        return other;
        }
        return NULL;
}

static bool hub_has_twin(const EventHub *hub, const Listener *listener)
{
        for (size_t i = 0; i < hub->listeners->len; i++) {
                if (listener_is_twin(g_ptr_array_index(hub->listeners, i), listener))
                        return true;
        }
        return false;
}

/* Events that came before their id was known. */
static void early_release(EventHub *hub)
{
        GQueue early;
        Early *item;

        pthread_mutex_lock(&hub->lock);
        early = hub->early;
        g_queue_init(&hub->early);
        pthread_mutex_unlock(&hub->lock);

        while ((item = g_queue_pop_head(&early))) {
                event_emit_to(hub, event_ref(item->event), item->remote_id);
                early_free(item);
        }
}

static bool is_monitor(const Listener *listener)
{
        return listener->request.event_id == EVENT_ID_QEMU_MONITOR;
}

static bool source_asks(const EventHub *hub, const Listener *listener)
{
        if (!hub->source)
                return false;
        return is_monitor(listener) ? hub->source->monitor_first != NULL : hub->source->first != NULL;
}

static int source_first(EventHub *hub, Listener *listener, Error *err)
{
        const EventRequest *request = &listener->request;
        int remote_id = REMOTE_ID_NONE;
        int r;

        if (is_monitor(listener))
                r = hub->source->monitor_first(listener->conn, listener->object, listener->pattern,
                                               request->pattern_flags, &remote_id, err);
        else
                r = hub->source->first(listener->conn, request->kind, request->event_id, listener->object, &remote_id,
                                       err);

        pthread_mutex_lock(&hub->lock);
        hub->pending--;
        listener->remote_id = remote_id;
        if (r < 0)
                g_ptr_array_remove(hub->listeners, listener);
        pthread_mutex_unlock(&hub->lock);
        early_release(hub);
        return r;
}

/* 0: listens; the hub holds a reference. */
static int hub_add(EventHub *hub, Listener *listener, Error *err)
{
        const Listener *peer = NULL;
        bool ask = false;
        int r = 0;

        registering_begin(hub);
        pthread_mutex_lock(&hub->lock);
        if (hub_has_twin(hub, listener)) {
                r = error_set(err, VIR_ERR_INVALID_ARG, "event callback already tracked");
        } else {
                peer = hub_peer(hub, listener);
                ask = !peer && source_asks(hub, listener);
                listener->remote_id = peer ? peer->remote_id : ask ? REMOTE_ID_PENDING : REMOTE_ID_NONE;
                hub->pending += ask;
                g_ptr_array_add(hub->listeners, listener);
        }
        pthread_mutex_unlock(&hub->lock);

        if (ask)
                r = source_first(hub, listener, err);
        if (r == 0)
                listener_ref(listener);
        registering_end(hub);
        return r;
}

/* Forgets @listener, waits until no other thread is in its sink, and tells the source if it was the last. */
static int hub_remove(EventHub *hub, Listener *listener, Error *err)
{
        bool tell;
        int r = 0;

        registering_begin(hub);
        pthread_mutex_lock(&hub->lock);
        g_atomic_int_set(&listener->removed, true);
        g_ptr_array_remove(hub->listeners, listener);
        tell = !hub_peer(hub, listener) && source_asks(hub, listener);
        pthread_mutex_unlock(&hub->lock);

        if (tell && is_monitor(listener))
                r = hub->source->monitor_last(listener->conn, listener->remote_id, err);
        else if (tell)
                r = hub->source->last(listener->conn, listener->request.kind, listener->request.event_id,
                                      listener->remote_id, err);
        registering_end(hub);

        /* Not earlier: the sink itself may add and remove. */
        pthread_mutex_lock(&hub->lock);
        while (listener->running > (inside == listener ? 1 : 0))
                pthread_cond_wait(&hub->changed, &hub->lock);
        pthread_mutex_unlock(&hub->lock);
        listener_unref(listener);
        return r;
}

static EventHub *hub_of(virConnectPtr conn, ObjectKind kind)
{
        switch (kind) {
        case OBJECT_DOMAIN: return conn->events[FAMILY_HYPERVISOR];
        case OBJECT_NETWORK: return conn->events[FAMILY_NETWORK];
        case OBJECT_STORAGE_POOL: return conn->events[FAMILY_STORAGE];
        case OBJECT_NODE_DEVICE: return conn->events[FAMILY_NODE_DEVICE];
        case OBJECT_SECRET: return conn->events[FAMILY_SECRET];
        default: return NULL;
        }
}

bool event_kind_known(virConnectPtr conn, ObjectKind kind)
{
        return hub_of(conn, kind) != NULL;
}

/* The connection's delivery with a reference for the caller; made when the first callback comes. */
static Delivery *connection_delivery(virConnectPtr conn, Error *err)
{
        struct ConnectPrivate *private = conn->private_;
        Delivery *made = NULL;
        Delivery *used;

        pthread_mutex_lock(&private->lock);
        used = private->delivery ? delivery_ref(private->delivery) : NULL;
        pthread_mutex_unlock(&private->lock);
        if (used)
                return used;

        made = delivery_new(err);
        if (!made)
                return NULL;
        pthread_mutex_lock(&private->lock);
        used = private->delivery ? delivery_ref(private->delivery) : NULL;
        if (!used)
        private->delivery = delivery_ref(made);
        pthread_mutex_unlock(&private->lock);
        if (!used)
                return made;
        delivery_stop(made);
        delivery_unref(made);
        return used;
}

static int connection_remember(virConnectPtr conn, Listener *listener)
{
        struct ConnectPrivate *private = conn->private_;

        LOCKED(&private->lock);
        if (!private->listeners)
        private->listeners = g_ptr_array_new();
        g_ptr_array_add(private->listeners, listener_ref(listener));
        return listener->id;
}

int event_listen(virConnectPtr conn, const EventRequest *request, Error *err)
{
        EventHub *hub = hub_of(conn, request->kind);
        Listener *listener;
        int id;

        if (!hub)
                return entry_no_support(err, request->function);
        listener = listener_new(conn, hub, request, err);
        if (!listener)
                return -1;
        listener->id = g_atomic_int_add(&conn->private_->next_callback, 1);
        /* The daemon's own callbacks run in the emitter's thread: it has no loop of that kind. */
        if (request->callback && !conn->in_daemon)
                listener->delivery = connection_delivery(conn, err);
        if ((request->callback && !conn->in_daemon && !listener->delivery) || hub_add(hub, listener, err) < 0) {
                listener->request.free = NULL;
                listener_unref(listener);
                return -1;
        }
        id = connection_remember(conn, listener);
        listener_unref(listener);
        return id;
}

/* Takes a listener out of its connection's list; the list's reference is the caller's now. */
static Listener *connection_take(virConnectPtr conn, bool (*match)(const Listener *listener, const void *key),
                                 const void *key)
{
        struct ConnectPrivate *private = conn->private_;

        LOCKED(&private->lock);
        for (size_t i = 0; private->listeners && i < private->listeners->len; i++) {
                Listener *listener = g_ptr_array_index(private->listeners, i);

                if (match(listener, key))
                        return g_ptr_array_remove_index(private->listeners, i);
        }
        return NULL;
}

static int listener_end(Listener *listener, Error *err)
{
        int r = hub_remove(listener->hub, listener, err);

        if (listener->delivery)
                delivery_purge(listener->delivery, listener);
        listener_unref(listener);
        return r;
}

static bool has_id(const Listener *listener, const void *key)
{
        return listener->id == *(const int *)key;
}

int event_unlisten(virConnectPtr conn, int callback_id, Error *err)
{
        Listener *listener = connection_take(conn, has_id, &callback_id);

        if (!listener)
                return error_set(err, VIR_ERR_INVALID_ARG, "could not find event callback %d for deletion",
                                 callback_id);
        return listener_end(listener, err);
}

static bool is_legacy(const Listener *listener, const void *key)
{
        return listener->request.legacy && listener->request.callback == *(void (*const *)(void))key;
}

int event_unlisten_legacy(virConnectPtr conn, void (*callback)(void), Error *err)
{
        Listener *listener = connection_take(conn, is_legacy, &callback);

        if (!listener)
                return error_set(err, VIR_ERR_INVALID_ARG, "event callback function %p not registered", callback);
        return listener_end(listener, err);
}

int event_subscribe(virConnectPtr conn, ObjectKind kind, int event_id, void *object,
                    void (*sink)(const Event *event, int callback_id, void *opaque), void *opaque, Error *err)
{
        EventRequest request = {
                .function = __func__,
                .kind = kind,
                .event_id = event_id,
                .object = object,
                .sink = sink,
                .opaque = opaque,
        };

        return event_listen(conn, &request, err);
}

int event_subscribe_monitor(virConnectPtr conn, virDomainPtr domain, const char *event_name, unsigned flags,
                            void (*sink)(const Event *event, int callback_id, void *opaque), void *opaque, Error *err)
{
        EventRequest request = {
                .function = __func__,
                .kind = OBJECT_DOMAIN,
                .event_id = EVENT_ID_QEMU_MONITOR,
                .object = domain,
                .pattern = event_name,
                .pattern_flags = flags,
                .sink = sink,
                .opaque = opaque,
        };

        return event_listen(conn, &request, err);
}

int event_unsubscribe(virConnectPtr conn, int callback_id, Error *err)
{
        return event_unlisten(conn, callback_id, err);
}

void event_connection_finish(virConnectPtr conn)
{
        struct ConnectPrivate *private = conn->private_;

        if (private->delivery) {
                delivery_stop(private->delivery);
                delivery_unref(private->delivery);
        }
        if (private->listeners)
                g_ptr_array_unref(private->listeners);
}
