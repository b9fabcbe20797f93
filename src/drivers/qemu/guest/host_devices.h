/* Parts of the host (host.h): answers that need no state of ours. */
#pragma once

#include "argv/argv.h"

/** host_join_network: as QemuHost.join_network: asked through the public API. */
int host_join_network(QemuHost *host, Interface *nic, Error *err);
/** host_find_usb, host_scsi_generic: as in QemuHost. */
int host_find_usb(QemuHost *host, UsbHostdev *usb, Error *err);
char *host_scsi_generic(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit, Error *err);
