/* What the reader and its mistakes share. */
#pragma once

#include "rows/rows_plan.h"

typedef struct Parse {
        unsigned flags;
        const char *space; /* namespace the rows speak of */
        Error *err;
        GPtrArray *mistakes; /* RowMistake; NULL: the first one ends the reading */
} Parse;

int rows_parse_with(const Rows *rows, void *s, XmlNode *element, Parse *parse);

/** parse_failed: parse->err was filled about @element (and @attribute of it). -1, or 0 when all mistakes are wanted. */
int parse_failed(Parse *parse, const XmlNode *element, const XmlAttribute *attribute);

/* The mistakes; each as parse_failed(). */
int fail_value(const PlannedRow *planned, const XmlNode *element, const XmlAttribute *attribute, const char *text,
               Parse *parse);
int fail_missing(const PlannedRow *planned, const XmlNode *element, Parse *parse);
int fail_zero(const PlannedRow *planned, const XmlNode *element, Parse *parse);
/** fail_child: an element that is not known where others are refused. */
int fail_child(const XmlNode *child, Parse *parse);
int fail_second(const XmlNode *second, Parse *parse);
/** fail_rule: a hook filled parse->err and does not know the place. */
int fail_rule(const XmlNode *element, Parse *parse);
/** refuse_unknown: what no row asked for. */
int refuse_unknown(const Rows *rows, const char *root, const XmlNode *node, Parse *parse);

/** rows_tell_mistakes: all of them to whoever keeps a log. */
void rows_tell_mistakes(const Rows *rows, XmlNode *element, unsigned flags);
