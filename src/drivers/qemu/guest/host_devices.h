/* Parts of the host (host.h): answers that need no state of ours. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

/** host_join_network: as QemuHost.join_network: asked through the public API. */
int host_join_network(QemuHost *host, Interface *nic, Error *err);
/** host_find_usb, host_scsi_generic: as in QemuHost. */
int host_find_usb(QemuHost *host, UsbHostdev *usb, Error *err);
char *host_scsi_generic(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit, Error *err);

/** host_devices_check: whether network cards of @live that are devices of the host can be given; nothing is touched. */
int host_devices_check(const QemuInstance *instance, const Domain *live, Error *err);
/** host_devices_take: PCI devices of @live become the guest's, host_devices_give_back: what was taken goes back. */
int host_devices_take(const QemuInstance *instance, const Domain *live, Error *err);
void host_devices_give_back(const QemuInstance *instance, const Domain *live);
/** host_devices_any: whether there are such. */
bool host_devices_any(const Domain *live);

/** host_interfaces_close: what the end of the guest leaves of its network interfaces goes. */
void host_interfaces_close(const QemuInstance *instance, const Domain *live);
/** host_interfaces_sweep: what a start made or set whose status file did not come to say so. */
void host_interfaces_sweep(const QemuInstance *instance);
