#include "call_random.h"

#include <fcntl.h>
#include <string.h>

#include "vireo/admin.h"

/* One message being made up. What one field decided binds later ones: how long a list is, how many CPUs there are. */
typedef struct Maker {
        Random *random;
        WireWriter *out;
        const CallDesc *desc;
        const CallFrame *frame; /* of a reply; NULL: a request */
        const CallFields *fields;
        bool strings; /* typed parameters may be strings */
        uint32_t n;   /* of the last list */
        bool listed;  /* ... and whether it was asked for */
        uint32_t room, cpus, columns;
        uint64_t shared; /* count of two arrays; UINT64_MAX: not yet */
} Maker;

uint32_t random_below(Random *random, uint32_t limit)
{
        random->state = random->state * 6364136223846793005ULL + 1442695040888963407ULL;
        return (uint32_t)((random->state >> 33) % limit);
}

static uint32_t any(Maker *maker)
{
        return random_below(maker->random, 0x7fffffff) << 1 ^ random_below(maker->random, 0x7fffffff);
}

static void put_text(Maker *maker, uint32_t max)
{
        char text[24];
        uint32_t length = random_below(maker->random, MIN(max, sizeof(text) - 1) + 1);

        for (uint32_t i = 0; i < length; i++)
                text[i] = (char)(1 + random_below(maker->random, 255));
        text[length] = 0;
        wire_put_string(maker->out, text);
}

static void put_uuid(Maker *maker)
{
        for (int i = 0; i < 4; i++)
                wire_put_u32(maker->out, any(maker));
}

static void put_name_uuid(Maker *maker)
{
        put_text(maker, 20);
        put_uuid(maker);
}

static void put_domain(Maker *maker)
{
        put_name_uuid(maker);
        wire_put_u32(maker->out, any(maker));
}

static void put_texts(Maker *maker, int n)
{
        for (int i = 0; i < n; i++)
                put_text(maker, 20);
}

static void put_handle(Maker *maker, unsigned kind)
{
        switch ((OBJECT_CONNECT & 0xffff0000) | kind) {
        case OBJECT_DOMAIN: put_domain(maker); return;
        case OBJECT_DOMAIN_SNAPSHOT:
        case OBJECT_DOMAIN_CHECKPOINT:
                put_text(maker, 20);
                put_domain(maker);
                return;
        case OBJECT_NETWORK_PORT:
                put_name_uuid(maker);
                put_uuid(maker);
                return;
        case OBJECT_INTERFACE:
        case OBJECT_NWFILTER_BINDING: put_texts(maker, 2); return;
        case OBJECT_STORAGE_VOL: put_texts(maker, 3); return;
        case OBJECT_NODE_DEVICE:
        case OBJECT_ADM_SERVER: put_text(maker, 20); return;
        case OBJECT_SECRET:
                put_uuid(maker);
                wire_put_u32(maker->out, any(maker));
                put_text(maker, 20);
                return;
        case OBJECT_ADM_CLIENT:
                put_text(maker, 20);
                for (int i = 0; i < 5; i++)
                        wire_put_u32(maker->out, any(maker));
                return;
        default: put_name_uuid(maker);
        }
}

static void put_param(Maker *maker)
{
        int type = VIR_TYPED_PARAM_INT + (int)random_below(maker->random, maker->strings ? 7 : 6);

        put_text(maker, 20);
        wire_put_u32(maker->out, (uint32_t)type);
        if (type == VIR_TYPED_PARAM_STRING)
                put_text(maker, 20);
        else if (type == VIR_TYPED_PARAM_BOOLEAN)
                wire_put_u32(maker->out, random_below(maker->random, 2));
        else
                wire_put_u32(maker->out, any(maker));
        if (type == VIR_TYPED_PARAM_LLONG || type == VIR_TYPED_PARAM_ULLONG || type == VIR_TYPED_PARAM_DOUBLE)
                wire_put_u32(maker->out, any(maker));
}

static void put_all(Maker *maker, const Field *fields, size_t n);

static Walk frame_walk(const Maker *maker)
{
        return (Walk){ .argv = (CallArg *)maker->frame->argv, .ret = (CallArg *)&maker->frame->ret };
}

static bool frame_has(const Maker *maker, const Place *place)
{
        return !maker->frame || place->kind == PLACE_RETURN || place->kind == PLACE_MEMBER ||
               maker->frame->argv[place->at].p;
}

/* How many elements a list gets. */
static uint32_t length_of(Maker *maker, const Field *field)
{
        uint32_t most = 4;

        if (field->flags & FIELD_SAME && maker->shared != UINT64_MAX)
                return (uint32_t)maker->shared;
        maker->listed = frame_has(maker, &field->value);
        if (field->flags & FIELD_FILL && maker->frame) {
                Walk walk = frame_walk(maker);

                maker->room = maker->listed ? (uint32_t)room_of(&walk, field) : 0;
                most = maker->room;
        }
        maker->n = maker->listed ? random_below(maker->random, MIN(most, field->max) + 1) : 0;
        maker->shared = maker->n;
        return maker->n;
}

static void put_element(Maker *maker, const Field *field)
{
        switch (field->word) {
        case FIELD_STRINGS: put_text(maker, 20); return;
        case FIELD_PARAMS: put_param(maker); return;
        case FIELD_OBJECTS: put_handle(maker, field->object); return;
        case FIELD_UHYPERS:
                wire_put_u32(maker->out, any(maker));
                wire_put_u32(maker->out, any(maker));
                return;
        case FIELD_ARRAY:
        case FIELD_RECORDS: put_all(maker, field->layout->fields, field->layout->n_fields); return;
        default: wire_put_u32(maker->out, any(maker));
        }
}

static void put_list(Maker *maker, const Field *field)
{
        uint32_t n = length_of(maker, field);
        Maker inner = *maker;

        inner.frame = NULL;
        wire_put_u32(maker->out, n);
        for (uint32_t i = 0; i < n; i++)
                put_element(&inner, field);
}

/* A filled buffer goes back whole. */
static void put_bytes(Maker *maker, const Field *field)
{
        uint32_t n = length_of(maker, field);

        if (field->flags & FIELD_FILL)
                n = maker->room;
        if (field->word == FIELD_CPUMAP) {
                maker->cpus = 1 + random_below(maker->random, 40);
                n = maker->listed ? VIR_CPU_MAPLEN(maker->cpus) : 0;
        }
        wire_put_u32(maker->out, n);
        for (uint32_t i = 0; i < n; i++) {
                if (field->word == FIELD_CHARS)
                        wire_put_u32(maker->out, (uint32_t)(int32_t)(int8_t)any(maker));
                else
                        wire_put_raw(maker->out, &(char){ (char)any(maker) }, 1);
        }
        if (field->word != FIELD_CHARS)
                wire_put_raw(maker->out, "\0\0\0", -n & 3);
}

static void put_charbuf(Maker *maker, const Field *field)
{
        bool fixed = field->word == FIELD_FIXEDCHARS;
        uint32_t n = fixed ? field->max : 1 + random_below(maker->random, 8);

        if (!fixed)
                wire_put_u32(maker->out, n);
        for (uint32_t i = 1; i < n; i++)
                wire_put_u32(maker->out, (uint32_t)(int32_t)(int8_t)(1 + random_below(maker->random, 255)));
        wire_put_u32(maker->out, 0);
}

static void put_grid(Maker *maker, const Field *field)
{
        Walk walk = frame_walk(maker);
        uint32_t rows = (uint32_t)place_load(&walk, &field->room[0]),
                 width = (uint32_t)place_load(&walk, &field->room[1]);
        bool strings = maker->strings;

        maker->columns = frame_has(maker, &field->value) ? random_below(maker->random, width + 1) : 3;
        maker->n = frame_has(maker, &field->value) ? maker->columns * random_below(maker->random, rows + 1) : 0;
        wire_put_u32(maker->out, maker->n);
        for (uint32_t i = 0; i < maker->n; i++)
                put_param(maker);
        maker->strings = strings;
}

/* A number of the request that says how much room there is must stay small. */
static bool is_room(const Maker *maker, const Field *field)
{
        for (int i = 0; !maker->frame && maker->fields && i < maker->fields->n_reply; i++) {
                const Field *reply = &maker->fields->reply[i];

                for (int k = 0; k < reply->n_room; k++) {
                        if (memcmp(&reply->room[k], &field->value, sizeof(Place)) == 0)
                                return true;
                }
        }
        return false;
}

static void put_number(Maker *maker, const Field *field)
{
        uint32_t word = is_room(maker, field) ? random_below(maker->random, 5) : any(maker);

        /* Nobody asked for it: it comes back as zero. */
        if (!frame_has(maker, &field->value) && field->value.kind == PLACE_TARGET)
                word = 0;
        if (field->word == FIELD_CHAR)
                word = (uint32_t)(int32_t)(int8_t)word;
        else if (field->word == FIELD_UCHAR)
                word = (uint8_t)word;
        else if (field->word == FIELD_USHORT)
                word = (uint16_t)word;
        if (field->word == FIELD_HYPER || field->word == FIELD_UHYPER || field->word == FIELD_DOUBLE)
                wire_put_u32(maker->out, any(maker));
        wire_put_u32(maker->out, word);
}

static void put_refresh(Maker *maker, const Field *field)
{
        virDomainPtr domain = maker->frame->argv[field->value.at].p;

        wire_put_string(maker->out, domain->name);
        wire_put_bytes(maker->out, domain->uuid, VIR_UUID_BUFLEN);
        wire_put_u32(maker->out, any(maker));
}

/* Whether an optional value is there; writes that. */
static bool put_present(Maker *maker, const Field *field)
{
        bool present = true;

        if (field->flags & FIELD_NULLABLE) {
                present = random_below(maker->random, 2);
                wire_put_u32(maker->out, present);
        }
        return present;
}

/* A flat switch: one arm for each word. */
static void put_field(Maker *maker, const Field *field)
{
        switch ((FieldWord)field->word) {
        case FIELD_STRING:
                if (put_present(maker, field))
                        put_text(maker, 20);
                return;
        case FIELD_TEXT: put_text(maker, field->max - 1); return;
        case FIELD_UUID: put_uuid(maker); return;
        case FIELD_BYTES:
        case FIELD_CHARS:
        case FIELD_CPUMAP: put_bytes(maker, field); return;
        case FIELD_CHARBUF:
        case FIELD_FIXEDCHARS: put_charbuf(maker, field); return;
        case FIELD_STRINGS:
        case FIELD_INTS:
        case FIELD_UINTS:
        case FIELD_UHYPERS:
        case FIELD_PARAMS:
        case FIELD_OBJECTS:
        case FIELD_ARRAY:
        case FIELD_RECORDS: put_list(maker, field); return;
        case FIELD_OBJECT:
                if (put_present(maker, field))
                        put_handle(maker, field->object);
                return;
        case FIELD_DEVICE: put_text(maker, 20); return;
        case FIELD_STRUCT: put_all(maker, field->layout->fields, field->layout->n_fields); return;
        case FIELD_WANTED: wire_put_u32(maker->out, random_below(maker->random, 2)); return;
        case FIELD_TOTAL: wire_put_u32(maker->out, maker->listed ? maker->n : random_below(maker->random, 100)); return;
        case FIELD_SUPPORTED: wire_put_u32(maker->out, maker->room == 0 ? random_below(maker->random, 100) : 0); return;
        case FIELD_CONSTANT: wire_put_u32(maker->out, field->max); return;
        case FIELD_LENGTH: wire_put_u32(maker->out, maker->n); return;
        case FIELD_CPUS: wire_put_u32(maker->out, maker->cpus); return;
        case FIELD_GRID: put_grid(maker, field); return;
        case FIELD_COLUMNS: wire_put_u32(maker->out, maker->columns); return;
        case FIELD_REFRESH: put_refresh(maker, field); return;
        case FIELD_INT:
        case FIELD_UINT:
        case FIELD_HYPER:
        case FIELD_UHYPER:
        case FIELD_DOUBLE:
        case FIELD_CHAR:
        case FIELD_UCHAR:
        case FIELD_USHORT:
        case FIELD_MAX_: put_number(maker, field);
        }
}

static void put_all(Maker *maker, const Field *fields, size_t n)
{
        for (size_t i = 0; i < n; i++)
                put_field(maker, &fields[i]);
}

void random_request(Random *random, const CallDesc *desc, WireWriter *out)
{
        Maker maker = { .random = random,
                        .out = out,
                        .desc = desc,
                        .fields = desc->fields,
                        .strings = true,
                        .shared = UINT64_MAX };

        put_all(&maker, desc->fields->request, desc->fields->n_request);
}

void random_reply(Random *random, const CallFrame *frame, WireWriter *out)
{
        const CallFields *fields = frame->desc->fields;
        Maker maker = { .random = random,
                        .out = out,
                        .desc = frame->desc,
                        .frame = frame,
                        .fields = fields,
                        .shared = UINT64_MAX };

        maker.strings = !fields->strings_flag || frame->argv[frame->desc->flags_param].u & fields->strings_flag;
        put_all(&maker, fields->reply, fields->n_reply);
}

static void put_event_fields(Maker *maker, const EventWire *wire, bool early)
{
        for (int i = 0; i < wire->n_fields; i++) {
                if (!(wire->fields[i].flags & FIELD_EARLY) == !early)
                        put_field(maker, &wire->fields[i]);
        }
}

void random_event(Random *random, const EventWire *wire, bool legacy, WireWriter *out)
{
        Maker maker = { .random = random, .out = out, .strings = true, .shared = UINT64_MAX };

        if (!legacy && !wire->plain)
                wire_put_u32(out, any(&maker));
        if (!legacy)
                put_event_fields(&maker, wire, true);
        if (wire->type->object_kind != OBJECT_CONNECT)
                put_handle(&maker, wire->type->object_kind & 0xffff);
        put_event_fields(&maker, wire, false);
}

void *random_connection(uint32_t program)
{
        static struct _virConnect connection = { .object = { OBJECT_CONNECT, 1 } };
        static struct _virAdmConnect admin = { .object = { OBJECT_ADM_CONNECT, 1 } };

        return program == PROGRAM_ADMIN ? (void *)&admin : (void *)&connection;
}

int random_frame(CallFrame *frame, const CallDesc *desc, const WireWriter *payload, Error *err)
{
        WireReader in = { .data = payload->data, .length = payload->length };

        memset(frame, 0, sizeof(*frame));
        if (desc->fields->fds.kind != PLACE_NONE) {
                frame->fds = g_new(int, 1);
                frame->fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
                frame->n_fds = 1;
        }
        return call_frame_decode(frame, desc, random_connection(desc->program), &in, err);
}
