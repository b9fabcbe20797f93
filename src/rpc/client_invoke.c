/* A described call, from C arguments to C results. */
#include "rpc/client.h"
#include "util/auto.h"

static bool holes_permitted(const ClientInvoke *invoke)
{
        const CallDesc *desc = invoke->desc;

        return desc->sparse_flag && desc->flags_param >= 0 && (invoke->argv[desc->flags_param].u & desc->sparse_flag);
}

static int invoke_decode(ClientInvoke *invoke, ClientReply *reply, Error *err)
{
        CallArg unused = { 0 };

        if (reply->n_fds > invoke->max_fds)
                return error_set(err, VIR_ERR_RPC, "%s: the far end sent %zu file descriptors nobody asked for",
                                 invoke->desc->name, reply->n_fds);
        if (call_decode_reply(invoke->desc, invoke->connection, invoke->argv, invoke->ret ? invoke->ret : &unused,
                              &reply->payload, err) < 0)
                return -1;
        for (size_t i = 0; i < reply->n_fds; i++)
                invoke->ret_fds[i] = fd_steal(&reply->fds[i]);
        invoke->n_ret_fds = reply->n_fds;
        return 0;
}

static int invoke_packet(Client *client, ClientInvoke *invoke, WireWriter *request, ClientStream **ret_stream,
                         Error *err)
{
        CLIENT_REPLY_AUTO ClientReply reply = { 0 };
        const CallDesc *desc = invoke->desc;
        WireHeader header;

        client_begin(client, desc->program, desc->number, invoke->n_fds ? WIRE_CALL_WITH_FDS : WIRE_CALL, request,
                     &header);
        if (invoke->n_fds)
                wire_put_u32(request, invoke->n_fds);
        if (call_encode_request(desc, invoke->argv, request, err) < 0)
                return -1;
        if (invoke->ret_stream)
                *ret_stream = client_stream_new(client, &header, holes_permitted(invoke));
        if (client_call(client, &header, request, invoke->fds, invoke->n_fds, &reply, err) < 0)
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
