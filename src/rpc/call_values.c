/* Fields that are one value: numbers, strings, opaque bytes, char arrays. */
#include <string.h>

#include "call_fields.h"

static bool is_wide(const Field *field)
{
        return field->word == FIELD_HYPER || field->word == FIELD_UHYPER || field->word == FIELD_DOUBLE;
}

bool number_put(Walk *walk, const Field *field)
{
        int64_t value = place_load(walk, &field->value);

        switch (field->word) {
        case FIELD_HYPER:
        case FIELD_UHYPER:
        case FIELD_DOUBLE: wire_put_u64(walk->out, value); return true;
        case FIELD_CHAR: value = (signed char)value; break;
        case FIELD_UCHAR: value = (unsigned char)value; break;
        case FIELD_USHORT: value = (unsigned short)value; break;
        default:
                if (value < INT32_MIN || value > UINT32_MAX)
                        return field_fail(walk, "%lld does not fit into the call", (long long)value);
        }
        wire_put_u32(walk->out, (uint32_t)value);
        return true;
}

bool number_get(Walk *walk, const Field *field)
{
        uint64_t wide;
        uint32_t word;
        int64_t value;

        if (is_wide(field)) {
                if (!wire_get_u64(walk->in, &wide))
                        return false;
                place_store(walk, &field->value, (int64_t)wide);
                return true;
        }
        if (!wire_get_u32(walk->in, &word))
                return false;
        value = field->word == FIELD_UINT ? (int64_t)word : (int32_t)word;
        if (field->word == FIELD_CHAR)
                value = (signed char)word;
        else if (field->word == FIELD_UCHAR)
                value = (unsigned char)word;
        else if (field->word == FIELD_USHORT)
                value = (unsigned short)word;
        place_store(walk, &field->value, value);
        return true;
}

/* Limits are the peer's as well: it would drop the message without saying which argument was too long. */
static bool put_text(Walk *walk, const char *text, size_t max)
{
        size_t length = strlen(text);

        if (length > max)
                return field_fail(walk, "a string of %zu bytes is longer than the limit of %zu", length, max);
        wire_put_u32(walk->out, (uint32_t)length);
        wire_put_bytes(walk->out, text, length);
        return true;
}

bool string_put(Walk *walk, const Field *field)
{
        char *const *at = place_find(walk, &field->value);
        const char *text = at ? *at : NULL;

        if (field->flags & FIELD_NULLABLE) {
                wire_put_u32(walk->out, text ? 1 : 0);
                if (!text)
                        return true;
        } else if (!text) {
                return field_fail(walk, "a string is missing");
        }
        return put_text(walk, text, field->max);
}

bool string_take(Walk *walk, size_t max, char **ret)
{
        uint32_t length;
        const uint8_t *bytes;
        char *text;

        if (!wire_get_u32(walk->in, &length) || length > max || !wire_get_bytes(walk->in, length, &bytes) ||
            memchr(bytes, 0, length))
                return false;
        text = walk_take(walk, length + 1);
        memcpy(text, bytes, length);
        *ret = text;
        return true;
}

bool string_get(Walk *walk, const Field *field)
{
        char **at = place_find(walk, &field->value);
        char *text = NULL;
        uint32_t present = 1;

        /* Like libvirt's own peers, anything but 0 means yes: go-libvirt sends 0x01000000. */
        if (field->flags & FIELD_NULLABLE && !wire_get_u32(walk->in, &present))
                return false;
        if (present && !string_take(walk, field->max, &text))
                return false;
        if (field->flags & FIELD_INTERN && text) {
                const char *kept = g_intern_string(text);

                walk_drop(walk, text);
                text = (char *)kept;
        }
        if (at)
                *at = text;
        else
                walk_drop(walk, text);
        return true;
}

void string_drop(Walk *walk, const Field *field)
{
        char **at = place_find(walk, &field->value);

        if (!at || field->flags & FIELD_INTERN)
                return;
        g_free(*at);
        *at = NULL;
}

bool text_put(Walk *walk, const Field *field)
{
        const char *text = place_find(walk, &field->value);
        size_t length = strnlen(text, field->max);

        wire_put_u32(walk->out, (uint32_t)length);
        wire_put_bytes(walk->out, text, length);
        return true;
}

bool text_get(Walk *walk, const Field *field)
{
        char *text = place_find(walk, &field->value);
        uint32_t length;
        const uint8_t *bytes;

        if (!wire_get_u32(walk->in, &length) || length >= field->max || !wire_get_bytes(walk->in, length, &bytes) ||
            memchr(bytes, 0, length))
                return false;
        memcpy(text, bytes, length);
        memset(text + length, 0, field->max - length);
        return true;
}

bool uuid_put(Walk *walk, const Field *field)
{
        const uint8_t *const *at = place_find(walk, &field->value);

        wire_put_bytes(walk->out, *at, VIR_UUID_BUFLEN);
        return true;
}

bool uuid_get(Walk *walk, const Field *field)
{
        uint8_t **at = place_find(walk, &field->value);
        const uint8_t *bytes;

        if (!wire_get_bytes(walk->in, VIR_UUID_BUFLEN, &bytes))
                return false;
        *at = walk_take(walk, VIR_UUID_BUFLEN);
        memcpy(*at, bytes, VIR_UUID_BUFLEN);
        return true;
}

static void put_chars(Walk *walk, const char *chars, size_t n)
{
        for (size_t i = 0; i < n; i++)
                wire_put_u32(walk->out, (uint32_t)(int32_t)(signed char)chars[i]);
}

/* @n chars of four bytes each; the caller has checked that they are there. */
static void get_chars(Walk *walk, char *chars, size_t n)
{
        uint32_t word = 0;

        for (size_t i = 0; i < n; i++) {
                wire_get_u32(walk->in, &word);
                chars[i] = (char)word;
        }
}

static bool words_left(const Walk *walk, size_t n)
{
        return (walk->in->length - walk->in->position) / 4 >= n;
}

bool bytes_put(Walk *walk, const Field *field)
{
        char *const *at = place_find(walk, &field->value);
        const char *data = at ? *at : NULL;
        uint64_t n = field->flags & FIELD_FILL ? room_of(walk, field) : (uint64_t)place_load(walk, &field->count);

        if (!data)
                n = 0;
        if (n > field->max)
                return field_fail(walk, "%" G_GUINT64_FORMAT " bytes are more than the limit of %u", n, field->max);
        wire_put_u32(walk->out, (uint32_t)n);
        if (field->word == FIELD_CHARS)
                put_chars(walk, data, n);
        else
                wire_put_bytes(walk->out, data, n);
        return true;
}

/* Into the caller's buffer; what the peer did not send is zero. */
static bool fill_bytes(Walk *walk, const Field *field, char *buffer, uint32_t n)
{
        uint64_t room = room_of(walk, field);
        const uint8_t *bytes;

        if (!buffer)
                room = 0;
        if (n > room || !wire_get_bytes(walk->in, n, &bytes))
                return false;
        if (room > 0) {
                memcpy(buffer, bytes, n);
                memset(buffer + n, 0, room - n);
        }
        return true;
}

static bool take_bytes(Walk *walk, const Field *field, uint32_t n, char **ret)
{
        const uint8_t *bytes = NULL;

        if (field->word == FIELD_CHARS ? !words_left(walk, n) : !wire_get_bytes(walk->in, n, &bytes))
                return false;
        *ret = walk_take(walk, (size_t)n + 1);
        if (field->word == FIELD_CHARS)
                get_chars(walk, *ret, n);
        else
                memcpy(*ret, bytes, n);
        return true;
}

bool bytes_get(Walk *walk, const Field *field)
{
        char **at = place_find(walk, &field->value);
        char *data;
        uint32_t n;

        if (!wire_get_u32(walk->in, &n) || n > field->max)
                return false;
        if (field->flags & FIELD_FILL)
                return fill_bytes(walk, field, at ? *at : NULL, n);
        if (!take_bytes(walk, field, n, &data))
                return false;
        walk->length = n;
        if (!at) {
                walk_drop(walk, data);
                return true;
        }
        *at = data;
        place_store(walk, &field->count, n);
        return true;
}

void bytes_drop(Walk *walk, const Field *field)
{
        char **at = place_find(walk, &field->value);

        if (!at || field->flags & FIELD_FILL)
                return;
        g_free(*at);
        *at = NULL;
}

bool charbuf_put(Walk *walk, const Field *field)
{
        const char *text = place_find(walk, &field->value);
        size_t n = strnlen(text, field->max - 1) + 1;

        wire_put_u32(walk->out, (uint32_t)n);
        put_chars(walk, text, n - 1);
        wire_put_u32(walk->out, 0);
        return true;
}

bool charbuf_get(Walk *walk, const Field *field)
{
        char *text = place_find(walk, &field->value);
        uint32_t n;

        if (!wire_get_u32(walk->in, &n) || n > field->max || !words_left(walk, n))
                return false;
        memset(text, 0, field->max);
        get_chars(walk, text, n);
        text[field->max - 1] = 0;
        return true;
}

bool fixedchars_put(Walk *walk, const Field *field)
{
        put_chars(walk, place_find(walk, &field->value), field->max);
        return true;
}

bool fixedchars_get(Walk *walk, const Field *field)
{
        char *text = place_find(walk, &field->value);

        if (!words_left(walk, field->max))
                return false;
        get_chars(walk, text, field->max);
        text[field->max - 1] = 0;
        return true;
}

bool constant_put(Walk *walk, const Field *field)
{
        wire_put_u32(walk->out, field->word == FIELD_LENGTH ? (uint32_t)place_load(walk, &field->value) : field->max);
        return true;
}

bool constant_get(Walk *walk, const Field *field)
{
        uint32_t ignored;

        return wire_get_u32(walk->in, &ignored);
}
