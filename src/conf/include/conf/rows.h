/* Documents as rows: a C struct and the table of its fields.
 *
 * One row is the whole life of a field: its path in the XML, the member, the type, when it is written, whether the guest
 * can see it. From the rows an interpreter derives parse, format, free, copy, compare and difference. The order of the
 * rows is the order of the output. Rules between fields are hooks: `settle` may change the struct, `check` may not.
 *
 * A path names an element or an attribute below the struct's element:
 *     "@type"                     attribute of the element itself       "."          its text
 *     "driver/@cache"             attribute of a child                  "serial"     text of a child
 *     "source[mode=bind]/@host"   of the child with that attribute ("mode=": without, "mode=*": with any)
 *     "cookies/cookie" with ROW_LIST: each of them
 *     "capabilities/" "*"         children of any name                  "name()"     the element's own name
 *     "rule|filterref"            children of these names, in the order they stand in; the first row of the struct is
 *                                 the enumeration of the names, ROW_ENUM("name()", ...)
 *     ""                          (struct, union) more of the same element */
#pragma once

#include "conf/common.h"
#include "conf/xml.h"
#include "util/error.h"

typedef struct Row Row;
typedef struct RowCodec RowCodec;

/* The life of a field. */
enum {
        ROW_REQUIRED = 1 << 0,    /* parsing fails without it */
        ROW_ABI = 1 << 1,         /* the guest sees it: may not change under it */
        ROW_LIVE = 1 << 2,        /* only known while running: neither read nor written in inactive documents */
        ROW_SECRET = 1 << 3,      /* written only for those who may see secrets */
        ROW_ALWAYS = 1 << 4,      /* written even when zero */
        ROW_HOT = 1 << 5,         /* can change while the guest runs */
        ROW_LEGACY = 1 << 6,      /* an old spelling of another row's member: read, never written */
        ROW_KEEP = 1 << 7,        /* the first element of its path is written even when empty */
        ROW_KEEP_OPEN = 1 << 10,  /* the same, with an end tag of its own; of a list or pointer: each that is there */
        ROW_UNIT_FIRST = 1 << 11, /* `unit` before the attribute, not behind it */
        ROW_SINGLE = 1 << 9,      /* its element may stand there once only */
        ROW_STATUS = 1 << 8,      /* read and written in status files only */
        ROW_WITH = 1 << 12,       /* its element may not stand there without it */
        ROW_NONZERO = 1 << 13,    /* zero is none of its values */
};

typedef enum COMPACT {
        ROW_VALUE,   /* one value by `codec` */
        ROW_STRUCT,  /* a struct by value */
        ROW_POINTER, /* a struct that is allocated when its element is there */
        ROW_ARRAY,   /* as many structs as there are elements; `aux` is the offset of the size_t count */
        ROW_CHOICE,  /* one of `arms` by the enum at `aux`; the members share one offset */
        ROW_EXTRA,   /* an Extra: the elements of a registered namespace */
} RowKind;

struct Row {
        const char *path;
        RowKind kind;
        uint8_t width; /* ROW_HEX: digits with leading zeros */
        uint8_t n_arms;
        uint16_t flags;
        uint32_t at;           /* offset of the member */
        uint32_t aux;          /* offset of the count, of the tag */
        const RowCodec *codec; /* ROW_VALUE */
        union {
                const char *const *names; /* ROW_VALUE of an enumeration, by value; NULL behind the last */
                const Rows *sub;          /* ROW_STRUCT, ROW_POINTER, ROW_ARRAY */
                const Rows *const *arms;  /* ROW_CHOICE, by tag; NULL: nothing of its own */
        };
        bool (*when)(
                const void *s); /* false for this struct: not written, and a struct not read either. Few need it. */
        const char *const *old_names; /* other spellings of an enumeration's values, by value: read, never written */
        const char *key;     /* of an attribute in JSON, where a child of the element has the attribute's name */
        const char *preset;  /* what the absence means, for people and schemas */
        const char *since;   /* of libvirt, when not from the beginning */
        const char *drivers; /* whose guests have it, "qemu, lxc"; NULL: as what it is part of, at last all */
};

struct Rows {
        const char *name;
        size_t size;
        const Row *rows;       /* ends with a row without path */
        void (*init)(void *s); /* where zero is not the right start */
        int (*settle)(void *s, unsigned flags,
                      Error *err);               /* defaults and legacy spellings, after its rows were read */
        int (*check)(const void *s, Error *err); /* rules between fields */
        struct RowPlan **plan;                   /* the paths taken apart, made on first use */
        const char *drivers;                     /* as in Row, for all of its rows that say nothing */
        bool closed;                             /* a child that no row reads is refused, in every document */
};

/* A namespace of a driver, at the end of the root element. */
typedef struct RowNamespace {
        const char *uri;
        const char *prefix;
        const Rows *rows;  /* the struct in Extra.content; its elements are those of the namespace */
        const Rows *owner; /* the struct whose ROW_SLOT it may be in */
} RowNamespace;

/** rows_register: @space stays for ever. Before the first parse. */
void rows_register(const RowNamespace *space);

/* How one C value travels to and from text. */
typedef enum COMPACT {
        ROW_TEXT,     /* an attribute or the text of an element */
        ROW_PRESENCE, /* the element alone says true */
        ROW_ONOFF,    /* the element says on, its attribute `state` may say off */
        ROW_VERBATIM, /* the element as it was written */
} RowForm;

/* What a value is to people and in JSON. */
typedef enum COMPACT {
        ROW_IS_TEXT,
        ROW_IS_NUMBER,
        ROW_IS_BOOLEAN,
} RowNature;

struct RowCodec {
        const char *expected; /* for messages: "Expected %s" */
        uint8_t size;
        RowForm form;
        bool empty; /* an element without text is a value too */
        /* False: no such value. @unit: what the attribute `unit` said, NULL if nothing. */
        bool (*read)(const Row *row, void *p, const char *text, const char *unit);
        bool (*is_set)(const void *p); /* NULL: any byte that is not zero */
        void (*text)(const Row *row, const void *p, GString *out);
        const char *(*unit)(const void *p); /* NULL: no unit */
        bool (*lives)(const void *p);       /* whether this value is skipped as ROW_LIVE; NULL: no */
        void (*drop)(void *p);              /* NULL: plain memory, as copy and same */
        void (*copy)(void *to, const void *from);
        bool (*same)(const void *a, const void *b);
        const char *sample; /* a text that it takes and gives back, for tests; NULL: "7" */
        RowNature nature;
        const char *pattern; /* of its texts, as in XML Schema; NULL: any */
};

extern const RowCodec row_string, row_uint, row_uint64, row_int, row_int64, row_opt_uint, row_opt_int, row_opt_uint64;
extern const RowCodec row_hex, row_hex64, row_opt_hex, row_opt_hex_upper, row_opt_hex64, row_octal, row_enum, row_word,
        row_flag, row_state;
/** size_parse: bytes of the number @text in @unit ("KiB", "k", "MB"; NULL: bytes); false: not understood. */
bool size_parse(const char *text, const char *unit, uint64_t *ret_bytes);

extern const RowCodec row_kib, row_opt_kib, row_bytes, row_mib, row_size, row_mib_size, row_uuid, row_genid, row_mac,
        row_cpus;
extern const RowCodec row_ignored, row_count_of, row_raw, row_rest, row_alias, row_id, row_port;

/* Adds zero, but compiles only when member m of S has type T. */
#define ROW_IS(S, m, T) (0 * sizeof((T *)0 == &((S *)0)->m))
#define ROW_AT(S, m, T) .at = offsetof(S, m) + ROW_IS(S, m, T)

#define ROW_VALUE_OF(P, S, m, T, C, ...)                                                                               \
        {                                                                                                              \
                .path = P, ROW_AT(S, m, T), .codec = &(C), ##__VA_ARGS__                                               \
        }
#define ROW_STRING(P, S, m, ...)     ROW_VALUE_OF(P, S, m, char *, row_string, ##__VA_ARGS__)
#define ROW_ALIAS_NAME(P, S, m, ...) ROW_VALUE_OF(P, S, m, char *, row_alias, ##__VA_ARGS__)
#define ROW_RAW(P, S, m, ...)        ROW_VALUE_OF(P, S, m, char *, row_raw, ##__VA_ARGS__)
/* What no row of the struct's element knows, in it and in what its paths go through: kept, and written where it stood.
 * For files that another version of the same program wrote, and reads again. @P: what it is called in JSON. */
#define ROW_REST(P, S, m, ...)             ROW_VALUE_OF(P, S, m, char *, row_rest, ##__VA_ARGS__)
#define ROW_UINT(P, S, m, ...)             ROW_VALUE_OF(P, S, m, unsigned, row_uint, ##__VA_ARGS__)
#define ROW_OCTAL(P, S, m, ...)            ROW_VALUE_OF(P, S, m, unsigned, row_octal, ##__VA_ARGS__)
#define ROW_UINT64(P, S, m, ...)           ROW_VALUE_OF(P, S, m, uint64_t, row_uint64, ##__VA_ARGS__)
#define ROW_INT(P, S, m, ...)              ROW_VALUE_OF(P, S, m, int, row_int, ##__VA_ARGS__)
#define ROW_INT64(P, S, m, ...)            ROW_VALUE_OF(P, S, m, int64_t, row_int64, ##__VA_ARGS__)
#define ROW_ID(P, S, m, ...)               ROW_VALUE_OF(P, S, m, int, row_id, ##__VA_ARGS__)
#define ROW_PORT(P, S, m, ...)             ROW_VALUE_OF(P, S, m, int, row_port, ##__VA_ARGS__)
#define ROW_OPT_UINT(P, S, m, ...)         ROW_VALUE_OF(P, S, m, OptUint, row_opt_uint, ##__VA_ARGS__)
#define ROW_OPT_INT(P, S, m, ...)          ROW_VALUE_OF(P, S, m, OptInt, row_opt_int, ##__VA_ARGS__)
#define ROW_OPT_UINT64(P, S, m, ...)       ROW_VALUE_OF(P, S, m, OptUint64, row_opt_uint64, ##__VA_ARGS__)
#define ROW_HEX(P, S, m, W, ...)           ROW_VALUE_OF(P, S, m, unsigned, row_hex, .width = W, ##__VA_ARGS__)
#define ROW_HEX64(P, S, m, W, ...)         ROW_VALUE_OF(P, S, m, uint64_t, row_hex64, .width = W, ##__VA_ARGS__)
#define ROW_OPT_HEX(P, S, m, W, ...)       ROW_VALUE_OF(P, S, m, OptUint, row_opt_hex, .width = W, ##__VA_ARGS__)
#define ROW_OPT_HEX_UPPER(P, S, m, W, ...) ROW_VALUE_OF(P, S, m, OptUint, row_opt_hex_upper, .width = W, ##__VA_ARGS__)
#define ROW_OPT_HEX64(P, S, m, W, ...)     ROW_VALUE_OF(P, S, m, OptUint64, row_opt_hex64, .width = W, ##__VA_ARGS__)
#define ROW_FLAG(P, S, m, ...)             ROW_VALUE_OF(P, S, m, bool, row_flag, ##__VA_ARGS__)
#define ROW_KIB(P, S, m, ...)              ROW_VALUE_OF(P, S, m, uint64_t, row_kib, ##__VA_ARGS__)
#define ROW_OPT_KIB(P, S, m, ...)          ROW_VALUE_OF(P, S, m, OptUint64, row_opt_kib, ##__VA_ARGS__)
#define ROW_BYTES(P, S, m, ...)            ROW_VALUE_OF(P, S, m, uint64_t, row_bytes, ##__VA_ARGS__)
#define ROW_MIB(P, S, m, ...)              ROW_VALUE_OF(P, S, m, uint64_t, row_mib, ##__VA_ARGS__)
/* Bytes in the largest exact unit; a number without a unit counts MiB. */
#define ROW_MIB_SIZE(P, S, m, ...) ROW_VALUE_OF(P, S, m, uint64_t, row_mib_size, ##__VA_ARGS__)
#define ROW_SIZE(P, S, m, ...)     ROW_VALUE_OF(P, S, m, uint64_t, row_size, ##__VA_ARGS__)
#define ROW_UUID(P, S, m, ...)     ROW_VALUE_OF(P, S, m, Uuid, row_uuid, ##__VA_ARGS__)
#define ROW_GENID(P, S, m, ...)    ROW_VALUE_OF(P, S, m, Uuid, row_genid, ##__VA_ARGS__)
#define ROW_MAC(P, S, m, ...)      ROW_VALUE_OF(P, S, m, Mac, row_mac, ##__VA_ARGS__)
#define ROW_CPUS(P, S, m, ...)     ROW_VALUE_OF(P, S, m, Bitmap *, row_cpus, ##__VA_ARGS__)
/* What published schemas allow and nobody gives a meaning: accepted, not kept. */
#define ROW_IGNORED(P, ...)                                                                                            \
        {                                                                                                              \
                .path = P, .codec = &row_ignored, .flags = ROW_LEGACY, ##__VA_ARGS__                                   \
        }
/* A text that is one of a few, @N: { NULL, "...", ..., NULL }. */
#define ROW_WORD(P, S, m, N, ...) ROW_VALUE_OF(P, S, m, char *, row_word, .names = N, ##__VA_ARGS__)
/* How many elements a list has: written, never read. */
#define ROW_COUNT(P, S, m, ...) ROW_VALUE_OF(P, S, m, size_t, row_count_of, .flags = ROW_ALWAYS, ##__VA_ARGS__)
#define ROW_ENUM(P, S, m, E, ...)                                                                                      \
        {                                                                                                              \
                .path = P, ROW_AT(S, m, E), .codec = &row_enum, .names = E##_names, ##__VA_ARGS__                      \
        }
#define ROW_SWITCH(P, S, m, ...) ROW_ENUM(P, S, m, Switch, ##__VA_ARGS__)
#define ROW_YESNO(P, S, m, ...)  ROW_ENUM(P, S, m, YesNo, ##__VA_ARGS__)
/* An element whose presence alone means on. */
#define ROW_STATE(P, S, m, ...)                                                                                        \
        {                                                                                                              \
                .path = P, ROW_AT(S, m, Switch), .codec = &row_state, .names = Switch_names, ##__VA_ARGS__             \
        }
#define ROW_IN(P, S, m, T, ...)                                                                                        \
        {                                                                                                              \
                .path = P, .kind = ROW_STRUCT, ROW_AT(S, m, T), .sub = &T##_rows, ##__VA_ARGS__                        \
        }
#define ROW_SUB(P, S, m, T, ...)                                                                                       \
        {                                                                                                              \
                .path = P, .kind = ROW_POINTER, ROW_AT(S, m, T *), .sub = &T##_rows, ##__VA_ARGS__                     \
        }
#define ROW_LIST(P, S, m, T, ...)                                                                                      \
        {                                                                                                              \
                .path = P, .kind = ROW_ARRAY, ROW_AT(S, m, T *), .aux = offsetof(S, n_##m) + ROW_IS(S, n_##m, size_t), \
                .sub = &T##_rows, ##__VA_ARGS__                                                                        \
        }
#define ROW_UNION(P, S, m, tag, A, ...)                                                                                \
        {                                                                                                              \
                .path = P, .kind = ROW_CHOICE, .at = offsetof(S, m), .aux = offsetof(S, tag), .arms = A,               \
                .n_arms = G_N_ELEMENTS(A), ##__VA_ARGS__                                                               \
        }
#define ROW_SLOT(P, S, m, ...)                                                                                         \
        {                                                                                                              \
                .path = P, .kind = ROW_EXTRA, ROW_AT(S, m, Extra), ##__VA_ARGS__                                       \
        }

/* The table of struct S, with rows in parentheses-free order: ROWS(Disk, ROW_..., ROW_...); hooks by ROWS_HOOKED(). */
#define ROWS(S, ...)    ROWS_HOOKED(S, (), __VA_ARGS__)
#define ROWS_BARE_(...) __VA_ARGS__
#define ROWS_HOOKED(S, HOOKS, ...)                                                                                     \
        const Rows S##_rows = { .name = #S,                                                                            \
                                .size = sizeof(S),                                                                     \
                                .rows = (const Row[]){ __VA_ARGS__, {} },                                              \
                                .plan = (struct RowPlan *[1]){ NULL },                                                 \
                                ROWS_BARE_ HOOKS }

#define ENUM_TABLE(E, MAX) const char *const E##_names[(MAX) + 1]

/* Parsing and formatting. */
enum {
        ROWS_INACTIVE = 1 << 0,  /* skip ROW_LIVE */
        ROWS_SECURE = 1 << 1,    /* ROW_SECRET as well */
        ROWS_STATUS = 1 << 2,    /* ROW_STATUS as well */
        ROWS_VALIDATE = 1 << 3,  /* what no row read is an error */
        ROWS_NO_SETTLE = 1 << 4, /* neither settle nor check */
        ROWS_PARTIAL = 1 << 5,   /* what is required may be missing */
        ROWS_NO_CHECK = 1 << 7,  /* a document of our own: it was checked when it came */
        ROWS_READ = 1 << 6,      /* for settle, by rows_parse(): from a document, not from another configuration */
};

/** rows_parse: fill @s (zeroed or initialised by rows_init()) from @element. Each struct is settled and checked when it
 * has been read, the inner ones first: an error of a rule names the place of its element. */
int rows_parse(const Rows *rows, void *s, XmlNode *element, unsigned flags, Error *err);
void rows_init(const Rows *rows, void *s);

/* One thing that is wrong with a document. */
typedef struct RowMistake {
        int code; /* virErrorNumber */
        unsigned line, column;
        char *path; /* "/domain/devices/disk[2]/target/@bus" */
        char *message;
} RowMistake;

/** rows_mistakes: everything that is wrong with @element, in the order of the text: RowMistake, to be freed with
 * g_ptr_array_unref(). Rules between fields are only asked where the fields could be read. */
GPtrArray *rows_mistakes(const Rows *rows, XmlNode *element, unsigned flags);
/** rows_mistake_alone: @err as the only mistake, without a place. */
GPtrArray *rows_mistake_alone(const Error *err);
/** rows_on_mistakes: who is told of all mistakes of a document that is refused, beside the caller, who gets the first
 * one. For programs that keep a log; once, before the first parse. */
void rows_on_mistakes(void (*func)(const RowMistake *mistake));
/** rows_format: the content of @s as attributes and children of the element that is open in @out. */
void rows_format(const Rows *rows, const void *s, unsigned flags, XmlWriter *out);
/** rows_document: the whole as text: `<element ...>`. The caller frees. */
char *rows_document(const Rows *rows, const void *s, const char *element, unsigned flags);
/** rows_drop: free what @s owns and zero it; not @s itself. */
void rows_drop(const Rows *rows, void *s);
/** rows_copy: @to (no content) becomes a deep copy of @from. */
void rows_copy(const Rows *rows, void *to, const void *from);
/** rows_settle, rows_check: the hooks of @s and of everything below it, children first. */
int rows_settle(const Rows *rows, void *s, unsigned flags, Error *err);
int rows_check(const Rows *rows, const void *s, Error *err);

/* A place where two structs differ. */
typedef struct RowDifference {
        const Row *row;
        const char *path;   /* from the root, with positions: "devices/disk[2]/driver/@cache"; valid in the callback */
        const char *before; /* NULL: absent */
        const char *after;
} RowDifference;

/** rows_compare: call @func for each difference in rows that have one of @mask's flags (0: all rows); ends early when
 * it returns true. Returns whether there was any difference. */
bool rows_compare(const Rows *rows, const void *a, const void *b, unsigned mask,
                  bool (*func)(const RowDifference *difference, void *opaque), void *opaque);

/** rows_guard: NULL, or what is wrong with the table (and those below it): for tests. The caller frees. */
char *rows_guard(const Rows *rows);
/** rows_round_trip: set each row alone to a value (an enumeration to each), format, parse, compare, format again: NULL
 * or what went wrong; @ret_n: how many trips. For tests. */
char *rows_round_trip(const Rows *rows, const char *element, size_t *ret_n);

/* Editing lists of a private copy: @index may be the length. The new element is zeroed; returns it. */
void *rows_list_insert(const Rows *rows, void *array, size_t *n, size_t index);
void rows_list_remove(const Rows *rows, void *array, size_t *n, size_t index);
