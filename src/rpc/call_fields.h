/* How messages are made up: tables generated from api/, walked by one interpreter. A field joins a place in a message
 * to a place in C. Only src/rpc/call*.c and the generated tables see this. */
#pragma once

#include "rpc/call.h"

/* A word of the description language (api/README.md says what each means). */
typedef enum {
        FIELD_INT,
        FIELD_UINT,
        FIELD_HYPER,
        FIELD_UHYPER,
        FIELD_DOUBLE,
        FIELD_CHAR,
        FIELD_UCHAR,
        FIELD_USHORT,
        FIELD_STRING,
        FIELD_TEXT, /* a string in an array of `max` char */
        FIELD_UUID,
        FIELD_BYTES,
        FIELD_CHARS,
        FIELD_CHARBUF,    /* counted char, four bytes each, in an array of `max` char */
        FIELD_FIXEDCHARS, /* `max` char, four bytes each */
        FIELD_STRINGS,
        FIELD_INTS,
        FIELD_UINTS,
        FIELD_UHYPERS,
        FIELD_PARAMS,
        FIELD_OBJECT,
        FIELD_DEVICE,
        FIELD_OBJECTS,
        FIELD_STRUCT,
        FIELD_ARRAY,
        FIELD_RECORDS,
        FIELD_WANTED,
        FIELD_TOTAL,
        FIELD_SUPPORTED,
        FIELD_CONSTANT,
        FIELD_LENGTH,
        FIELD_CPUMAP,
        FIELD_CPUS,
        FIELD_GRID,
        FIELD_COLUMNS,
        FIELD_REFRESH,
        FIELD_MAX_
} FieldWord;

/* How something is stored in C. */
typedef enum {
        C_INT,
        C_UINT,
        C_LONG,
        C_ULONG,
        C_LLONG,
        C_ULLONG,
        C_SIZE,
        C_CHAR,
        C_UCHAR,
        C_USHORT,
        C_DOUBLE,
        C_POINTER,
} CType;

typedef enum {
        PLACE_NONE,
        PLACE_ARG,    /* argv[at] */
        PLACE_TARGET, /* what argv[at].p points to; nowhere when that is NULL */
        PLACE_RETURN,
        PLACE_MEMBER, /* `at` bytes into the structure being walked */
} PlaceKind;

typedef struct Place {
        uint8_t kind; /* PlaceKind */
        uint8_t type; /* CType */
        uint16_t at;
} Place;

enum {
        FIELD_NULLABLE = 1,
        FIELD_FILL = 2,   /* into an array that is there already, with room for `room` */
        FIELD_INTERN = 4, /* a string that lives for ever (const char * results) */
        FIELD_FRESH = 8,  /* a structure that must be made when it is decoded */
        FIELD_EARLY = 16, /* of an event: before the object */
        FIELD_SAME = 32,  /* its count was set by another array */
};

typedef struct Layout Layout;

typedef struct Field {
        uint8_t word;  /* FieldWord */
        uint8_t flags; /* FIELD_... */
        uint8_t n_room;
        uint8_t of;      /* TOTAL, SUPPORTED: index of the parameter that holds the list */
        uint16_t object; /* ObjectKind & 0xffff */
        Place value, count, room[2];
        uint32_t max; /* limit, size of the char array, or the constant */
        const Layout *layout;
} Field;

struct Layout {
        uint16_t size;     /* of the C structure */
        uint16_t min_wire; /* bytes it takes in a message at least */
        uint16_t n_fields;
        const Field *fields;
};

/* What the server prepares for a parameter before the call. */
typedef enum {
        PARAM_OTHER, /* decoded, or the caller's (the stream) */
        PARAM_CONNECTION,
        PARAM_SLOT, /* points to `size` zero bytes */
        PARAM_FILL, /* the array of reply field `field` */
        PARAM_SIZE, /* the number `size` */
        PARAM_FD,
        PARAM_FDS,
        PARAM_FD_COUNT,
} ParamRole;

typedef struct ParamSpec {
        uint8_t role;  /* ParamRole */
        uint8_t field; /* of PARAM_FILL */
        uint16_t size;
} ParamSpec;

typedef struct CallPermission {
        bool reads; /* a permission that read-only connections have */
        unsigned if_flags, unless_flags;
        int when_param; /* -1: none */
        int when_value;
} CallPermission;

struct CallFields {
        const Field *request, *reply;
        const ParamSpec *params;
        const CallPermission *acl;
        uint8_t n_request, n_reply, n_acl;
        bool acl_none; /* nobody needs a permission */
        bool nullable_result;
        Place fds;   /* request: the descriptor, or the array of them */
        Place n_fds; /* ... PLACE_NONE: there is one */
        Place reply_fds, n_reply_fds;
        unsigned strings_flag; /* without this flag strings among the typed parameters of the reply are left out */
        int error_domain;
};

/* Events on the wire. */
typedef struct EventWire {
        const EventType *type;
        uint32_t program;
        uint16_t number;
        uint16_t legacy; /* 0: none */
        bool plain;      /* no callback id at all */
        uint8_t n_fields;
        uint8_t n_args;
        const Field *fields;
} EventWire;

/* Memory of one frame, freed at once. */
typedef struct CallFrameMemory CallFrameMemory;
CallFrameMemory *arena_new(void);
void *arena_take(CallFrameMemory *arena, size_t size); /* zeroed */
CallFrameMemory *arena_free(CallFrameMemory *arena);

/* One walk over the fields of a message. */
typedef struct Walk {
        CallArg *argv, *ret;
        char *base; /* of the structure whose members are walked */
        WireWriter *out;
        WireReader *in;
        CallFrameMemory *arena; /* NULL: what is decoded is allocated, the caller's */
        void *conn;             /* for handles: virConnectPtr or virAdmConnectPtr */
        bool skip_strings;
        uint64_t room;             /* of the last array that was filled */
        size_t length;             /* of the last array */
        virTypedParameterPtr grid; /* between GRID and COLUMNS */
        Error *err;
} Walk;

/* The reason why a field cannot be written or read. */
#define field_fail(walk, ...) (error_set((walk)->err, VIR_ERR_RPC, __VA_ARGS__), false)

void *place_find(const Walk *walk, const Place *place); /* NULL: nowhere */
int64_t place_load(const Walk *walk, const Place *place);
void place_store(const Walk *walk, const Place *place, int64_t value);
/** room_of: how many elements a filled array has room for; UINT64_MAX for nonsense (negative, too many). */
uint64_t room_of(const Walk *walk, const Field *field);
/** element_size: bytes of C that an element of the array takes. */
size_t element_size(const Field *field);
/** walk_take: zeroed memory from the arena, else allocated. */
void *walk_take(const Walk *walk, size_t size);
void walk_drop(const Walk *walk, void *memory); /* frees what walk_take() allocated outside an arena */

/* One field. put and get return false with an error or without (then the message is at fault); a get that fails leaves
 * nothing allocated. drop frees what a value owns. */
bool field_put(Walk *walk, const Field *field);
bool field_get(Walk *walk, const Field *field);
void field_drop(Walk *walk, const Field *field);
bool fields_put(Walk *walk, const Field *fields, size_t n);
bool fields_get(Walk *walk, const Field *fields, size_t n); /* without an arena drops those before a failing one */
void fields_drop(Walk *walk, const Field *fields, size_t n);

/* Pieces, by file: call_values.c, call_handles.c, call_params.c, call_arrays.c */
typedef bool FieldFunc(Walk *walk, const Field *field);
typedef void FieldDropFunc(Walk *walk, const Field *field);
FieldFunc number_put, number_get, string_put, string_get, text_put, text_get, uuid_put, uuid_get, bytes_put, bytes_get,
        charbuf_put, charbuf_get, fixedchars_put, fixedchars_get, object_put, object_get, device_put, device_get,
        refresh_put, refresh_get, params_put, params_get, grid_put, grid_get, columns_put, columns_get, array_put,
        array_get, struct_put, struct_get, wanted_put, wanted_get, total_put, total_get, supported_put, supported_get,
        constant_put, constant_get, cpumap_put, cpumap_get, cpus_put, cpus_get;
FieldDropFunc string_drop, bytes_drop, object_drop_field, params_drop, array_drop, struct_drop, grid_drop;

bool handle_put(Walk *walk, unsigned kind, void *handle);
bool handle_get(Walk *walk, unsigned kind, void **ret);
/** string_take: a string of at most @max bytes from the message, in walk_take() memory. */
bool string_take(Walk *walk, size_t max, char **ret);
bool param_put(Walk *walk, const virTypedParameter *param);
bool param_get(Walk *walk, virTypedParameterPtr param);
void param_drop(const Walk *walk, virTypedParameterPtr param);

/* Generated. */
extern const EventWire event_wires[];
extern const size_t n_event_wires;
extern const CallDesc *const call_descs[];
extern const size_t n_call_descs;

typedef struct CallProgram {
        uint32_t number;
        unsigned version;
        int max;                      /* highest procedure */
        const CallDesc *const *calls; /* by procedure; NULL where there is no call */
} CallProgram;
extern const CallProgram call_programs[];
extern const size_t n_call_programs;
