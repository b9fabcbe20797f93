/* How images name the image below them: a path, a URI, `nbd:...`, `rbd:...` or `json:{...}`, as QEMU writes it. */
#pragma once

#include "conf/disk.h"

enum { STORAGE_BACKING_MAX = 64 * 1024 };

/**
 * storage_backing_parse: where the bytes are that @text names. @ret: zeroed; rows_drop(&Source_rows, ret) frees what it
 * holds. ret->format is the format the text itself names, else IMAGE_FORMAT_NONE. Users and passwords in the text are
 * left out: a document has them in a secret. Ports that are not said are those of the protocol.
 * VIR_ERR_INTERNAL_ERROR (the image is broken), VIR_ERR_CONFIG_UNSUPPORTED (no such protocol).
 */
int storage_backing_parse(const char *text, Source *ret, Error *err);

/** storage_backing_is_path: a file on this host, not something with a protocol. */
bool storage_backing_is_path(const char *text);

/** net_protocol_port: the well-known port; 0: none. */
unsigned net_protocol_port(NetProtocol protocol);
