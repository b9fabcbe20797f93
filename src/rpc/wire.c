/* XDR in memory and the packet header. No field here knows which call it belongs to. */
#include "rpc/wire.h"

#include <string.h>

static size_t padding(size_t length)
{
        return -length & 3;
}

static uint32_t load32(const uint8_t *at)
{
        return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void store32(uint8_t *at, uint32_t value)
{
        value = GUINT32_TO_BE(value);
        memcpy(at, &value, sizeof(value));
}

bool wire_get_u32(WireReader *in, uint32_t *ret)
{
        if (in->length - in->position < 4)
                return false;
        *ret = load32(in->data + in->position);
        in->position += 4;
        return true;
}

bool wire_get_u64(WireReader *in, uint64_t *ret)
{
        if (in->length - in->position < 8)
                return false;
        *ret = (uint64_t)load32(in->data + in->position) << 32 | load32(in->data + in->position + 4);
        in->position += 8;
        return true;
}

bool wire_get_double(WireReader *in, double *ret)
{
        uint64_t bits;

        if (!wire_get_u64(in, &bits))
                return false;
        memcpy(ret, &bits, sizeof(bits));
        return true;
}

bool wire_get_bytes(WireReader *in, size_t length, const uint8_t **ret)
{
        size_t left = in->length - in->position;

        if (length > left || padding(length) > left - length)
                return false;
        *ret = in->data + in->position;
        in->position += length + padding(length);
        return true;
}

bool wire_get_string(WireReader *in, size_t max, char **ret)
{
        size_t start = in->position;
        uint32_t length;
        const uint8_t *bytes;

        if (wire_get_u32(in, &length) && length <= max && wire_get_bytes(in, length, &bytes) &&
            !memchr(bytes, 0, length)) {
                *ret = g_strndup((const char *)bytes, length);
                return true;
        }
        in->position = start;
        return false;
}

/* Room for @length more bytes, or NULL with `overflow`. */
static uint8_t *extend(WireWriter *out, size_t length)
{
        const size_t limit = WIRE_MESSAGE_MAX + WIRE_LENGTH_SIZE;

        if (out->overflow || length > limit - out->length) {
                out->overflow = true;
                return NULL;
        }
        if (length > out->capacity - out->length) {
                out->capacity = MIN(limit, MAX(MAX(out->capacity * 2, 512), out->length + length));
                out->data = g_realloc(out->data, out->capacity);
        }
        out->length += length;
        return out->data + out->length - length;
}

void wire_put_u32(WireWriter *out, uint32_t value)
{
        uint8_t *at = extend(out, 4);

        if (at)
                store32(at, value);
}

void wire_put_u64(WireWriter *out, uint64_t value)
{
        uint8_t *at = extend(out, 8);

        if (!at)
                return;
        store32(at, value >> 32);
        store32(at + 4, value);
}

void wire_put_double(WireWriter *out, double value)
{
        uint64_t bits;

        memcpy(&bits, &value, sizeof(bits));
        wire_put_u64(out, bits);
}

void wire_put_raw(WireWriter *out, const void *data, size_t length)
{
        uint8_t *at = extend(out, length);

        if (at && length > 0)
                memcpy(at, data, length);
}

void wire_put_bytes(WireWriter *out, const void *data, size_t length)
{
        static const uint8_t zero[4];

        wire_put_raw(out, data, length);
        wire_put_raw(out, zero, padding(length));
}

void wire_put_string(WireWriter *out, const char *text)
{
        size_t length = strlen(text);

        wire_put_u32(out, length);
        wire_put_bytes(out, text, length);
}

void wire_writer_done(WireWriter *out)
{
        g_free(out->data);
        *out = (WireWriter){ 0 };
}

void wire_begin(WireWriter *out, const WireHeader *header)
{
        out->length = 0;
        out->overflow = false;
        wire_put_u32(out, 0); /* the length, by wire_end() */
        wire_put_u32(out, header->program);
        wire_put_u32(out, header->version);
        wire_put_u32(out, header->procedure);
        wire_put_u32(out, header->type);
        wire_put_u32(out, header->serial);
        wire_put_u32(out, header->status);
}

int wire_end(WireWriter *out, Error *err)
{
        if (out->overflow)
                return error_set(err, VIR_ERR_RPC, "message is larger than %d bytes", WIRE_MESSAGE_MAX);
        store32(out->data, out->length);
        return 0;
}

bool wire_get_header(WireReader *in, WireHeader *ret)
{
        uint32_t words[6];

        if (in->length - in->position < WIRE_HEADER_SIZE)
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
                wire_get_u32(in, &words[i]);
        *ret = (WireHeader){ .program = words[0],
                             .version = words[1],
                             .procedure = words[2],
                             .type = words[3],
                             .serial = words[4],
                             .status = words[5] };
        return true;
}

static void put_optional_string(WireWriter *out, const char *text)
{
        wire_put_u32(out, text ? 1 : 0);
        if (text)
                wire_put_string(out, text);
}

static bool get_optional(WireReader *in, bool *ret_present)
{
        uint32_t present;

        if (!wire_get_u32(in, &present))
                return false;
        *ret_present = present != 0;
        return true;
}

static bool get_optional_string(WireReader *in, char **ret)
{
        bool present;

        if (!get_optional(in, &present))
                return false;
        return !present || wire_get_string(in, WIRE_STRING_MAX, ret);
}

void wire_put_error(WireWriter *out, const Error *error)
{
        wire_put_u32(out, error->code);
        wire_put_u32(out, error->domain);
        put_optional_string(out, error->message);
        wire_put_u32(out, error->level);
        wire_put_u32(out, 0); /* a domain, never there nowadays */
        put_optional_string(out, error->str1);
        put_optional_string(out, error->str2);
        put_optional_string(out, error->str3);
        wire_put_u32(out, error->int1);
        wire_put_u32(out, error->int2);
        wire_put_u32(out, 0); /* a network, likewise */
}

/* The domain (with an id) or network of old daemons: skipped. */
static bool skip_object(WireReader *in, bool with_id)
{
        g_autofree char *name = NULL;
        const uint8_t *uuid;
        uint32_t id;
        bool present;

        if (!get_optional(in, &present))
                return false;
        if (!present)
                return true;
        return wire_get_string(in, WIRE_STRING_MAX, &name) && wire_get_bytes(in, 16, &uuid) &&
               (!with_id || wire_get_u32(in, &id));
}

static bool get_int(WireReader *in, int *ret)
{
        uint32_t word;

        if (!wire_get_u32(in, &word))
                return false;
        *ret = (int)word;
        return true;
}

bool wire_get_error(WireReader *in, Error *ret)
{
        ERROR_AUTO Error error = ERROR_INIT;

        if (get_int(in, &error.code) && get_int(in, &error.domain) && get_optional_string(in, &error.message) &&
            get_int(in, &error.level) && skip_object(in, true) && get_optional_string(in, &error.str1) &&
            get_optional_string(in, &error.str2) && get_optional_string(in, &error.str3) && get_int(in, &error.int1) &&
            get_int(in, &error.int2) && skip_object(in, false)) {
                error_move(ret, &error);
                return true;
        }
        return false;
}
