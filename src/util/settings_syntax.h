/* The grammar of configuration files, without knowing any key. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

typedef enum {
        SETTINGS_NUMBER,
        SETTINGS_STRING,
        SETTINGS_STRINGS,
        SETTINGS_MIXED, /* a list that holds something else than strings */
} SettingsKind;

typedef struct SettingsEntry {
        char *key;
        unsigned line;
        SettingsKind kind;
        int64_t number;
        char **strings; /* one for a string; the list; NULL-terminated */
} SettingsEntry;

/** settings_syntax_parse: the SettingsEntry of @text in order, as a new array that frees them; NULL on error. */
GPtrArray *settings_syntax_parse(const char *name, const char *text, size_t length, Error *err);
