/* Configuration files in libvirt's syntax: key = value; strings ('..', "..", """..."""), integers, lists, # comments.
 * A reader has a table of the keys it knows; anything else is an error that names file, line, key and the nearest
 * known key, or only a warning that does where the table has SETTING_OTHERS_ROW. A missing file is no error. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

typedef enum {
        SETTING_BOOL,    /* int member, 0 or 1 */
        SETTING_INT,     /* int member */
        SETTING_UINT,    /* unsigned member */
        SETTING_STRING,  /* char *member */
        SETTING_STRINGS, /* char **member, NULL-terminated; a single string is a list of one */
        SETTING_IGNORED, /* known, accepted by the grammar, not used: member offset ignored */
} SettingType;

typedef struct Setting {
        const char *key;
        SettingType type;
        size_t offset;      /* of the member in the target struct */
        size_t line_offset; /* of an unsigned that gets the line number where the key stood; 0: none */
        const char *idle;   /* why nothing follows from it, which setting it is warned of; NULL: it is used */
} Setting;

/* For files that hold keys of other versions and other programs. */
#define SETTING_OTHERS "*"
#define SETTING_OTHERS_ROW                                                                                             \
        {                                                                                                              \
                .key = SETTING_OTHERS, .type = SETTING_IGNORED                                                         \
        }

/**
 * settings_read: fill @target from the file at @path by @table (@n rows). Members of keys that are absent keep their
 * value (set the defaults before). Strings are newly allocated; a replaced default is freed.
 * Errors: VIR_ERR_CONF_SYNTAX "PATH:LINE: ..." for syntax and types, with the key.
 */
int settings_read(const char *path, const Setting *table, size_t n, void *target, Error *err);

/** settings_parse: the same from memory; @name stands for the path in messages. */
int settings_parse(const char *name, const char *text, size_t length, const Setting *table, size_t n, void *target,
                   Error *err);

/** settings_normalise: @text, whose keys may be any, as "KEY = VALUE" lines: comments stay, empty lines and needless
 * blanks go. The caller frees. */
char *settings_normalise(const char *name, const char *text, size_t length, Error *err);

/** settings_free: frees strings and lists of @target. */
void settings_free(const Setting *table, size_t n, void *target);
