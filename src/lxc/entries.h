/* The lines of a configuration: "KEY = VALUE", in order; a key may stand there often. */
#pragma once

#include <stddef.h>

#include "util/error.h"

typedef struct LxcEntry {
        char *key;
        char *value; /* trimmed; empty: what the key said before is taken back */
        unsigned line;
} LxcEntry;

/** lxc_entries_parse: an array of LxcEntry that frees them. */
GPtrArray *lxc_entries_parse(const char *text, size_t length, Error *err);

/** lxc_entries_value: the last value of @key, or of @old, which it was called before version 3; NULL without. */
const char *lxc_entries_value(const GPtrArray *entries, const char *key, const char *old);

/** lxc_entry_error: VIR_ERR_CONF_SYNTAX with the line and the key. */
int lxc_entry_error(const LxcEntry *entry, const char *wanted, Error *err);
