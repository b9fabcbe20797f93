/* Parts of qemu_check(). */
#pragma once

#include "rules/settle.h"

/** check_refuse: VIR_ERR_CONFIG_UNSUPPORTED; returns -1. */
#define check_refuse(err, ...) error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, __VA_ARGS__)

int check_controllers(const Domain *domain, const QemuCaps *caps, Error *err);
int check_devices(const Domain *domain, const QemuContext *context, Error *err);

/* Devices by what they are; @caps: what the binary can. */
int check_disks(const Domain *domain, const QemuCaps *caps, Error *err);
int check_displays(const Domain *domain, const QemuContext *context, Error *err);
int check_specials(const Domain *domain, const QemuContext *context, Error *err);

int check_machine(const Domain *domain, const QemuCaps *caps, Error *err);
int check_device_addresses(const Domain *domain, Error *err);

int check_features(const Domain *domain, const QemuCaps *caps, Error *err);
int check_memories(const Domain *domain, const QemuCaps *caps, Error *err);
int check_networks(const Domain *domain, Error *err);
int check_serials(const Domain *domain, Error *err);

/** check_shared_memory: whether programs beside QEMU can see all of the guest's memory. */
bool check_shared_memory(const Domain *domain);
