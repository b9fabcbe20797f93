/* For tests and fuzzers: random messages that a call's description allows. */
#pragma once

#include "call_fields.h"

typedef struct Random {
        uint64_t state;
} Random;

uint32_t random_below(Random *random, uint32_t limit);

/** random_request: the payload of a request. */
void random_request(Random *random, const CallDesc *desc, WireWriter *out);
/** random_reply: the payload of a reply to the request that @frame holds: as many elements as it asked for. */
void random_reply(Random *random, const CallFrame *frame, WireWriter *out);
/** random_event: the payload of an event's message. */
void random_event(Random *random, const EventWire *wire, bool legacy, WireWriter *out);

/** random_connection: what handles can be made on; never freed. */
void *random_connection(uint32_t program);
/** random_frame: decode @payload as a request into @frame, with the descriptors that it needs. */
int random_frame(CallFrame *frame, const CallDesc *desc, const WireWriter *payload, Error *err);
