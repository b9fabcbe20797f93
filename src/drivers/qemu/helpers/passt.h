/* passt: the network of a guest without any privilege, a process for each interface. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

int passt_start(Guest *guest, const QemuHost *host, const Domain *live, const Interface *nic, Error *err);
/** passt_files: what it makes: @paths gets them. */
void passt_files(const QemuHost *host, const Interface *nic, GPtrArray *paths);
void passt_stop(const QemuHost *host, const Interface *nic);
