/* The emulated TPM of a guest: swtpm, a helper process, whose state outlives runs (UUID/tpm2 below .../swtpm). */
#pragma once

#include "guest/host.h"

/** swtpm_socket: where it listens during the run of @lib_dir. The caller frees. */
char *swtpm_socket(const QemuInstance *instance, const char *lib_dir);
/** swtpm_files: what it has of @live's during that run: @paths gets them. */
void swtpm_files(const QemuInstance *instance, const Domain *live, const char *lib_dir, GPtrArray *paths);

/** swtpm_start: for @host's guest, when it has an emulated TPM: state is made when there is none. It ends with QEMU. */
int swtpm_start(GuestHost *host, Error *err);
/** swtpm_stop: of the run of @lib_dir; @forget: the state goes as well (a guest without a definition). */
void swtpm_stop(const QemuInstance *instance, const Domain *live, const char *lib_dir, bool forget);
/** swtpm_forget: the state of a definition that goes. */
void swtpm_forget(const QemuInstance *instance, const Domain *domain);
