/* What the two readers of backing strings share. */
#pragma once

#include "conf/storage_backing.h"

/** backing_uri: @protocol: the one it must have, NET_PROTOCOL_NONE for any. */
int backing_uri(const char *text, NetProtocol protocol, Source *source, Error *err);
/** backing_rbd: what stands behind "rbd:". */
int backing_rbd(const char *text, NetSource *net, Error *err);
/** backing_json: what stands behind "json:". */
int backing_json(const char *text, Source *source, Error *err);
/** backing_net: @source becomes one of the network. */
NetSource *backing_net(Source *source, NetProtocol protocol);
NetHost *backing_add_host(NetSource *net);
/** backing_host_port: "host", "host:port", "[::1]:port"; false: none of these. */
bool backing_host_port(const char *text, NetHost *host);
