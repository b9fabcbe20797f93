/* nbdkit as QEMU's way to http(s), ftp(s), tftp and ssh: a process for each image, which serves it on a socket. */
#pragma once

#include "blockdev/blockdev.h"
#include "util/process.h"

/* What the host adds. */
typedef struct NbdkitHost NbdkitHost;
struct NbdkitHost {
        /** password: of the image; the caller frees. */
        int (*password)(NbdkitHost *host, const SourceAuth *auth, uint8_t **ret, size_t *ret_length, Error *err);
        /** give: a descriptor from which @data can be read, for nbdkit to inherit; -1. */
        int (*give)(NbdkitHost *host, const uint8_t *data, size_t length, Error *err);
        bool readahead; /* this nbdkit has the filter */
};

/** nbdkit_plugin: which of nbdkit's plugins opens @source: "curl", "ssh"; NULL: none. */
const char *nbdkit_plugin(const Source *source);
/** nbdkit_process: to serve @image on @socket, in the foreground. What is secret goes through descriptors, never into the
 * words. The caller frees. */
Process *nbdkit_process(const BlockImage *image, const char *socket, NbdkitHost *host, Error *err);
