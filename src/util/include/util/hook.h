/* Scripts of the host's administrator that are told what happens, and may refuse some of it. */
#pragma once

#include <stdbool.h>

#include "util/error.h"

typedef struct HookCall {
        const char *folder; /* /etc/libvirt/hooks */
        const char *driver; /* "qemu": the script of that name, then those in the folder qemu.d */
        const char *object, *operation, *suboperation, *extra; /* NULL: "-" */
        const char *input;                                     /* on standard input; NULL: none */
} HookCall;

/** hook_exists: whether there is anybody to be told. */
bool hook_exists(const HookCall *call);
/** hook_run: all scripts in order, as long as they take. VIR_ERR_HOOK_SCRIPT_FAILED: one failed; those after it are not
 * run. */
int hook_run(const HookCall *call, Error *err);
