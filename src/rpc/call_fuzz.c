/* Hostile messages of every procedure, both ways. The input picks a procedure and then either is the payload itself or
 * changes bytes of a payload that was right. At the end it says how many procedures were reached. */
#include <stdio.h>
#include <string.h>

#include "call_random.h"
#include "rpc/call.h"

enum { MODE_REQUEST, MODE_REPLY, MODE_EVENT, MODE_LEGACY_EVENT, MODE_MAX_ };
enum { HEAD = 8 }; /* mode, raw or changed, procedure (2), seed (4) */
enum { CALLS_MAX = 1024 };

static struct {
        bool reached, accepted;
} seen[MODE_MAX_][CALLS_MAX];

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void report(void)
{
        static const char *const names[] = { "requests", "replies", "events", "old events" };

        for (int mode = 0; mode < MODE_MAX_; mode++) {
                size_t reached = 0, accepted = 0;

                for (int i = 0; i < CALLS_MAX; i++) {
                        reached += seen[mode][i].reached;
                        accepted += seen[mode][i].accepted;
                }
                printf("%s: %zu of %zu reached, %zu decoded whole\n", names[mode], reached,
                       mode < MODE_EVENT ? n_call_descs : n_event_wires, accepted);
        }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        atexit(report);
        return 0;
}

/* The payload to try: what the input holds, or @right with some of its bytes changed. */
static void spoil(WireWriter *right, bool raw, const uint8_t *data, size_t size)
{
        if (raw) {
                right->length = 0;
                wire_put_raw(right, data, size);
                return;
        }
        for (size_t i = 0; i + 3 <= size && right->length > 0; i += 3)
                right->data[(data[i] << 8 | data[i + 1]) % right->length] ^= data[i + 2];
}

static bool try_request(Random *random, const CallDesc *desc, bool raw, const uint8_t *data, size_t size)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter payload = { 0 }, again = { 0 };
        CallFrame frame;
        bool accepted;

        random_request(random, desc, &payload);
        spoil(&payload, raw, data, size);
        accepted = random_frame(&frame, desc, &payload, &err) == 0;
        if (accepted) {
                call_encode_request(desc, frame.argv, &again, &err);
                call_frame_encode(&frame, &again, &err);
                call_frame_done(&frame);
        }
        wire_writer_done(&payload);
        wire_writer_done(&again);
        return accepted;
}

static bool try_reply(Random *random, const CallDesc *desc, bool raw, const uint8_t *data, size_t size)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter request = { 0 }, reply = { 0 };
        CallFrame frame;
        WireReader in;
        bool accepted;

        random_request(random, desc, &request);
        if (random_frame(&frame, desc, &request, &err) < 0)
                g_error("%s: %s", desc->name, err.message);
        random_reply(random, &frame, &reply);
        spoil(&reply, raw, data, size);
        in = (WireReader){ .data = reply.data, .length = reply.length };
        accepted = call_decode_reply(desc, frame.connection, frame.argv, &frame.ret, &in, &err) == 0;
        call_frame_done(&frame);
        wire_writer_done(&request);
        wire_writer_done(&reply);
        return accepted;
}

static bool try_event(Random *random, const EventWire *wire, bool legacy, bool raw, const uint8_t *data, size_t size)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter payload = { 0 };
        WireReader in;
        Event *event = NULL;
        int id;

        random_event(random, wire, legacy, &payload);
        spoil(&payload, raw, data, size);
        in = (WireReader){ .data = payload.data, .length = payload.length };
        event_decode(wire->program, legacy ? wire->legacy : wire->number, &in, &event, &id, &err);
        wire_writer_done(&payload);
        if (!event)
                return false;
        event_unref(event);
        return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Random random;
        int mode;
        size_t index;
        bool raw, accepted;

        if (size < HEAD)
                return 0;
        mode = data[0] % MODE_MAX_;
        raw = data[1] & 1;
        index = (size_t)(data[2] << 8 | data[3]) % (mode < MODE_EVENT ? n_call_descs : n_event_wires);
        random.state = (uint64_t)data[4] << 24 | data[5] << 16 | data[6] << 8 | data[7];
        if (mode == MODE_LEGACY_EVENT && !event_wires[index].legacy)
                mode = MODE_EVENT;

        seen[mode][index].reached = true;
        if (mode == MODE_REQUEST)
                accepted = try_request(&random, call_descs[index], raw, data + HEAD, size - HEAD);
        else if (mode == MODE_REPLY)
                accepted = try_reply(&random, call_descs[index], raw, data + HEAD, size - HEAD);
        else
                accepted = try_event(&random, &event_wires[index], mode == MODE_LEGACY_EVENT, raw, data + HEAD,
                                     size - HEAD);
        seen[mode][index].accepted |= accepted;
        return 0;
}
