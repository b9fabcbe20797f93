/* What the formats of Xen share: pieces of text that stand for one device. */
#pragma once

#include "xen/xen.h"

/** xen_is_hvm: a full machine, not a paravirtual guest. */
bool xen_is_hvm(const Domain *d);
/** xen_check_devices: refuses by name what Xen has not: left out, it would be another guest. */
int xen_check_devices(const Domain *d, Error *err);
/** xen_need: a part of the domain that few have, made on first use. */
Features *xen_need_features(Domain *d);
Cpu *xen_need_cpu(Domain *d);
XenFeatures *xen_need_xen_features(Domain *d);
/** xen_timer: the timer called @name, made when there is none. */
Timer *xen_need_timer(Domain *d, TimerName name);
const Timer *xen_timer(const Domain *d, TimerName name);
/** xen_need_bus: the controller of the bus that every guest has, the first of its kind. */
Controller *xen_need_bus(Domain *d);
/** xen_add_inputs: mouse and keyboard, which every machine has, where no device of that kind and bus is. */
void xen_add_inputs(Domain *d);
/** xen_parse_uuid: VIR_ERR_INTERNAL_ERROR unless it is one. */
int xen_parse_uuid(const char *text, Uuid ret, Error *err);
/** xen_events_read: what happens to the guest at its ends. @look gives the word at a key: 1, 0 for none, -1. */
int xen_events_read(Domain *d, CrashAction on_crash,
                    int (*look)(const void *source, const char *key, const char **ret, Error *err), const void *source,
                    Error *err);
/** xen_mib: the sizes of Xen's formats, rounded up. */
uint64_t xen_mib(uint64_t kib);
/** xen_set_clock: what `localtime` and `rtc_timeoffset` mean. */
void xen_set_clock(Domain *d, bool localtime, bool variable, int64_t offset);
bool xen_clock_is_local(const Clock *clock);
/** xen_clock_distance: in seconds; a clock that starts afresh has none. */
int64_t xen_clock_distance(const Clock *clock);

/** xen_numa_distance: how far node @to is from @from: as that one says, as the other says, or as nodes usually are. */
unsigned xen_numa_distance(const Cpu *cpu, size_t from, size_t to);

/** xen_boot_read: "dc" and so on into d->os.boot. */
void xen_boot_read(Domain *d, const char *letters);
void xen_boot_write(const Domain *d, GString *out);

/** xen_sound_read: "sb16,es1370" or "all". */
int xen_sound_read(Domain *d, const char *text, Error *err);
int xen_sound_write(const Domain *d, GString *out, Error *err);

/** xen_usb_input_read: "tablet", "mouse", "keyboard"; other USB devices are none of ours. */
void xen_usb_input_read(Domain *d, const char *name);
/** xen_usb_input_name: NULL: not an input device on USB. */
const char *xen_usb_input_name(const Input *input);

/** xen_chardev_read: "pty", "tcp:HOST:PORT,server" ...; 1 and *ret filled, 0 for "none". */
int xen_chardev_read(const char *text, Chardev *ret, Error *err);
int xen_chardev_write(const Chardev *source, GString *out, Error *err);

/** xen_put_option: ",key=value" where there is a value. */
void xen_put_option(GString *out, const char *key, const char *value);
/** xen_option: the value of @key in "key=value,...", or NULL; the caller frees. */
char *xen_option(char **options, const char *key);

/* vif.c: network interfaces. */
/** xen_rate_read: "10240KB/s"; xen_rate: in KiB per second, 0: no limit. */
int xen_rate_read(Interface *interface, const char *text, Error *err);
unsigned xen_rate(const Interface *interface);
int xen_vif_read(Domain *d, const char *text, Error *err);
char *xen_vif_write(const Domain *d, const Interface *interface, XenDialect dialect, Error *err);
/** xen_bridge_read: "ovsbr0.42:43" of Open vSwitch, or a plain name. */
void xen_bridge_read(Interface *interface, const char *text);
/** xen_bridge_write: nothing where there is no bridge. */
void xen_bridge_write(const Interface *interface, GString *out);
void xen_ips_read(Interface *interface, const char *text);
/** xen_ips_write: the addresses with blanks between them. */
void xen_ips_write(const Interface *interface, GString *out);
int xen_mac_read(const char *text, Mac *ret, Error *err);
void xen_mac_write(const Mac *mac, GString *out);
/** xen_interface_check: whether Xen's formats can say what @interface is. */
int xen_interface_check(const Interface *interface, Error *err);

/* graphics.c */
enum { XEN_VNC_BASE_PORT = 5900 };
/** xen_add_graphics: zeroed, of that type. */
Graphics *xen_add_graphics(Domain *d, GraphicsType type);
int xen_vnc_display(VncGraphics *vnc, const char *text, Error *err);
/** xen_vnc_has_port: one of its own, not one that is handed out at the start. */
bool xen_vnc_has_port(const VncGraphics *vnc);
/** xen_listen_address: NULL: none was said. */
const char *xen_listen_address(const GraphicsListen *listens, size_t n);

/* disk.c: what xm and xend say of a disk. */
/** xen_disk_path_read: "phy:/dev/sda", "tap:aio:/x.img"; NULL or "": none. */
int xen_disk_path_read(Disk *disk, const char *text, Error *err);
int xen_disk_path_write(const Disk *disk, GString *out, Error *err);
/** xen_disk_file: of files and block devices; NULL: none. */
const char *xen_disk_file(const Disk *disk);
/** xen_disk_dev_read: "ioemu:hda", "hdc:cdrom". */
void xen_disk_dev_read(Disk *disk, const char *text);
void xen_disk_mode_read(Disk *disk, const char *mode);

/* xl_disk.c: xl-disk-configuration(5). */
int xl_disk_read(Domain *d, const char *text, Error *err);
char *xl_disk_write(const Disk *disk, Error *err);
/** xl_disk_format: NULL: Xen does not know it. */
const char *xl_disk_format(ImageFormat format);
/** xl_disk_path: what target= says, nothing for an empty drive. */
int xl_disk_path(const Disk *disk, GString *out, Error *err);

/* hostdev.c */
Hostdev *xen_add_hostdev(Domain *d, HostdevType type);
int xen_pci_read(Domain *d, const char *text, Error *err);
void xen_pci_write(const PciHostdev *pci, GString *out);
