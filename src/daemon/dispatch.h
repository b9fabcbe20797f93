/* From a packet to what it asks for: calls (generated ones and the daemon's own), stream data, keepalive. */
#pragma once

#include "rpc/call.h"

#include "client.h"

/** dispatch_packet: in the client's loop. May take the packet's descriptors. */
void dispatch_packet(Client *client, InboxPacket *packet);

/** reply_error: answer the call of @header with @err. */
void reply_error(Client *client, const WireHeader *header, const Error *err);

/** reply_header: the header of the answer to the call of @header. */
WireHeader reply_header(const WireHeader *header, WireStatus status);
