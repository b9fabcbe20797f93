#include "dispatch.h"

#include "util/auto.h"
#include "util/log.h"
#include "vireo/daemon.h"

#include "events.h"
#include "keepalive.h"
#include "own_calls.h"
#include "stream.h"

/* A call on its way through a worker. */
typedef struct Call {
        Client *client;
        WireHeader header;
        const CallDesc *desc;
        const OwnCall *own; /* else a generated one */
        CallFrame frame;
        Stream *stream;
        bool counted; /* among those that the client has with workers */
} Call;

WireHeader reply_header(const WireHeader *header, WireStatus status)
{
        WireHeader reply = *header;

        reply.type = WIRE_REPLY;
        reply.status = status;
        return reply;
}

void reply_error(Client *client, const WireHeader *header, const Error *err)
{
        const WireHeader reply = reply_header(header, WIRE_ERROR);
        WireWriter out = { 0 };

        wire_begin(&out, &reply);
        wire_put_error(&out, err);
        if (wire_end(&out, NULL) < 0) {
                wire_writer_done(&out);
                client_close(client);
                return;
        }
        client_send(client, packet_new(&out));
}

static bool speaks(const Server *server, uint32_t program)
{
        for (size_t i = 0; i < SERVER_PROGRAMS_MAX; i++) {
                if (server->kind->programs[i] == program && program != 0)
                        return true;
        }
        return false;
}

/* NULL when the procedure is not one of the daemon's own. */
static const OwnCall *own_call_find(const ServerKind *kind, const CallDesc *desc)
{
        for (size_t i = 0; i < kind->n_own_calls; i++) {
                if (kind->own_calls[i].program == desc->program && kind->own_calls[i].procedure == desc->number)
                        return &kind->own_calls[i];
        }
        return NULL;
}

int own_call_close(OwnRequest *request, Error *err)
{
        request->closes = true;
        return 0;
}

static int find_call(Client *client, const WireHeader *header, Call *call, Error *err)
{
        if (!speaks(client->server, header->program) || header->version != program_version(header->program))
                return error_set(err, VIR_ERR_RPC, "Cannot find program %u version %u", header->program,
                                 header->version);
        call->desc = call_find(header->program, header->procedure);
        if (!call->desc)
                return error_set(err, VIR_ERR_RPC, "unknown procedure: %d", header->procedure);
        if (header->status != WIRE_OK)
                return error_set(err, VIR_ERR_RPC, "Unexpected message status %d", header->status);
        call->own = own_call_find(client->server->kind, call->desc);
        if (!call->own && !call->desc->serve)
                return error_set(err, VIR_ERR_NO_SUPPORT, "%s", call->desc->name);
        return 0;
}

static bool is_open(Client *client)
{
        LOCKED(&client->lock);
        return client->conn || client->admin_open || client->server->kind->nothing_to_open;
}

/* The packet's descriptors go to the frame. */
static void take_fds(CallFrame *frame, InboxPacket *packet)
{
        if (packet->n_fds == 0)
                return;
        frame->fds = g_memdup2(packet->fds, packet->n_fds * sizeof(packet->fds[0]));
        frame->n_fds = packet->n_fds;
        packet->n_fds = 0;
}

static int decode_call(Call *call, InboxPacket *packet, Error *err)
{
        Client *client = call->client;
        const ServerKind *kind = client->server->kind;
        void *connection = kind->connection ? kind->connection() : client_connection(client);

        /* First: they are among the arguments. */
        take_fds(&call->frame, packet);
        if (call_frame_decode(&call->frame, call->desc, connection, &packet->payload, err) < 0)
                return -1;
        if (call->desc->stream == CALL_STREAM_NONE)
                return 0;
        call->stream = stream_new(client, call->desc, &call->header, &call->frame);
        return 0;
}

static void call_done(Call *call)
{
        call_frame_done(&call->frame);
        stream_unref(call->stream);
}

static Packet *encode_reply(Call *call, Error *err)
{
        CallFrame *frame = &call->frame;
        WireHeader reply = reply_header(&call->header, WIRE_OK);
        WireWriter out = { 0 };
        Packet *packet;

        if (frame->n_reply_fds > 0)
                reply.type = WIRE_REPLY_WITH_FDS;
        wire_begin(&out, &reply);
        if (frame->n_reply_fds > 0)
                wire_put_u32(&out, (uint32_t)frame->n_reply_fds);
        if (call_frame_encode(frame, &out, err) < 0 || wire_end(&out, err) < 0) {
                wire_writer_done(&out);
                return NULL;
        }
        packet = packet_new(&out);
        packet->fds = g_steal_pointer(&frame->reply_fds);
        packet->n_fds = frame->n_reply_fds;
        frame->n_reply_fds = 0;
        return packet;
}

static int check_permission(const Call *call, Error *err)
{
        unsigned flags = client_is_readonly(call->client) ? VIR_CONNECT_RO : 0;

        if (call->own && (call->own->flags & OWN_CALL_BEFORE_OPEN))
                return 0;
        return call_permitted(call->desc, flags, &call->frame, err);
}

static int serve(Call *call, OwnRequest *request, Error *err)
{
        virConnectPtr conn = client_connection(call->client);
        int result;

        if (call->own)
                return call->own->run(request, err);
        /* What a driver opens on the client's behalf is the client's. */
        if (conn)
                identity_enter(&conn->identity);
        result = call->desc->serve(&call->frame, err);
        if (conn)
                identity_leave();
        return result;
}

/* Before its answer goes out: whoever has the answer may count on the call being over. */
static void call_over(Call *call)
{
        if (!call->counted)
                return;
        call->counted = false;
        client_call_end(call->client);
}

static int answer(Call *call, Error *err)
{
        OwnRequest request = { .client = call->client, .frame = &call->frame };
        Packet *packet = NULL;

        if (check_permission(call, err) == 0 && serve(call, &request, err) == 0)
                packet = encode_reply(call, err);
        call_over(call);
        if (packet && call->stream)
                stream_open(call->stream, packet);
        else if (packet)
                client_send(call->client, packet);
        subscription_release(request.started);
        if (request.closes)
                client_close_when_sent(call->client);
        return packet ? 0 : -1;
}

static void run_call(Call *call)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (answer(call, &err) < 0) {
                if (!error_is_set(&err))
                        error_set(&err, VIR_ERR_INTERNAL_ERROR, "the call failed without an error");
                reply_error(call->client, &call->header, &err);
        }
        call_done(call);
}

static void run_in_worker(void *opaque)
{
        Call *call = opaque;
        Client *client = call->client;

        run_call(call);
        g_free(call);
        client_unref(client);
}

/* Whether the call may wait for somebody, so that a worker has to run it. */
static bool waits(const Call *call)
{
        if (call->own)
                return !(call->own->flags & OWN_CALL_AT_ONCE);
        return !call->desc->reads_snapshot || call->stream || call->client->reads_wait;
}

static void dispatch_call(Client *client, InboxPacket *packet)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Call call = { .client = client, .header = packet->header };
        int result = find_call(client, &packet->header, &call, &err);

        if (result == 0 && !is_open(client) && !(call.own && (call.own->flags & OWN_CALL_BEFORE_OPEN)))
                result = error_set(&err, VIR_ERR_INTERNAL_ERROR, "hypervisor connection not open");
        if (result == 0)
                result = decode_call(&call, packet, &err);
        if (result < 0) {
                reply_error(client, &packet->header, &err);
                call_done(&call);
                return;
        }
        if (!waits(&call)) {
                run_call(&call);
                return;
        }
        call.client = client_ref(client);
        call.counted = true;
        client_call_begin(client);
        pool_push(server_pool(client->server, call.desc && call.desc->high_priority), run_in_worker,
                  g_memdup2(&call, sizeof(call)));
}

void dispatch_packet(Client *client, InboxPacket *packet)
{
        switch (packet->header.type) {
        case WIRE_CALL:
        case WIRE_CALL_WITH_FDS: dispatch_call(client, packet); break;
        case WIRE_STREAM:
        case WIRE_STREAM_HOLE: stream_packet(client, packet); break;
        case WIRE_EVENT:
                if (packet->header.program == PROGRAM_KEEPALIVE)
                        keepalive_packet(client, &packet->header);
                break;
        default: break; /* an answer to nothing */
        }
}
