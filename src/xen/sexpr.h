/* S-expressions as xend spoke them: lists in parentheses of words, quoted or not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

enum { SEXPR_DEPTH_MAX = 32, SEXPR_NODES_MAX = 100000 };

typedef struct Sexpr {
        char *word;       /* NULL: a list */
        GPtrArray *items; /* of Sexpr */
} Sexpr;

/** sexpr_parse: one list. A backslash at the end of a line joins the next one. VIR_ERR_SEXPR_SERIAL. */
int sexpr_parse(const char *text, size_t length, Sexpr **ret, Error *err);
Sexpr *sexpr_free(Sexpr *sexpr); /* returns NULL; accepts NULL */

/** sexpr_find: the list that begins with the last word of @path ("image/hvm"), below @list; NULL: none. */
const Sexpr *sexpr_find(const Sexpr *list, const char *path);
/** sexpr_is: whether @list begins with @word. */
bool sexpr_is(const Sexpr *list, const char *word);
/** sexpr_word: the second word of the list at @path; NULL if there is none or it is empty. */
const char *sexpr_word(const Sexpr *list, const char *path);
/** sexpr_flag: whether that word is "1". */
bool sexpr_flag(const Sexpr *list, const char *path);
/** sexpr_quote: @text as a quoted word. */
void sexpr_quote(GString *out, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sexpr, sexpr_free)
