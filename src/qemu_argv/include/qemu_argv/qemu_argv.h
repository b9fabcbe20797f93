/* QEMU's command line as a domain: what people started by hand or by a script becomes a definition. */
#pragma once

#include "conf/domain.h"

enum { QEMU_ARGV_SIZE_MAX = 1024 * 1024 };

/**
 * qemu_argv_parse: a definition (one reference) of the guest that the shell words in @length bytes of @text start:
 * `NAME=VALUE... /usr/bin/qemu-system-x86_64 -option value...`; a backslash at the end of a line continues it.
 * What has no place in the document becomes <qemu:arg>, so rows_register(&qemu_namespace) should have been called.
 * VIR_ERR_INTERNAL_ERROR names the option and the value that make no sense.
 */
int qemu_argv_parse(const char *text, size_t length, Domain **ret, Error *err);
