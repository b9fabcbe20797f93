/* Every call and event both ways: what is decoded and encoded again is the same bytes; what is cut short is refused;
 * and a few messages against bytes written by hand. */
#include "rpc/call.h"

#include <string.h>

#include "call_random.h"
#include "rpc/procedures.h"
#include "vireo/events.h"

enum { ROUNDS = 40 };

static void check_same(const WireWriter *a, const WireWriter *b, const char *what)
{
        if (a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0))
                return;
        g_test_message("%s", what);
        g_assert_cmpmem(a->data, a->length, b->data, b->length);
}

static void check_prefixes(const CallDesc *desc, const WireWriter *payload)
{
        for (size_t length = 0; length < payload->length; length++) {
                ERROR_AUTO Error err = ERROR_INIT;
                CallFrame frame;
                /* Allocated, so that reading past the end is seen. */
                g_autofree uint8_t *copy = g_memdup2(payload->data, length);
                WireWriter cut = { .data = copy, .length = length };

                g_assert_cmpint(random_frame(&frame, desc, &cut, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_RPC);
        }
}

static void check_reply(Random *random, CallFrame *frame, bool cut)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter reply = { 0 }, again = { 0 };
        WireReader in;

        random_reply(random, frame, &reply);
        if (cut && reply.length > 0) {
                g_autofree uint8_t *copy = g_memdup2(reply.data, reply.length);
                size_t length = random_below(random, (uint32_t)reply.length);

                in = (WireReader){ .data = copy, .length = length };
                g_assert_cmpint(call_decode_reply(frame->desc, frame->connection, frame->argv, &frame->ret, &in, &err),
                                ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_RPC);
        } else {
                in = (WireReader){ .data = reply.data, .length = reply.length };
                if (call_decode_reply(frame->desc, frame->connection, frame->argv, &frame->ret, &in, &err) < 0)
                        g_error("%s: %s", frame->desc->name, err.message);
                g_assert_cmpint(in.position, ==, in.length);
                g_assert_cmpint(call_frame_encode(frame, &again, &err), ==, 0);
                check_same(&reply, &again, frame->desc->name);
        }
        wire_writer_done(&reply);
        wire_writer_done(&again);
}

static void check_call(Random *random, const CallDesc *desc, bool cut)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter request = { 0 }, again = { 0 };
        CallFrame frame;

        random_request(random, desc, &request);
        if (random_frame(&frame, desc, &request, &err) < 0)
                g_error("%s: %s", desc->name, err.message);
        g_assert_cmpint(call_encode_request(desc, frame.argv, &again, &err), ==, 0);
        check_same(&request, &again, desc->name);
        check_reply(random, &frame, cut);
        call_frame_done(&frame);
        if (cut)
                check_prefixes(desc, &request);
        wire_writer_done(&request);
        wire_writer_done(&again);
}

static void test_round_trip(void)
{
        Random random = { .state = 1 };
        size_t n;
        const CallDesc *const *all = call_all(&n);

        g_assert_cmpint(n, >, 400);
        for (size_t i = 0; i < n; i++) {
                for (int round = 0; round < ROUNDS; round++)
                        check_call(&random, all[i], false);
        }
}

static void test_cut_short(void)
{
        Random random = { .state = 2 };
        size_t n;
        const CallDesc *const *all = call_all(&n);

        for (size_t i = 0; i < n; i++) {
                for (int round = 0; round < 5; round++)
                        check_call(&random, all[i], true);
        }
}

static Event *decode_event(const EventWire *wire, bool legacy, const uint8_t *data, size_t length, int *ret_id)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireReader in = { .data = data, .length = length };
        Event *event = NULL;
        int r = event_decode(wire->program, legacy ? wire->legacy : wire->number, &in, &event, ret_id, &err);

        g_assert_cmpint(r, ==, event ? 0 : -1);
        return event;
}

static void check_event(Random *random, const EventWire *wire, bool legacy)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter payload = { 0 }, again = { 0 };
        size_t head = WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE;
        Event *event;
        int id;

        random_event(random, wire, legacy, &payload);
        event = decode_event(wire, legacy, payload.data, payload.length, &id);
        g_assert_nonnull(event);
        g_assert_cmpint(event_encode(event, id, legacy, &again, &err), ==, 0);
        g_assert_cmpmem(payload.data, payload.length, again.data + head, again.length - head);
        event_unref(event);

        for (size_t length = 0; length < payload.length; length++) {
                g_autofree uint8_t *copy = g_memdup2(payload.data, length);

                g_assert_null(decode_event(wire, legacy, copy, length, &id));
        }
        wire_writer_done(&payload);
        wire_writer_done(&again);
}

static void test_events(void)
{
        Random random = { .state = 3 };

        g_assert_cmpint(n_event_wires, >, 30);
        for (size_t i = 0; i < n_event_wires; i++) {
                for (int round = 0; round < 5; round++) {
                        check_event(&random, &event_wires[i], false);
                        if (event_wires[i].legacy)
                                check_event(&random, &event_wires[i], true);
                }
        }
}

static void test_unknown(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireReader in = { 0 };
        Event *event = NULL;
        int id;

        g_assert_null(call_find(PROGRAM_REMOTE, 0));
        g_assert_null(call_find(PROGRAM_REMOTE, -1));
        g_assert_null(call_find(PROGRAM_REMOTE, 447));
        g_assert_null(call_find(PROGRAM_REMOTE, PROCEDURE_REMOTE_EVENT_DOMAIN_LIFECYCLE));
        g_assert_null(call_find(0x12345678, 1));
        g_assert_cmpint(program_version(PROGRAM_REMOTE), ==, 1);
        g_assert_cmpint(program_version(0x12345678), ==, 0);
        g_assert_cmpint(event_decode(PROGRAM_REMOTE, 1, &in, &event, &id, &err), ==, 1);
}

/* Bytes from text: hexadecimal, and 'text' for its characters. */
static GByteArray *bytes_of(const char *text)
{
        GByteArray *bytes = g_byte_array_new();

        for (const char *at = text; *at; at++) {
                if (*at == '\'') {
                        const char *end = strchr(at + 1, '\'');

                        g_byte_array_append(bytes, (const guint8 *)at + 1, (guint)(end - at - 1));
                        at = end;
                } else if (*at != ' ') {
                        guint8 byte = (guint8)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));

                        g_byte_array_append(bytes, &byte, 1);
                        at++;
                }
        }
        return bytes;
}

static const unsigned char uuid[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

#define UUID   " 00010203 04050607 08090a0b 0c0d0e0f "
#define DOMAIN " 00000004 'demo'" UUID "00000007 "

static void check_request(const CallDesc *desc, const CallArg *argv, const char *expected)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GByteArray) bytes = bytes_of(expected);
        WireWriter out = { 0 };

        g_assert_cmpint(call_encode_request(desc, argv, &out, &err), ==, 0);
        g_assert_cmpmem(out.data, out.length, bytes->data, bytes->len);
        wire_writer_done(&out);
}

static void check_answer(const CallDesc *desc, CallArg *argv, CallArg *ret, const char *message)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GByteArray) bytes = bytes_of(message);
        WireReader in = { .data = bytes->data, .length = bytes->len };

        if (call_decode_reply(desc, NULL, argv, ret, &in, &err) < 0)
                g_error("%s: %s", desc->name, err.message);
        g_assert_cmpint(in.position, ==, in.length);
}

static virDomainPtr demo(void)
{
        return object_domain_new(random_connection(PROGRAM_REMOTE), "demo", uuid, 7);
}

static void test_vectors_numbers(void)
{
        virDomainPtr domain = demo();
        int state, reason;
        CallArg get_state[] = { { .p = domain }, { .p = &state }, { .p = &reason }, { .u = 1 } };
        CallArg set_memory[] = { { .p = domain }, { .ul = 1048576 }, { .u = 3 } };
        CallArg get_version[] = { { .p = domain->conn }, { .p = &(unsigned long){ 0 } } };
        CallArg ret;

        check_request(&desc_remote_domain_get_state, get_state, DOMAIN "00000001");
        check_answer(&desc_remote_domain_get_state, get_state, &ret, "00000005 ffffffff");
        g_assert_cmpint(state, ==, 5);
        g_assert_cmpint(reason, ==, -1);
        check_request(&desc_remote_domain_set_memory_flags, set_memory, DOMAIN "00000000 00100000 00000003");
        check_request(&desc_remote_connect_get_version, get_version, "");
        check_answer(&desc_remote_connect_get_version, get_version, &ret, "00000000 00897c90");
        g_assert_cmpint(*(unsigned long *)get_version[1].p, ==, 9010320);
        object_unref(domain);
}

static void test_vectors_strings(void)
{
        virDomainPtr domain = demo();
        CallArg save[] = { { .p = domain }, { .s = "/x/y/z" }, { .s = NULL }, { .u = 0 } };
        CallArg metadata[] = { { .p = domain }, { .i = 2 }, { .s = "<a/>" }, { .s = NULL }, { .s = "u" }, { .u = 0 } };
        CallArg xml[] = { { .p = domain }, { .u = 2 } };
        CallArg ret;

        check_request(&desc_remote_domain_save_flags, save, DOMAIN "00000006 '/x/y/z' 0000 00000000 00000000");
        check_request(&desc_remote_domain_set_metadata, metadata,
                      DOMAIN "00000002 00000001 00000004 '<a/>' 00000000 00000001 00000001 'u' 000000 00000000");
        check_answer(&desc_remote_domain_get_xml_desc, xml, &ret, "00000009 '<domain/>' 000000");
        g_assert_cmpstr(ret.p, ==, "<domain/>");
        g_free(ret.p);
        object_unref(domain);
}

static void test_vectors_structures(void)
{
        virDomainPtr domain = demo();
        virDomainInfo info;
        virDomainBlockInfo block;
        CallArg get_info[] = { { .p = domain }, { .p = &info } };
        CallArg get_block[] = { { .p = domain }, { .s = "vda" }, { .p = &block }, { .u = 0 } };
        CallArg ret;

        check_answer(&desc_remote_domain_get_info, get_info, &ret,
                     "00000001 00000000 00200000 00000000 00100000 00000002 00000000 3b9aca00");
        g_assert_cmpint(info.state, ==, 1);
        g_assert_cmpint(info.maxMem, ==, 2097152);
        g_assert_cmpint(info.memory, ==, 1048576);
        g_assert_cmpint(info.nrVirtCpu, ==, 2);
        g_assert_cmpint(info.cpuTime, ==, 1000000000);
        check_request(&desc_remote_domain_get_block_info, get_block, DOMAIN "00000003 'vda' 00 00000000");
        /* On the wire the allocation comes before the capacity. */
        check_answer(&desc_remote_domain_get_block_info, get_block, &ret,
                     "00000000 00000001 00000000 00000002 00000000 00000003");
        g_assert_cmpint(block.allocation, ==, 1);
        g_assert_cmpint(block.capacity, ==, 2);
        g_assert_cmpint(block.physical, ==, 3);
        object_unref(domain);
}

static void test_vectors_lists(void)
{
        virConnectPtr conn = random_connection(PROGRAM_REMOTE);
        virDomainPtr *list = NULL;
        CallArg all[] = { { .p = conn }, { .p = &list }, { .u = 1 } };
        CallArg number[] = { { .p = conn }, { .p = NULL }, { .u = 1 } };
        char *names[2];
        CallArg named[] = { { .p = conn }, { .p = names }, { .i = 2 } };
        CallArg ret;

        check_request(&desc_remote_connect_list_all_domains, all, "00000001 00000001");
        check_answer(&desc_remote_connect_list_all_domains, all, &ret, "00000001" DOMAIN "00000001");
        g_assert_cmpint(ret.i, ==, 1);
        g_assert_cmpstr(list[0]->name, ==, "demo");
        g_assert_cmpint(list[0]->id, ==, 7);
        g_assert_null(list[1]);
        object_unref(list[0]);
        g_free(list);
        check_request(&desc_remote_connect_list_all_domains, number, "00000000 00000001");
        check_answer(&desc_remote_connect_list_all_domains, number, &ret, "00000000 0000002a");
        g_assert_cmpint(ret.i, ==, 42);
        check_answer(&desc_remote_connect_list_networks, named, &ret, "00000001 00000007 'default' 00");
        g_assert_cmpint(ret.i, ==, 1);
        g_assert_cmpstr(names[0], ==, "default");
        g_free(names[0]);
}

static void test_vectors_params(void)
{
        virDomainPtr domain = demo();
        virTypedParameter params[2] = { { .field = "limit", .type = VIR_TYPED_PARAM_ULLONG, .value.ul = 5 },
                                        { .field = "on", .type = VIR_TYPED_PARAM_BOOLEAN, .value.b = 1 } };
        int n = 0;
        CallArg set[] = { { .p = domain }, { .p = params }, { .i = 2 }, { .u = 0 } };
        CallArg ask[] = { { .p = domain }, { .p = NULL }, { .p = &n }, { .u = 4 } };
        CallArg get[] = { { .p = domain }, { .p = params }, { .p = &n }, { .u = 4 } };
        CallArg ret;

        check_request(&desc_remote_domain_set_memory_parameters, set,
                      DOMAIN "00000002 00000005 'limit' 000000 00000004 00000000 00000005"
                             "00000002 'on' 0000 00000006 00000001 00000000");
        check_request(&desc_remote_domain_get_memory_parameters, ask, DOMAIN "00000000 00000004");
        check_answer(&desc_remote_domain_get_memory_parameters, ask, &ret, "00000000 00000003");
        g_assert_cmpint(n, ==, 3);
        n = 2;
        check_answer(&desc_remote_domain_get_memory_parameters, get, &ret,
                     "00000001 00000004 'name' 00000007 00000002 'hi' 0000 00000000");
        g_assert_cmpint(n, ==, 1);
        g_assert_cmpint(params[0].type, ==, VIR_TYPED_PARAM_STRING);
        g_assert_cmpstr(params[0].value.s, ==, "hi");
        g_free(params[0].value.s);
        object_unref(domain);
}

/* A peer that answers with more than was asked for, or contradicts itself. */
static void test_liars(void)
{
        virConnectPtr conn = random_connection(PROGRAM_REMOTE);
        virDomainPtr *list = NULL;
        char *names[1];
        CallArg all[] = { { .p = conn }, { .p = &list }, { .u = 1 } };
        CallArg named[] = { { .p = conn }, { .p = names }, { .i = 1 } };
        CallArg number[] = { { .p = conn }, { .p = NULL }, { .u = 1 } };
        static const struct {
                const CallDesc *desc;
                int which;
                const char *message;
        } lies[] = {
                { &desc_remote_connect_list_all_domains, 0, "00000001" DOMAIN "00000002" },
                { &desc_remote_connect_list_all_domains, 0, "ffffffff" },
                { &desc_remote_connect_list_all_domains, 2, "00000001" DOMAIN "00000001" },
                { &desc_remote_connect_list_networks, 1, "00000002 00000001 'a' 000000 00000001 'b' 000000" },
                { &desc_remote_connect_list_networks, 1, "00000001 7fffffff 'a' 000000" },
                { &desc_remote_connect_list_networks, 1, "00000001 00000003 'a' 00 'b' 00" },
        };
        CallArg *argvs[] = { all, named, number };

        for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(GByteArray) bytes = bytes_of(lies[i].message);
                WireReader in = { .data = bytes->data, .length = bytes->len };
                CallArg ret;

                g_assert_cmpint(call_decode_reply(lies[i].desc, conn, argvs[lies[i].which], &ret, &in, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_RPC);
                g_assert_null(list);
        }
}

static int permitted(const CallDesc *desc, unsigned connect_flags, unsigned flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        CallFrame frame = { .desc = desc };
        int r;

        if (desc->flags_param >= 0)
                frame.argv[desc->flags_param].u = flags;
        r = call_permitted(desc, connect_flags, &frame, &err);
        if (r < 0)
                g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_DENIED);
        return r;
}

static void test_permissions(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        CallFields nothing = { 0 };
        CallDesc nobody = { .name = "virNobody", .fields = &nothing, .flags_param = -1 };

        g_assert_cmpint(permitted(&desc_remote_domain_get_info, VIR_CONNECT_RO, 0), ==, 0);
        g_assert_cmpint(permitted(&desc_remote_connect_list_all_domains, VIR_CONNECT_RO, 0), ==, 0);
        g_assert_cmpint(permitted(&desc_remote_domain_suspend, VIR_CONNECT_RO, 0), ==, -1);
        g_assert_cmpint(permitted(&desc_remote_domain_suspend, 0, 0), ==, 0);
        g_assert_cmpint(permitted(&desc_remote_domain_get_xml_desc, VIR_CONNECT_RO, 0), ==, 0);
        g_assert_cmpint(permitted(&desc_remote_domain_get_xml_desc, VIR_CONNECT_RO, VIR_DOMAIN_XML_SECURE), ==, -1);
        g_assert_cmpint(permitted(&desc_remote_secret_get_value, VIR_CONNECT_RO, 0), ==, -1);
        /* A call whose description names no permission is refused on every connection. */
        g_assert_cmpint(call_permitted(&nobody, 0, &(CallFrame){ 0 }, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_ACCESS_DENIED);
}

static void test_descriptors(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virDomainPtr domain = demo();
        int files[] = { 3, 4 }, fds[WIRE_FDS_MAX];
        CallArg create[] = { { .p = domain }, { .u = 2 }, { .p = files }, { .u = 0 } };
        CallArg graphics[] = { { .p = domain }, { .u = 0 }, { .i = 9 }, { .u = 0 } };
        CallArg open_fd[] = { { .p = domain }, { .u = 0 }, { .u = 0 } };
        CallArg ret = { 0 };

        g_assert_cmpint(call_request_fds(&desc_remote_domain_create_with_files, create, fds), ==, 2);
        g_assert_cmpint(fds[1], ==, 4);
        g_assert_cmpint(call_request_fds(&desc_remote_domain_open_graphics, graphics, fds), ==, 1);
        g_assert_cmpint(fds[0], ==, 9);
        g_assert_cmpint(call_request_fds(&desc_remote_domain_suspend, graphics, fds), ==, 0);
        g_assert_true(call_replies_fds(&desc_remote_domain_open_graphics_fd));
        g_assert_cmpint(call_take_reply_fds(&desc_remote_domain_open_graphics_fd, open_fd, &ret, files, 1, &err), ==,
                        0);
        g_assert_cmpint(ret.i, ==, 3);
        g_assert_cmpint(call_take_reply_fds(&desc_remote_domain_open_graphics_fd, open_fd, &ret, files, 2, &err), ==,
                        -1);
        object_unref(domain);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/call/vectors/numbers", test_vectors_numbers);
        g_test_add_func("/call/vectors/strings", test_vectors_strings);
        g_test_add_func("/call/vectors/structures", test_vectors_structures);
        g_test_add_func("/call/vectors/lists", test_vectors_lists);
        g_test_add_func("/call/vectors/params", test_vectors_params);
        g_test_add_func("/call/unknown", test_unknown);
        g_test_add_func("/call/liars", test_liars);
        g_test_add_func("/call/permissions", test_permissions);
        g_test_add_func("/call/descriptors", test_descriptors);
        g_test_add_func("/call/round-trip", test_round_trip);
        g_test_add_func("/call/cut-short", test_cut_short);
        g_test_add_func("/call/events", test_events);
        return g_test_run();
}
