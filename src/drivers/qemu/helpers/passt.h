/* passt: the network of a guest without any privilege, a process for each interface. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

int passt_start(Guest *guest, const QemuHost *host, const Interface *nic, Error *err);
void passt_stop(const QemuHost *host, const Interface *nic);
