/* Walking the fields of a message: places, memory, and which function handles which word. */
#include <string.h>

#include "call_fields.h"

/* Most frames need a few hundred bytes: the first piece is part of the allocation, which stays below the 1,024 bytes up
 * to which the C library keeps freed blocks at hand for each thread. */
enum { ARENA_FIRST = 960, ARENA_ALIGN = 16 };

typedef struct Chunk {
        struct Chunk *next;
        max_align_t data[];
} Chunk;

struct CallFrameMemory {
        Chunk *chunks;
        size_t used;
        _Alignas(ARENA_ALIGN) uint8_t first[ARENA_FIRST];
};

CallFrameMemory *arena_new(void)
{
        CallFrameMemory *arena = g_malloc(sizeof(*arena));

        arena->chunks = NULL;
        arena->used = 0;
        return arena;
}

void *arena_take(CallFrameMemory *arena, size_t size)
{
        Chunk *chunk;
        void *memory;

        size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
        if (size <= ARENA_FIRST - arena->used) {
                memory = arena->first + arena->used;
                arena->used += size;
                return memset(memory, 0, size);
        }
        chunk = g_malloc0(sizeof(*chunk) + size);
        chunk->next = arena->chunks;
        arena->chunks = chunk;
        return chunk->data;
}

CallFrameMemory *arena_free(CallFrameMemory *arena)
{
        if (!arena)
                return NULL;
        while (arena->chunks) {
                Chunk *chunk = arena->chunks;

                arena->chunks = chunk->next;
                g_free(chunk);
        }
        g_free(arena);
        return NULL;
}

void *walk_take(const Walk *walk, size_t size)
{
        return walk->arena ? arena_take(walk->arena, size) : g_malloc0(MAX(size, 1));
}

void walk_drop(const Walk *walk, void *memory)
{
        if (!walk->arena)
                g_free(memory);
}

void *place_find(const Walk *walk, const Place *place)
{
        switch ((PlaceKind)place->kind) {
        case PLACE_ARG: return &walk->argv[place->at];
        case PLACE_TARGET: return walk->argv[place->at].p;
        case PLACE_RETURN: return walk->ret;
        case PLACE_MEMBER: return walk->base + place->at;
        case PLACE_NONE: break;
        }
        return NULL;
}

int64_t place_load(const Walk *walk, const Place *place)
{
        const void *at = place_find(walk, place);
        int64_t wide;

        if (!at)
                return 0;
        switch ((CType)place->type) {
        case C_INT: return *(const int *)at;
        case C_UINT: return *(const unsigned *)at;
        case C_CHAR: return *(const signed char *)at;
        case C_UCHAR: return *(const unsigned char *)at;
        case C_USHORT: return *(const unsigned short *)at;
        case C_LONG:
        case C_ULONG:
        case C_LLONG:
        case C_ULLONG:
        case C_SIZE:
        case C_DOUBLE:
        case C_POINTER: break;
        }
        memcpy(&wide, at, sizeof(wide));
        return wide;
}

void place_store(const Walk *walk, const Place *place, int64_t value)
{
        void *at = place_find(walk, place);

        if (!at)
                return;
        switch ((CType)place->type) {
        case C_INT:
        case C_UINT: *(int *)at = (int)value; return;
        case C_CHAR:
        case C_UCHAR: *(unsigned char *)at = (unsigned char)value; return;
        case C_USHORT: *(unsigned short *)at = (unsigned short)value; return;
        case C_LONG:
        case C_ULONG:
        case C_LLONG:
        case C_ULLONG:
        case C_SIZE:
        case C_DOUBLE:
        case C_POINTER: break;
        }
        memcpy(at, &value, sizeof(value));
}

uint64_t room_of(const Walk *walk, const Field *field)
{
        uint64_t room = 1;

        for (int i = 0; i < field->n_room; i++) {
                int64_t factor = place_load(walk, &field->room[i]);

                if (factor < 0 || factor > UINT32_MAX || room > UINT32_MAX)
                        return UINT64_MAX;
                room *= factor;
        }
        return room;
}

size_t element_size(const Field *field)
{
        switch (field->word) {
        case FIELD_BYTES:
        case FIELD_CHARS: return 1;
        case FIELD_INTS:
        case FIELD_UINTS: return sizeof(int);
        case FIELD_PARAMS:
        case FIELD_GRID: return sizeof(virTypedParameter);
        case FIELD_ARRAY: return field->layout->size;
        default: return 8; /* pointers, unsigned long long */
        }
}

typedef struct Word {
        FieldFunc *put, *get;
        FieldDropFunc *drop; /* NULL: it owns nothing */
} Word;

static const Word words[FIELD_MAX_] = {
        [FIELD_INT] = { number_put, number_get },
        [FIELD_UINT] = { number_put, number_get },
        [FIELD_HYPER] = { number_put, number_get },
        [FIELD_UHYPER] = { number_put, number_get },
        [FIELD_DOUBLE] = { number_put, number_get },
        [FIELD_CHAR] = { number_put, number_get },
        [FIELD_UCHAR] = { number_put, number_get },
        [FIELD_USHORT] = { number_put, number_get },
        [FIELD_STRING] = { string_put, string_get, string_drop },
        [FIELD_TEXT] = { text_put, text_get },
        [FIELD_UUID] = { uuid_put, uuid_get, bytes_drop },
        [FIELD_BYTES] = { bytes_put, bytes_get, bytes_drop },
        [FIELD_CHARS] = { bytes_put, bytes_get, bytes_drop },
        [FIELD_CHARBUF] = { charbuf_put, charbuf_get },
        [FIELD_FIXEDCHARS] = { fixedchars_put, fixedchars_get },
        [FIELD_STRINGS] = { array_put, array_get, array_drop },
        [FIELD_INTS] = { array_put, array_get, array_drop },
        [FIELD_UINTS] = { array_put, array_get, array_drop },
        [FIELD_UHYPERS] = { array_put, array_get, array_drop },
        [FIELD_PARAMS] = { params_put, params_get, params_drop },
        [FIELD_OBJECT] = { object_put, object_get, object_drop_field },
        [FIELD_DEVICE] = { device_put, device_get, object_drop_field },
        [FIELD_OBJECTS] = { array_put, array_get, array_drop },
        [FIELD_STRUCT] = { struct_put, struct_get, struct_drop },
        [FIELD_ARRAY] = { array_put, array_get, array_drop },
        [FIELD_RECORDS] = { array_put, array_get, array_drop },
        [FIELD_WANTED] = { wanted_put, wanted_get },
        [FIELD_TOTAL] = { total_put, total_get },
        [FIELD_SUPPORTED] = { supported_put, supported_get },
        [FIELD_CONSTANT] = { constant_put, constant_get },
        [FIELD_LENGTH] = { constant_put, constant_get },
        [FIELD_CPUMAP] = { cpumap_put, cpumap_get, bytes_drop },
        [FIELD_CPUS] = { cpus_put, cpus_get },
        [FIELD_GRID] = { grid_put, grid_get, grid_drop },
        [FIELD_COLUMNS] = { columns_put, columns_get },
        [FIELD_REFRESH] = { refresh_put, refresh_get },
};

bool field_put(Walk *walk, const Field *field)
{
        return words[field->word].put(walk, field);
}

bool field_get(Walk *walk, const Field *field)
{
        return words[field->word].get(walk, field);
}

void field_drop(Walk *walk, const Field *field)
{
        if (words[field->word].drop)
                words[field->word].drop(walk, field);
}

bool fields_put(Walk *walk, const Field *fields, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                if (!field_put(walk, &fields[i]))
                        return false;
        }
        return true;
}

void fields_drop(Walk *walk, const Field *fields, size_t n)
{
        for (size_t i = 0; i < n; i++)
                field_drop(walk, &fields[i]);
}

bool fields_get(Walk *walk, const Field *fields, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                if (!field_get(walk, &fields[i])) {
                        if (!walk->arena)
                                fields_drop(walk, fields, i);
                        return false;
                }
        }
        return true;
}
