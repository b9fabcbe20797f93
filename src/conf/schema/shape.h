/* What a document may look like: the rows of all tables that speak of one element, put together. A shape is an element
 * in its place; a document that contains itself leads back to the shape it came from. */
#pragma once

#include <glib.h>

#include "conf/document.h"
#include "rows/rows_plan.h"

typedef struct Shape Shape;

/* An attribute, or the text of the element. */
typedef struct ShapeValue {
        const char *name;  /* of the attribute; NULL: the text */
        const char *key;   /* in JSON */
        GPtrArray *rows;   /* const Row, one at least: in the arms of a union there may be several */
        GPtrArray *values; /* selected by a path: const char; NULL if none */
        bool required;
} ShapeValue;

typedef struct ShapeChild {
        const char *name; /* "*": any */
        const char *uri;  /* of its namespace; NULL: none */
        const Row *row;   /* of the list, the struct or the flag that ends here; NULL: on the way only */
        Shape *shape;
        GPtrArray *keys; /* in JSON: const char */
        bool required, many, raw;
        bool list, single; /* in JSON an array, an object; in the arms of a union it may be both */
} ShapeChild;

struct Shape {
        unsigned number;       /* from 0, in the order of their discovery */
        GPtrArray *attributes; /* ShapeValue */
        ShapeValue *text;      /* NULL: none */
        GPtrArray *children;   /* ShapeChild */
        GPtrArray *sources;    /* what it is made of */
        bool named;            /* its name is a value: "name()" */
        bool present;          /* it means something by being there */
};

/* All shapes of a document; the first is that of its root. */
typedef struct ShapeSet {
        GPtrArray *shapes;
        GHashTable *by_sources;
} ShapeSet;

/** shapes_of: of @rows. shapes_free() returns NULL. */
ShapeSet *shapes_of(const Rows *rows);
ShapeSet *shapes_free(ShapeSet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShapeSet, shapes_free)

/** shape_attribute, shape_child: by name; NULL if there is none. */
ShapeValue *shape_attribute(const Shape *shape, const char *name);
ShapeChild *shape_child(const Shape *shape, const char *uri, const char *name);
/** shape_names: the values an enumeration may have, all rows together, and whether they are all it may have. */
bool shape_names(const ShapeValue *value, GPtrArray *ret_names);
