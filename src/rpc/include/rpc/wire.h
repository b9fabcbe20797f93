/* XDR (RFC 4506) in memory: a bounded reader and a growing writer, and libvirt's packet header. */
#pragma once

#include <stdint.h>

#include "util/error.h"

enum {
        WIRE_LENGTH_SIZE = 4,         /* the length word, which counts itself */
        WIRE_HEADER_SIZE = 24,        /* six words after it */
        WIRE_MESSAGE_MAX = 33554432,  /* header and payload, without the length word */
        WIRE_LEGACY_PAYLOAD = 262120, /* stream packets keep to it */
        WIRE_STRING_MAX = 4194304,
        WIRE_FDS_MAX = 32,
};

typedef enum {
        WIRE_CALL = 0,
        WIRE_REPLY = 1,
        WIRE_EVENT = 2,
        WIRE_STREAM = 3,
        WIRE_CALL_WITH_FDS = 4,
        WIRE_REPLY_WITH_FDS = 5,
        WIRE_STREAM_HOLE = 6,
} WireType;

typedef enum { WIRE_OK = 0, WIRE_ERROR = 1, WIRE_CONTINUE = 2 } WireStatus;

typedef struct WireHeader {
        uint32_t program, version;
        int32_t procedure, type;
        uint32_t serial;
        int32_t status;
} WireHeader;

/* Borrowed bytes being read. Every get fails (false) at the end or past a bound and then leaves the target alone. */
typedef struct WireReader {
        const uint8_t *data;
        size_t length, position;
} WireReader;

/* Bytes being built. Grows; never beyond WIRE_MESSAGE_MAX + WIRE_LENGTH_SIZE (then `overflow`). */
typedef struct WireWriter {
        uint8_t *data;
        size_t length, capacity;
        bool overflow;
} WireWriter;

bool wire_get_u32(WireReader *in, uint32_t *ret);
bool wire_get_u64(WireReader *in, uint64_t *ret);
bool wire_get_double(WireReader *in, double *ret);
/** wire_get_bytes: borrowed from the reader's data; skips the padding, which must fit. */
bool wire_get_bytes(WireReader *in, size_t length, const uint8_t **ret);
/** wire_get_string: a new NUL-terminated string of at most @max bytes without NUL inside. */
bool wire_get_string(WireReader *in, size_t max, char **ret);

void wire_put_u32(WireWriter *out, uint32_t value);
void wire_put_u64(WireWriter *out, uint64_t value);
void wire_put_double(WireWriter *out, double value);
void wire_put_bytes(WireWriter *out, const void *data, size_t length); /* fixed opaque: padded, no count */
void wire_put_raw(WireWriter *out, const void *data, size_t length);   /* not padded */
void wire_put_string(WireWriter *out, const char *text);
void wire_writer_done(WireWriter *out);

/** wire_begin: start a packet: room for the length word, the header. wire_end fills the length in. */
void wire_begin(WireWriter *out, const WireHeader *header);
int wire_end(WireWriter *out, Error *err);
bool wire_get_header(WireReader *in, WireHeader *ret);

/** virNetMessageError to and from Error. */
void wire_put_error(WireWriter *out, const Error *error);
bool wire_get_error(WireReader *in, Error *ret);
