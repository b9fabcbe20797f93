/* What nobody asked for, kept: a sparse copy of the element, with the attributes and children that nobody asked for, and
 * the elements between that were known. */
#pragma once

#include "conf/xml.h"

/** rest_take: what is unknown in @element as <@name>...</@name>, and known from here on; *@ret stays NULL when nothing
 * is. VIR_ERR_XML_ERROR: too much of it. */
int rest_take(const char *name, XmlNode *element, char **ret, Error *err);

enum { REST_DEPTH_MAX = 16 };

/* While a struct is written: the kept elements that go with those that are open. */
typedef struct Rest {
        XmlDocument *document;       /* NULL: nothing was kept */
        XmlNode *at[REST_DEPTH_MAX]; /* by depth; 0: the struct's own element */
} Rest;

/** rest_begin: @text, by rest_take(), must outlive @ret. */
void rest_begin(Rest *ret, const char *text);
/** rest_open: the element @name was opened at @depth (0: a child of the struct's own element). */
void rest_open(Rest *rest, unsigned depth, const char *name);
/** rest_put: the element at @depth is about to be closed (0: the struct's own). */
void rest_put(Rest *rest, unsigned depth, XmlWriter *out);
/** rest_leave: the element at @depth is not there any more, and what was in it goes with it. */
void rest_leave(Rest *rest, unsigned depth);
void rest_end(Rest *rest);
