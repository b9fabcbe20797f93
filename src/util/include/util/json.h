/* JSON behind one header: parsing is bounded in depth and size, building is in order. json-c does the work.
 * One thread at a time per document, readers included: json-c counts references and keeps texts without a lock. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

enum { JSON_DEPTH_MAX = 512 }; /* of what is parsed: an element of a document is two levels */

typedef struct Json Json; /* reference counted; json_unref() frees */

Json *json_parse(const char *text, size_t length, Error *err); /* one document; trailing garbage is an error */
/** json_read: as json_parse(), but a bare `null` is a document as well: *@ret_json is NULL then. */
int json_read(const char *text, size_t length, Json **ret_json, Error *err);
char *json_format(const Json *json, bool pretty); /* the caller frees */
Json *json_ref(Json *json);
Json *json_unref(Json *json); /* returns NULL; accepts NULL */

Json *json_object(void);
Json *json_array(void);
Json *json_string(const char *value);
Json *json_int(int64_t value);
Json *json_uint(uint64_t value);
Json *json_bool(bool value);
Json *json_double(double value);
/** json_set takes over @value; json_append and json_put (in place of what is there) likewise. */
void json_set(Json *object, const char *key, Json *value);
void json_append(Json *array, Json *value);
void json_put(Json *array, size_t index, Json *value);

/* Looking inside never fails loudly: a missing or mistyped member is NULL, or false and the default. Borrowed. */
Json *json_get(const Json *object, const char *key);
bool json_has(const Json *object, const char *key);      /* true for a member that is null as well */
Json *json_path(const Json *object, const char *dotted); /* "return.status" */
const char *json_get_string(const Json *object, const char *key);
bool json_get_int(const Json *object, const char *key, int64_t *ret_value);
bool json_get_uint(const Json *object, const char *key, uint64_t *ret_value);
bool json_get_bool(const Json *object, const char *key, bool *ret_value);
size_t json_length(const Json *array); /* 0 for anything but an array */
Json *json_at(const Json *array, size_t index);
const char *json_text(const Json *string); /* NULL unless a string */
bool json_is_object(const Json *json);
bool json_is_array(const Json *json);
bool json_is_number(const Json *json);
/** json_is_bool: whether it is true or false; @ret_value (NULL: do not tell) says which. */
bool json_is_bool(const Json *json, bool *ret_value);
size_t json_members(const Json *object); /* 0 for anything but an object */
/** json_each: calls back for every member in order. */
void json_each(const Json *object, void (*func)(const char *key, Json *value, void *opaque), void *opaque);

/**
 * json_unflatten: a new document from @json with dotted keys ("file.driver") as objects within objects; what stands at
 * one place from several keys is put together. An object within whose keys are 0, 1, ... n-1 becomes an array, in the
 * order of its numbers. Block device options of QEMU are written in this way. Two values for one place are refused.
 */
Json *json_unflatten(const Json *json, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_unref)
