/* The paths of a table, taken apart once. */
#pragma once

#include "conf/rows.h"

enum { ROW_STEPS_MAX = 4 };

/* Patterns of numbers. */
#define DIGITS        "\\s*[0-9]+"
#define SIGNED_DIGITS "\\s*-?[0-9]+"
#define HEX_DIGITS    "\\s*(0[xX])?[0-9a-fA-F]+"

typedef enum COMPACT {
        LEAF_ATTRIBUTE,
        LEAF_TEXT, /* of the element, or the element itself for a struct */
        LEAF_NAME, /* the element's name */
} LeafKind;

typedef struct RowStep {
        const char *name;              /* of the element; "*": any; "a|b": either */
        const char *attribute, *value; /* selected by; NULL: any */
        bool several;                  /* "*", "a|b" */
} RowStep;

typedef struct PlannedRow {
        const Row *row;
        const Rows *rows; /* the table it is in */
        uint8_t n_steps;
        uint8_t shared; /* leading steps that lead to the same elements as those of the row before */
        LeafKind leaf;
        const char *attribute; /* LEAF_ATTRIBUTE */
        RowStep steps[ROW_STEPS_MAX];
} PlannedRow;

typedef struct RowPlan {
        size_t n;
        const PlannedRow *rest; /* the one that keeps what no other knows; NULL: none */
        PlannedRow rows[];
} RowPlan;

const RowPlan *rows_plan(const Rows *rows);

/** row_names_include: whether "*" or "a|b" means an element called @name. */
bool row_names_include(const char *names, const char *name);

/** rows_namespace_of: the registered namespace of @owner that a child of @element is in; NULL: none. */
const RowNamespace *rows_namespace_of(const Rows *owner, const XmlNode *element);

/** rows_space: the registered namespaces of @owner in turn; NULL behind the last. */
const RowNamespace *rows_space(const Rows *owner, size_t index);

/** row_skipped: whether a reader with @flags leaves @row out; row_written: whether a writer takes it. */
bool row_skipped(const Row *row, unsigned flags);
bool row_written(const Row *row, const void *s, unsigned flags);
/** row_has_value: whether the value at @p is worth writing. */
bool row_has_value(const Row *row, const void *p, unsigned flags);
/** row_zero_refused: whether the value at @p is the zero that @row has not (ROW_NONZERO). A
 * part of a document may have it. */
bool row_zero_refused(const Row *row, const void *p, unsigned flags);
/** row_advice: what would have been right instead of @text. The caller frees. */
char *row_advice(const Row *row, const char *text);
/** row_named: whether its values are those in row->names. */
bool row_named(const Row *row);
/** row_boolean: whether its values are true and false. */
bool row_boolean(const Row *row);

/** rows_nearest_name: the attribute (or child) that the rows, with the root element @root, know in elements called
 * @element and that is spelt nearest to @name; NULL: none is near. The caller frees. */
char *rows_nearest_name(const Rows *rows, const char *root, const char *element, const char *name, bool attribute);
/** rows_advice: what may have been meant by a child or attribute that no row knows. The caller frees. */
char *rows_advice(const Rows *rows, const char *root, const XmlNode *node, const XmlAttribute *attribute);

static inline void *row_at(const void *s, const Row *row)
{
        return (char *)s + row->at;
}

static inline size_t *row_count(const void *s, const Row *row)
{
        return (size_t *)(void *)((char *)s + row->aux);
}

/** row_arm: the table of the member that the tag selects; NULL: the tag selects none. */
static inline const Rows *row_arm(const void *s, const Row *row)
{
        uint8_t tag = *((const uint8_t *)s + row->aux);

        return tag < row->n_arms ? row->arms[tag] : NULL;
}

static inline bool row_is_set(const Row *row, const void *p)
{
        const RowCodec *codec = row->codec;
        const unsigned char *bytes = p;

        if (codec->is_set)
                return codec->is_set(p);
        for (size_t i = 0; i < codec->size; i++)
                if (bytes[i])
                        return true;
        return false;
}
