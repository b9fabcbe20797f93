/* One registered callback: what it wants, and calling it. */
#include "event_listener.h"

#include <string.h>

#include <libvirt/libvirt-qemu.h>

/* The pattern of a monitor event: a name, whole or as a regular expression, maybe whatever the case. */
static int pattern_compile(Listener *listener, Error *err)
{
        g_autoptr(GError) error = NULL;
        unsigned flags = listener->request.pattern_flags;
        GRegexCompileFlags options = 0;

        if (!listener->pattern || !(flags & VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX))
                return 0;
        if (flags & VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_NOCASE)
                options |= G_REGEX_CASELESS;
        listener->regex = g_regex_new(listener->pattern, options, 0, &error);
        if (!listener->regex)
                return error_set(err, VIR_ERR_INVALID_ARG, "failed to compile regex '%s': %s", listener->pattern,
                                 error->message);
        return 0;
}

Listener *listener_new(virConnectPtr conn, EventHub *hub, const EventRequest *request, Error *err)
{
        Listener *listener = g_new0(Listener, 1);

        listener->refs = 1;
        listener->conn = object_ref(conn);
        listener->hub = event_hub_ref(hub);
        listener->request = *request;
        listener->object = request->object ? object_ref(request->object) : NULL;
        listener->pattern = g_strdup(request->pattern);
        listener->remote_id = REMOTE_ID_NONE;
        if (pattern_compile(listener, err) < 0) {
                listener->request.free = NULL;
                return listener_unref(listener);
        }
        return listener;
}

Listener *listener_ref(Listener *listener)
{
        g_atomic_int_inc(&listener->refs);
        return listener;
}

Listener *listener_unref(Listener *listener)
{
        if (!g_atomic_int_dec_and_test(&listener->refs))
                return NULL;
        if (listener->request.free)
                listener->request.free(listener->request.opaque);
        g_clear_pointer(&listener->regex, g_regex_unref);
        g_free(listener->pattern);
        delivery_unref(listener->delivery);
        event_hub_unref(listener->hub);
        object_unref(listener->object);
        object_unref(listener->conn);
        g_free(listener);
        return NULL;
}

static bool same_text(const char *a, const char *b)
{
        return g_strcmp0(a, b) == 0;
}

/* What tells one object of @kind from another; NULL: its name does. */
static const unsigned char *object_uuid(ObjectKind kind, const void *object)
{
        switch (kind) {
        case OBJECT_DOMAIN: return ((const struct _virDomain *)object)->uuid;
        case OBJECT_NETWORK: return ((const struct _virNetwork *)object)->uuid;
        case OBJECT_STORAGE_POOL: return ((const struct _virStoragePool *)object)->uuid;
        case OBJECT_SECRET: return ((const struct _virSecret *)object)->uuid;
        default: return NULL;
        }
}

static const char *object_name(ObjectKind kind, const void *object)
{
        return kind == OBJECT_NODE_DEVICE ? ((const struct _virNodeDevice *)object)->name : NULL;
}

static bool event_is_about(const Event *event, const void *object)
{
        ObjectKind kind = event->type->object_kind;
        const unsigned char *uuid = object_uuid(kind, object);

        return uuid ? memcmp(event->uuid, uuid, VIR_UUID_BUFLEN) == 0
                    : same_text(event->name, object_name(kind, object));
}

/* Two handles of the same kind, of the same thing. */
static bool same_object(ObjectKind kind, const void *a, const void *b)
{
        const unsigned char *uuid;

        if (!a || !b)
                return a == b;
        uuid = object_uuid(kind, a);
        return uuid ? memcmp(uuid, object_uuid(kind, b), VIR_UUID_BUFLEN) == 0
                    : same_text(object_name(kind, a), object_name(kind, b));
}

static bool pattern_matches(const Listener *listener, const Event *event)
{
        const char *text = event->type->text ? event->type->text(event) : NULL;

        if (!listener->pattern)
                return true;
        if (!text)
                return false;
        if (listener->regex)
                return g_regex_match(listener->regex, text, 0, NULL);
        if (listener->request.pattern_flags & VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_NOCASE)
                return g_ascii_strcasecmp(listener->pattern, text) == 0;
        return same_text(listener->pattern, text);
}

bool listener_wants(const Listener *listener, const Event *event)
{
        return event->type->object_kind == listener->request.kind &&
               event->type->event_id == listener->request.event_id &&
               (!listener->object || event_is_about(event, listener->object)) && pattern_matches(listener, event);
}

bool listener_same_source(const Listener *a, const Listener *b)
{
        return a->conn == b->conn && a->request.kind == b->request.kind && a->request.event_id == b->request.event_id &&
               same_object(a->request.kind, a->object, b->object) && same_text(a->pattern, b->pattern) &&
               a->request.pattern_flags == b->request.pattern_flags;
}

bool listener_is_twin(const Listener *a, const Listener *b)
{
        return a->request.callback && a->request.callback == b->request.callback &&
               a->request.legacy == b->request.legacy && listener_same_source(a, b);
}

void listener_call(Listener *listener, const Event *event)
{
        if (g_atomic_int_get(&listener->removed))
                return;
        if (listener->request.sink)
                listener->request.sink(event, listener->id, listener->request.opaque);
        else
                event->type->invoke(event, listener->conn, listener->request.callback, listener->request.opaque);
}
