/* Which binary and which kind of guest a client asks about: the parameters that such calls have in common. */
#pragma once

#include "caps/caps.h"
#include "conf/machine.h"
#include "vireo/driver.h"

/** qemu_caps_asked: of @emulator (NULL: the installed one of @arch) for @arch (NULL: the emulator's, else the host's) and
 * @virttype (NULL: the best that works). VIR_ERR_INVALID_ARG when they do not go together. The caller unrefs. */
QemuCaps *qemu_caps_asked(virConnectPtr conn, const char *emulator, const char *arch, const char *virttype,
                          VirtType *ret_type, Error *err);
