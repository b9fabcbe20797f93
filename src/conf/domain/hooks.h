/* The rules behind the tables: predicates, settle (may change), check (may not). */
#pragma once

#include "conf/domain_rules.h"
#include "rows/hook.h"

bool pci_address_is_set(const void *s);
bool clock_has_basis(const void *s);
bool domain_names_iothreads(const void *s);
bool interface_has_driver(const void *s);
bool features_has_capabilities(const void *s);
bool rng_is_egd(const void *s);
bool unix_chardev_has_path(const void *s);

void domain_init(void *s);
SETTLE(domain_settle_own);
CHECK(domain_check_own);
SETTLE(device_info_settle);

/* domain_defaults.c */
SETTLE(features_settle);
SETTLE(os_settle);
SETTLE(clock_settle);
CHECK(clock_check);
SETTLE(mirror_settle);
SETTLE(redir_rule_settle);
CHECK(redir_rule_check);
SETTLE(rng_settle);
void domain_settle_empty(Domain *d);
void domain_settle_numa(Domain *d);
void domain_settle_implied_video(Domain *d);
void domain_settle_disk_order(Domain *d);

/* domain_hypervisor.c: the part of @rules, NULL for none. */
int domain_settle_early(Domain *d, unsigned flags, Error *err);
int domain_settle_late(Domain *d, unsigned flags, Error *err);
int domain_check_hypervisor(const Domain *d, const DomainRules *rules, void *context, Error *err);

/** domain_make_migratable: @d (a copy for this) without what older releases refuse or add themselves. */
void domain_make_migratable(Domain *d, const DomainRules *rules);

/* disk_settle.c */
void disk_init(void *s);
SETTLE(disk_settle);
CHECK(disk_check);
CHECK(backing_store_check);
CHECK(source_auth_check);
CHECK(reservations_check);
void disk_assign_address(Disk *disk, bool wide);

/* chardev_settle.c */
/** reconnect_settle, reconnect_check: how often one who connects tries again; it says so or the number means nothing. */
void reconnect_settle(YesNo reconnect, OptUint *timeout);
int reconnect_check(YesNo reconnect, const OptUint *timeout, Error *err);
SETTLE(tcp_chardev_settle);
CHECK(tcp_chardev_check);
CHECK(udp_chardev_check);
SETTLE(unix_chardev_settle);
CHECK(unix_chardev_check);
SETTLE(path_chardev_settle);
CHECK(path_chardev_check);
SETTLE(pty_chardev_settle);
SETTLE(redirdev_settle);
CHECK(redirdev_check);
CHECK(smartcard_check);
SETTLE(serial_settle);
SETTLE(console_settle);
SETTLE(parallel_settle);
CHECK(channel_check);
CHECK(serial_check);
CHECK(parallel_check);
CHECK(console_check);
CHECK(tpm_check);
void domain_settle_chardevs(Domain *d);

/* graphics_settle.c */
SETTLE(vnc_settle);
SETTLE(spice_settle);
SETTLE(rdp_settle);
SETTLE(sdl_settle);
SETTLE(desktop_settle);
SETTLE(dbus_settle);
CHECK(vnc_check);
CHECK(spice_check);
CHECK(dbus_check);
SETTLE(graphics_listen_settle);
CHECK(graphics_listen_check);
void video_init(void *s);
SETTLE(video_settle);
SETTLE(sound_settle);
void domain_settle_videos(Domain *d);
void graphics_make_migratable(Graphics *graphics);

/* audio_settle.c */
SETTLE(audio_settle);
CHECK(audio_check);

/* device_settle.c */
SETTLE(ip_address_settle);
SETTLE(interface_settle);
CHECK(interface_check);
SETTLE(hostdev_settle);
SETTLE(watchdog_settle);
SETTLE(filesystem_settle);
void domain_settle_controllers(Domain *d);
/* before the machine brings its own: SCSI devices of the host get places, and controllers first of all */
void domain_settle_hostdevs(Domain *d);

SETTLE(memballoon_settle);
SETTLE(memory_device_settle);

/* seclabel_settle.c */
SETTLE(seclabel_settle);
SETTLE(source_seclabel_settle);
CHECK(source_seclabel_check);
int source_seclabels_settle(SourceSeclabel *list, size_t *n, unsigned flags, Error *err);

/* driver_namespaces.c */
CHECK(lxc_namespace_check);

/* tune_settle.c */
SETTLE(cpu_settle);
SETTLE(memtune_settle);
SETTLE(cputune_settle);
CHECK(cachetune_check);
CHECK(memorytune_check);
CHECK(cputune_check);
CHECK(numa_cell_check);
void domain_settle_tunes(Domain *d);

/* domain_check.c */
CHECK(pci_address_check);
SETTLE(usb_address_settle);
CHECK(usb_address_check);
CHECK(ccw_address_check);
CHECK(host_pci_address_check);
CHECK(device_info_check);
CHECK(controller_check);
SETTLE(controller_settle);
SETTLE(vsock_settle);
/* The banks that a TPM can have; ends with NULL. */
extern const char *const tpm_bank_names[];
SETTLE(tpm_settle);
CHECK(shmem_check);
SETTLE(launch_security_settle);
CHECK(launch_security_check);
CHECK(numatune_check);
int domain_check_rules(const Domain *d, Error *err);

/* domain_check_devices.c */
int domain_check_devices(const Domain *d, Error *err);

/* source_volume.c */
/** source_show_volume: @source as its documents show it: the volume that was found to be something; @status: both. */
void source_show_volume(Source *source, bool status);
SETTLE(source_settle);
bool source_never(const void *s);

/* source_check.c */
SETTLE(net_source_settle);
SETTLE(vhostuser_source_settle);
CHECK(vhostuser_source_check);
CHECK(source_check);
CHECK(disk_tune_check);
int disk_check_login(const Disk *disk, Error *err);
int disk_check_lun(const Disk *disk, Error *err);
int disk_check_vhostuser(const Disk *disk, Error *err);

/* interface_check.c */
int domain_check_interfaces(const Domain *d, Error *err);

/* memory_check.c */
CHECK(memory_device_check);
int domain_check_memory(const Domain *d, Error *err);

/* features_check.c */
CHECK(features_check);

/* device_check.c */
int domain_check_each_device(const Domain *d, Error *err);

/* machine_check.c */
int domain_check_machine(const Domain *d, Error *err);
