/* A guest's memory into a file: QEMU writes it to a descriptor of ours. */
#pragma once

#include "guest/instance.h"

/** guest_check_dump: VIR_ERR_OPERATION_UNSUPPORTED: this QEMU was not built to write @format ("elf", ...). A job. */
int guest_check_dump(Guest *guest, const char *format, Error *err);
/** guest_dump_memory: in @format to @fd, waiting for the end. A job. */
int guest_dump_memory(Guest *guest, int fd, const char *format, Error *err);
/** guest_auto_dump: into a new file of the configured folder, named after the guest and the time. A job. */
int guest_auto_dump(Guest *guest, Error *err);
