/* Described calls (api/logd.api, api/lockd.api) over exchange.h. */
#pragma once

#include "exchange.h"

/* A connection for some questions. */
typedef struct Ask {
        const char *socket; /* for messages */
        int fd;
        uint32_t serial;
        int64_t deadline_ms;
} Ask;

/** ask_begin: connect; everything up to ask_end() has to be over within @timeout_ms. */
int ask_begin(Ask *ask, const char *socket, int timeout_ms, Error *err);
void ask_end(Ask *ask);
#define ASK_AUTO __attribute__((cleanup(ask_end)))

/** ask_call: the call's C arguments and result, as for client_invoke(). */
int ask_call(Ask *ask, const CallDesc *desc, CallArg *argv, CallArg *ret, Error *err);

/** ask_encode: the packet of a call, to be freed with wire_writer_done(). */
int ask_encode(const CallDesc *desc, const CallArg *argv, uint32_t serial, WireWriter *out, Error *err);
/** ask_decode: an answer without descriptors; the peer's error becomes @err. */
int ask_decode(const CallDesc *desc, CallArg *argv, CallArg *ret, const uint8_t *reply, size_t length, Error *err);
/** ask_failed: why there was no answer, from errno. */
int ask_failed(const char *socket, int errnum, Error *err);
