/* A described call, from C arguments to C results. */
#include "rpc/client.h"
#include "util/auto.h"

static bool holes_permitted(const ClientInvoke *invoke)
{
        const CallDesc *desc = invoke->desc;

        return desc->sparse_flag && desc->flags_param >= 0 && (invoke->argv[desc->flags_param].u & desc->sparse_flag);
}

/* Descriptors of the reply become the caller's. */
static int take_fds(ClientInvoke *invoke, CallArg *ret, ClientReply *reply, Error *err)
{
        if (reply->n_fds == 0 && !call_replies_fds(invoke->desc))
                return 0;
        if (call_take_reply_fds(invoke->desc, invoke->argv, ret, reply->fds, reply->n_fds, err) < 0)
                return -1;
        for (size_t i = 0; i < reply->n_fds; i++)
                fd_steal(&reply->fds[i]);
        return 0;
}

static int invoke_decode(ClientInvoke *invoke, ClientReply *reply, Error *err)
{
        CallArg unused = { 0 }, *ret = invoke->ret ? invoke->ret : &unused;

        if (call_decode_reply(invoke->desc, invoke->connection, invoke->argv, ret, &reply->payload, err) < 0)
                return -1;
        return take_fds(invoke, ret, reply, err);
}

static int invoke_packet(Client *client, ClientInvoke *invoke, WireWriter *request, ClientStream **ret_stream,
                         Error *err)
{
        CLIENT_REPLY_AUTO ClientReply reply = { 0 };
        const CallDesc *desc = invoke->desc;
        int fds[WIRE_FDS_MAX];
        size_t n_fds = call_request_fds(desc, invoke->argv, fds);
        WireHeader header;

        client_begin(client, desc->program, desc->number, n_fds ? WIRE_CALL_WITH_FDS : WIRE_CALL, request, &header);
        if (n_fds)
                wire_put_u32(request, n_fds);
        if (call_encode_request(desc, invoke->argv, request, err) < 0)
                return -1;
        if (invoke->ret_stream)
                *ret_stream = client_stream_new(client, &header, holes_permitted(invoke));
        if (client_call(client, &header, request, fds, n_fds, &reply, err) < 0)
                return -1;
        if (invoke->ret_stream)
                client_stream_opened(*ret_stream);
        return invoke_decode(invoke, &reply, err);
}

int client_invoke(Client *client, ClientInvoke *invoke, Error *err)
{
        ClientStream *stream = NULL;
        WireWriter request = { 0 };
        int r = invoke_packet(client, invoke, &request, &stream, err);

        wire_writer_done(&request);
        if (r < 0)
                client_stream_free(stream);
        else if (invoke->ret_stream)
                *invoke->ret_stream = stream;
        return r;
}
