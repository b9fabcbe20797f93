/* Events: a daemon's messages about objects, in the form of today (with a callback id) and of old clients. */
#include <string.h>

#include "call_fields.h"
#include "vireo/event_values.h"

static const EventWire *wire_of(const EventType *type)
{
        for (size_t i = 0; i < n_event_wires; i++) {
                if (event_wires[i].type == type)
                        return &event_wires[i];
        }
        return NULL;
}

/* The head of an event stands on the wire as the object that it is about. */
static void put_object(Walk *walk, const Event *event)
{
        if (event->type->object_kind == OBJECT_CONNECT)
                return;
        if (event->type->object_kind == OBJECT_SECRET) {
                wire_put_bytes(walk->out, event->uuid, VIR_UUID_BUFLEN);
                wire_put_u32(walk->out, (uint32_t)event->usage_type);
                wire_put_string(walk->out, event->usage_id ? event->usage_id : "");
                return;
        }
        wire_put_string(walk->out, event->name);
        if (event->type->object_kind == OBJECT_NODE_DEVICE)
                return;
        wire_put_bytes(walk->out, event->uuid, VIR_UUID_BUFLEN);
        if (event->type->object_kind == OBJECT_DOMAIN)
                wire_put_u32(walk->out, (uint32_t)event->id);
}

static bool get_object(Walk *walk, Event *head)
{
        const uint8_t *uuid;
        uint32_t word;

        if (head->type->object_kind == OBJECT_CONNECT)
                return true;
        if (head->type->object_kind == OBJECT_NODE_DEVICE)
                return string_take(walk, WIRE_STRING_MAX, &head->name);
        if (head->type->object_kind != OBJECT_SECRET && !string_take(walk, WIRE_STRING_MAX, &head->name))
                return false;
        if (!wire_get_bytes(walk->in, VIR_UUID_BUFLEN, &uuid))
                return false;
        memcpy(head->uuid, uuid, VIR_UUID_BUFLEN);
        if (head->type->object_kind == OBJECT_DOMAIN) {
                if (!wire_get_u32(walk->in, &word))
                        return false;
                head->id = (int)word;
        } else if (head->type->object_kind == OBJECT_SECRET) {
                if (!wire_get_u32(walk->in, &word) || !string_take(walk, WIRE_STRING_MAX, &head->usage_id))
                        return false;
                head->usage_type = (int)word;
        }
        return true;
}

static bool put_fields(Walk *walk, const EventWire *wire, bool early)
{
        for (int i = 0; i < wire->n_fields; i++) {
                if (!(wire->fields[i].flags & FIELD_EARLY) == !early && !field_put(walk, &wire->fields[i]))
                        return false;
        }
        return true;
}

static bool get_fields(Walk *walk, const EventWire *wire, bool early)
{
        for (int i = 0; i < wire->n_fields; i++) {
                if (!(wire->fields[i].flags & FIELD_EARLY) == !early && !field_get(walk, &wire->fields[i]))
                        return false;
        }
        return true;
}

int event_encode(const Event *event, int callback_id, bool legacy, WireWriter *out, Error *err)
{
        const EventWire *wire = wire_of(event->type);
        ERROR_AUTO Error reason = ERROR_INIT;
        Walk walk = { .argv = (CallArg *)((const EventValues *)event)->args, .out = out, .err = &reason };
        WireHeader header = { .type = WIRE_EVENT };

        if (!wire || (legacy && !wire->legacy && !wire->plain))
                return error_set(err, VIR_ERR_RPC, "event %s has no form for this client", event->type->name);
        header.program = wire->program;
        header.version = program_version(wire->program);
        header.procedure = legacy && wire->legacy ? wire->legacy : wire->number;
        wire_begin(out, &header);
        if (!legacy && !wire->plain)
                wire_put_u32(out, (uint32_t)callback_id);
        if (!legacy && !put_fields(&walk, wire, true))
                return error_move(err, &reason);
        put_object(&walk, event);
        if (!put_fields(&walk, wire, false))
                return error_move(err, &reason);
        return wire_end(out, err);
}

/* What was decoded into the arena becomes an event of its own. */
static Event *make(const Event *head, const CallArg *args)
{
        Event *event = event_values_new((const EventDesc *)head->type, args);

        event->name = g_strdup(head->name);
        memcpy(event->uuid, head->uuid, VIR_UUID_BUFLEN);
        event->id = head->id;
        event->usage_type = head->usage_type;
        event->usage_id = g_strdup(head->usage_id);
        return event;
}

static bool decode(Walk *walk, const EventWire *wire, bool legacy, Event *head, int *ret_callback_id)
{
        uint32_t id = UINT32_MAX;

        if (!legacy && !wire->plain && !wire_get_u32(walk->in, &id))
                return false;
        if (!legacy && !get_fields(walk, wire, true))
                return false;
        if (!get_object(walk, head) || !get_fields(walk, wire, false))
                return false;
        *ret_callback_id = (int)id;
        return true;
}

int event_decode(uint32_t program, int procedure, WireReader *in, Event **ret_event, int *ret_callback_id, Error *err)
{
        ERROR_AUTO Error reason = ERROR_INIT;
        CallArg args[EVENT_ARGS_MAX] = { 0 };
        Walk walk = { .argv = args, .in = in, .err = &reason };
        const EventWire *wire = NULL;
        Event head = { 0 };

        for (size_t i = 0; i < n_event_wires && !wire; i++) {
                if (event_wires[i].program == program &&
                    (procedure == event_wires[i].number || (procedure > 0 && procedure == event_wires[i].legacy)))
                        wire = &event_wires[i];
        }
        if (!wire)
                return 1;

        head.type = wire->type;
        walk.arena = arena_new();
        if (decode(&walk, wire, procedure != wire->number, &head, ret_callback_id))
                *ret_event = make(&head, args);
        else if (!error_is_set(&reason))
                error_set(&reason, VIR_ERR_RPC, "Unable to decode message payload of event %s", wire->type->name);
        arena_free(walk.arena);
        return error_is_set(&reason) ? error_move(err, &reason) : 0;
}
