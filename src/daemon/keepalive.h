/* Keepalive: PINGs to a quiet peer that asked for them, PONGs to every PING. Runs in the client's loop. */
#pragma once

#include "client.h"

/** keepalive_start: the peer knows PINGs: begin to send them, by the server's interval and count. */
void keepalive_start(Client *client);
void keepalive_stop(Client *client);
/** keepalive_heard: bytes came. */
void keepalive_heard(Client *client);
/** keepalive_packet: a packet of the keepalive program. */
void keepalive_packet(Client *client, const WireHeader *header);
