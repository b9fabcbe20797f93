/* What displays and character devices ask of this machine: files, ports, a GPU. */
#pragma once

#include "guest/host.h"

/** host_open_file: the file or the log of a character device, a TPM or its cancel file. The caller closes. */
int host_open_file(const QemuFdAsk *ask, Error *err);

/* Of the QemuHost in a GuestHost. */
int host_take_port(QemuHost *base, QemuPort kind, int wanted, Error *err);
char *host_render_node(QemuHost *base);
