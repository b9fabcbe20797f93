/* virtiofsd: serves a folder of the host to the guest, a process for each filesystem. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

int virtiofsd_start(Guest *guest, const QemuHost *host, const Filesystem *fs, Error *err);
void virtiofsd_stop(const Guest *guest, const QemuHost *host, const Filesystem *fs);
