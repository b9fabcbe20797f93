/* virtiofsd: serves a folder of the host to the guest, a process for each filesystem. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

/** virtiofsd_program: what @fs asks for, or the one of this host; NULL: there is none. The caller frees. */
char *virtiofsd_program(const QemuInstance *instance, const Filesystem *fs);
int virtiofsd_start(Guest *guest, const QemuHost *host, const Domain *live, const Filesystem *fs, Error *err);
void virtiofsd_stop(const Guest *guest, const QemuHost *host, const Filesystem *fs);
