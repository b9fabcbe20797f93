/* The syntax of xl.cfg(5) and xm.cfg files, without knowing any key: what Python takes as assignments of numbers, strings
 * and lists. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

enum { CONFIG_KEYS_MAX = 1000, CONFIG_ITEMS_MAX = 10000, CONFIG_DEPTH_MAX = 4 };

typedef enum { CONFIG_NUMBER, CONFIG_STRING, CONFIG_LIST } ConfigKind;

typedef struct ConfigValue {
        ConfigKind kind;
        unsigned line;
        int64_t number;
        char *string;
        GPtrArray *items; /* of ConfigValue */
} ConfigValue;

typedef struct Config Config;

/** config_parse: @length bytes of @text, @name stands for the file in messages. VIR_ERR_CONF_SYNTAX "NAME:LINE: ...". */
int config_parse(const char *name, const char *text, size_t length, Config **ret, Error *err);
Config *config_free(Config *config); /* returns NULL; accepts NULL */
const char *config_name(const Config *config);
/** config_find: the last assignment to @key, NULL if there is none. */
const ConfigValue *config_find(const Config *config, const char *key);
/** config_wrong: "config value KEY was malformed" with the place and what is expected; returns -1. */
int config_wrong(const Config *config, const char *key, const ConfigValue *value, const char *expected, Error *err);

/* These return 1 and fill *ret, 0 where there is no such key (*ret stays), -1 for a value of another kind. Numbers may
 * be written as strings. An empty string counts as no value. */
int config_get_string(const Config *config, const char *key, const char **ret, Error *err); /* borrowed */
int config_get_number(const Config *config, const char *key, int64_t *ret, Error *err);
int config_get_unsigned(const Config *config, const char *key, uint64_t max, uint64_t *ret, Error *err);
int config_get_bool(const Config *config, const char *key, bool *ret, Error *err);
/** config_get_strings: a list of strings; a single string is a list of one. Borrowed; NULL-terminated, g_free() it. */
int config_get_strings(const Config *config, const char *key, const char ***ret, Error *err);

/* Writing: a line each. A string that holds what no quoting of the dialect can carry is escaped. */
void config_put_string(GString *out, const char *key, const char *value);
void config_put_number(GString *out, const char *key, int64_t value);
void config_put_bool(GString *out, const char *key, bool value);
void config_put_list(GString *out, const char *key, const GPtrArray *strings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)
