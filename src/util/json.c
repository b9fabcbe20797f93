/* JSON on json-c. */

/* json-c has types with the names of two functions of ours: here they are called otherwise, and its struct is Json. */
#pragma push_macro("json_object")
#pragma push_macro("json_bool")
#undef json_object
#undef json_bool
#define json_object Json
#define json_bool   JsonBool
#include <json-c/json.h>
#undef json_object
#undef json_bool
#pragma pop_macro("json_object")
#pragma pop_macro("json_bool")

#include "util/json.h"

#include <limits.h>
#include <string.h>

#include "json_scan.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_tokener, json_tokener_free)

/* The line of the first @offset bytes' end, for messages. */
static unsigned line_of(const char *text, size_t offset)
{
        unsigned line = 1;

        for (size_t i = 0; i < offset; i++)
                line += text[i] == '\n';
        return line;
}

static int parse_error(const char *text, size_t offset, const char *what, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse json (line %u, byte %zu): %s",
                         line_of(text, offset), offset, what);
}

/* How many members the objects in @json have, all together. */
static size_t count_members(const Json *json);

static void add_members(const char *key, Json *value, void *opaque)
{
        (void)key;
        *(size_t *)opaque += 1 + count_members(value);
}

static size_t count_members(const Json *json)
{
        size_t count = 0;

        json_each(json, add_members, &count);
        for (size_t i = 0; i < json_length(json); i++)
                count += count_members(json_at(json, i));
        return count;
}

int json_read(const char *text, size_t length, Json **ret_json, Error *err)
{
        g_autoptr(json_tokener) tokener = json_tokener_new_ex(JSON_DEPTH_MAX);
        size_t offset = 0, members = 0;
        g_autoptr(Json) json = NULL;
        const char *wrong, *end;

        if (length >= INT_MAX)
                return error_set(err, VIR_ERR_OVERFLOW, "json text of %zu bytes", length);
        wrong = json_scan(text, length, &offset, &members);
        if (wrong)
                return parse_error(text, offset, wrong, err);
        /* json-c's own look at UTF-8 lets overlong forms and surrogates pass. */
        if (!g_utf8_validate_len(text, length, &end))
                return parse_error(text, (size_t)(end - text), "no UTF-8", err);
        json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
        json = json_tokener_parse_ex(tokener, text, (int)length);
        /* A number at the very end is complete only when something follows it. */
        offset = MIN(json_tokener_get_parse_end(tokener), length);
        if (json_tokener_get_error(tokener) == json_tokener_continue)
                json = json_tokener_parse_ex(tokener, "", 1);
        if (json_tokener_get_error(tokener) != json_tokener_success)
                return parse_error(text, offset, json_tokener_error_desc(json_tokener_get_error(tokener)), err);
        if (count_members(json) != members) /* of two members with one name json-c keeps the last */
                return parse_error(text, 0, "a key stands twice in one object", err);
        *ret_json = g_steal_pointer(&json);
        return 0;
}

Json *json_parse(const char *text, size_t length, Error *err)
{
        Json *json = NULL;

        if (json_read(text, length, &json, err) < 0)
                return NULL;
        if (!json)
                parse_error(text, 0, "a bare null is no document", err);
        return json;
}

char *json_format(const Json *json, bool pretty)
{
        int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

        flags |= pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN;
        /* json-c keeps the text it made inside the object: hence the cast, and one thread at a time. */
        return g_strdup(json_object_to_json_string_ext((Json *)json, flags));
}

Json *json_ref(Json *json)
{
        return json_object_get(json);
}

Json *json_unref(Json *json)
{
        json_object_put(json);
        return NULL;
}

Json *json_object(void)
{
        return json_object_new_object();
}

Json *json_array(void)
{
        return json_object_new_array();
}

Json *json_string(const char *value)
{
        return json_object_new_string(value);
}

Json *json_int(int64_t value)
{
        return json_object_new_int64(value);
}

Json *json_uint(uint64_t value)
{
        /* json-c compares the two kinds of integers by their kind: keep to the signed one where it fits. */
        return value <= INT64_MAX ? json_object_new_int64((int64_t)value) : json_object_new_uint64(value);
}

Json *json_bool(bool value)
{
        return json_object_new_boolean(value);
}

Json *json_double(double value)
{
        char text[G_ASCII_DTOSTR_BUF_SIZE];

        /* The shortest text that reads back as the same value. */
        for (int digits = 15; digits <= 17; digits++) {
                char format[8];

                g_snprintf(format, sizeof(format), "%%.%dg", digits);
                g_ascii_formatd(text, sizeof(text), format, value);
                if (g_ascii_strtod(text, NULL) == value)
                        break;
        }
        return json_object_new_double_s(value, text);
}

void json_set(Json *object, const char *key, Json *value)
{
        json_object_object_add(object, key, value);
}

void json_append(Json *array, Json *value)
{
        json_object_array_add(array, value);
}

void json_put(Json *array, size_t index, Json *value)
{
        json_object_array_put_idx(array, index, value);
}

Json *json_get(const Json *object, const char *key)
{
        Json *member = NULL;

        if (!json_is_object(object) || !json_object_object_get_ex(object, key, &member))
                return NULL;
        return member;
}

bool json_has(const Json *object, const char *key)
{
        return json_is_object(object) && json_object_object_get_ex(object, key, NULL);
}

Json *json_path(const Json *object, const char *dotted)
{
        g_auto(GStrv) keys = g_strsplit(dotted, ".", -1);
        Json *json = (Json *)object;

        for (char **key = keys; *key && json; key++)
                json = json_get(json, *key);
        return json;
}

const char *json_get_string(const Json *object, const char *key)
{
        return json_text(json_get(object, key));
}

/* Whether @json is a non-negative integer: then json-c's unsigned view of it is exact. */
static bool is_unsigned(const Json *json)
{
        return json_object_get_int64(json) >= 0;
}

bool json_get_int(const Json *object, const char *key, int64_t *ret_value)
{
        Json *member = json_get(object, key);

        if (!json_object_is_type(member, json_type_int))
                return false;
        if (is_unsigned(member) && json_object_get_uint64(member) > INT64_MAX)
                return false;
        *ret_value = json_object_get_int64(member);
        return true;
}

bool json_get_uint(const Json *object, const char *key, uint64_t *ret_value)
{
        Json *member = json_get(object, key);

        if (!json_object_is_type(member, json_type_int) || !is_unsigned(member))
                return false;
        *ret_value = json_object_get_uint64(member);
        return true;
}

bool json_get_bool(const Json *object, const char *key, bool *ret_value)
{
        Json *member = json_get(object, key);

        if (!json_object_is_type(member, json_type_boolean))
                return false;
        *ret_value = json_object_get_boolean(member);
        return true;
}

size_t json_length(const Json *array)
{
        return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

Json *json_at(const Json *array, size_t index)
{
        return index < json_length(array) ? json_object_array_get_idx(array, index) : NULL;
}

const char *json_text(const Json *string)
{
        return json_object_is_type(string, json_type_string) ? json_object_get_string((Json *)string) : NULL;
}

bool json_is_object(const Json *json)
{
        return json_object_is_type(json, json_type_object);
}

bool json_is_array(const Json *json)
{
        return json_object_is_type(json, json_type_array);
}

bool json_is_number(const Json *json)
{
        return json_object_is_type(json, json_type_int) || json_object_is_type(json, json_type_double);
}

bool json_is_bool(const Json *json, bool *ret_value)
{
        if (!json_object_is_type(json, json_type_boolean))
                return false;
        if (ret_value)
                *ret_value = json_object_get_boolean(json);
        return true;
}

size_t json_members(const Json *object)
{
        return json_is_object(object) ? (size_t)json_object_object_length(object) : 0;
}

void json_each(const Json *object, void (*func)(const char *key, Json *value, void *opaque), void *opaque)
{
        if (!json_is_object(object))
                return;
        for (struct json_object_iterator at = json_object_iter_begin((Json *)object),
                                         end = json_object_iter_end(object);
             !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
                func(json_object_iter_peek_name(&at), json_object_iter_peek_value(&at), opaque);
}
