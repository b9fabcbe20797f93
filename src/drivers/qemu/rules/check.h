/* Parts of qemu_check(). */
#pragma once

#include "rules/settle.h"

/** check_refuse: VIR_ERR_CONFIG_UNSUPPORTED; returns -1. */
int check_refuse(Error *err, const char *format, ...) G_GNUC_PRINTF(2, 3);

int check_controllers(const Domain *domain, const QemuCaps *caps, Error *err);
int check_devices(const Domain *domain, const QemuContext *context, Error *err);
