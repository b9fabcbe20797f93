/* The administrator's scripts (/etc/libvirt/hooks/qemu) are told of a guest's life. */
#pragma once

#include "guest/instance.h"

/** guest_hook: @operation "prepare", "start", "started" with "begin" may be refused: VIR_ERR_HOOK_SCRIPT_FAILED. */
int guest_hook(const QemuInstance *instance, const Domain *live, const char *operation, const char *suboperation,
               Error *err);
/** guest_hooks_end: "stopped" and "release": nobody can refuse them. */
void guest_hooks_end(const QemuInstance *instance, const Domain *live);
