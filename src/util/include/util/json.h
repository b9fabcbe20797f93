/* JSON behind one header: parsing is bounded in depth and size, building is in order. json-c does the work.
 * One thread at a time per document, readers included: json-c counts references and keeps texts without a lock. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

typedef struct Json Json; /* reference counted; json_unref() frees */

Json *json_parse(const char *text, size_t length, Error *err); /* one document; trailing garbage is an error */
char *json_format(const Json *json, bool pretty);              /* the caller frees */
Json *json_ref(Json *json);
Json *json_unref(Json *json); /* returns NULL; accepts NULL */

Json *json_object(void);
Json *json_array(void);
Json *json_string(const char *value);
Json *json_int(int64_t value);
Json *json_uint(uint64_t value);
Json *json_bool(bool value);
Json *json_double(double value);
/** json_set takes over @value; json_append likewise. */
void json_set(Json *object, const char *key, Json *value);
void json_append(Json *array, Json *value);

/* Looking inside never fails loudly: a missing or mistyped member is NULL, or false and the default. Borrowed. */
Json *json_get(const Json *object, const char *key);
Json *json_path(const Json *object, const char *dotted); /* "return.status" */
const char *json_get_string(const Json *object, const char *key);
bool json_get_int(const Json *object, const char *key, int64_t *ret_value);
bool json_get_uint(const Json *object, const char *key, uint64_t *ret_value);
bool json_get_bool(const Json *object, const char *key, bool *ret_value);
size_t json_length(const Json *array); /* 0 for anything but an array */
Json *json_at(const Json *array, size_t index);
const char *json_text(const Json *string); /* NULL unless a string */
bool json_is_object(const Json *json);
/** json_each: calls back for every member in order. */
void json_each(const Json *object, void (*func)(const char *key, Json *value, void *opaque), void *opaque);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_unref)
