/* Who is counted among the users of a file, and what the number is about to become: the text of an attribute of the file,
 * "FROM TO WHO WHO ...". FROM differs from TO while the number is being changed. */
#pragma once

#include "security/domain_files.h"

typedef struct Holders {
        unsigned from, to;
        GPtrArray *tokens; /* of char *, one for each holder and name of the file */
} Holders;

void holders_init(Holders *holders);
void holders_done(Holders *holders);
void holders_clear(Holders *holders);
/** holders_parse: false, and nobody in it: that is not such a text. */
bool holders_parse(Holders *holders, const char *text);
char *holders_format(const Holders *holders);

/* @holder: NULL or without a name: nobody in particular. */

/** holders_add: false: it is there already, or has no name. */
bool holders_add(Holders *holders, const Holder *holder, const char *path);
/** holders_remove: whether it was there. */
bool holders_remove(Holders *holders, const Holder *holder, const char *path);
