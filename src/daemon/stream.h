/* The server's side of a stream: what the far end has goes to the client in packets, one at a time; what the client
 * sends waits, bounded, until the far end takes it. Pumped in the client's loop; finishing and aborting are a worker's,
 * as they may wait. */
#pragma once

#include "rpc/call.h"

#include "client.h"

/** stream_new: for a call that opens a stream; puts the handle into the frame. */
Stream *stream_new(Client *client, const CallDesc *desc, const WireHeader *header, CallFrame *frame);
Stream *stream_ref(Stream *stream);
Stream *stream_unref(Stream *stream); /* returns NULL; accepts NULL */

/** stream_open: the call has succeeded: send its @reply (taken over), then data. Any thread. */
void stream_open(Stream *stream, Packet *reply);

/** stream_packet: data, a hole, the end or an abort from the client. Late ones are dropped. */
void stream_packet(Client *client, const InboxPacket *packet);

/** streams_drop: the client is gone. */
void streams_drop(Client *client);
