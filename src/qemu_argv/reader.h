/* What the readers of the options share. */
#pragma once

#include "conf/domain.h"
#include "opts.h"

/* A back end or a part that another option joins by its id. */
typedef struct QemuPart {
        char *id;
        QemuOpts *opts;
        bool used;
        char *words; /* of -blockdev, for those that no device uses; else NULL */
} QemuPart;

typedef struct QemuReader {
        Domain *d;
        GHashTable *environment;
        GPtrArray *netdevs;  /* QemuPart: -netdev, -net user and the like */
        GPtrArray *drives;   /* QemuPart: -drive if=none, -blockdev */
        GPtrArray *chardevs; /* QemuPart */
        GPtrArray *nics;     /* QemuPart: -net nic */
        GPtrArray *unknown;  /* words for <qemu:arg> */
        bool no_graphics, no_defaults, full_screen, no_acpi, vga_said, sdl;
        char *keymap;
        WatchdogAction watchdog_action;
} QemuReader;

/* What reads the value of an option; NULL for an option without one. */
typedef int (*QemuRead)(QemuReader *reader, const char *value, Error *err);

/* machine.c */
int qemu_read_machine(QemuReader *reader, const char *value, Error *err);
int qemu_read_cpu(QemuReader *reader, const char *value, Error *err);
int qemu_read_mem_path(QemuReader *reader, const char *value, Error *err);
int qemu_read_memory(QemuReader *reader, const char *value, Error *err);
int qemu_read_smp(QemuReader *reader, const char *value, Error *err);
int qemu_read_boot(QemuReader *reader, const char *value, Error *err);
int qemu_read_rtc(QemuReader *reader, const char *value, Error *err);
int qemu_read_global(QemuReader *reader, const char *value, Error *err);
int qemu_read_name(QemuReader *reader, const char *value, Error *err);
int qemu_read_uuid(QemuReader *reader, const char *value, Error *err);
Features *qemu_features(QemuReader *reader);

/* drive.c */
int qemu_read_drive(QemuReader *reader, const char *value, Error *err);
int qemu_read_hda(QemuReader *reader, const char *value, Error *err);
int qemu_read_hdb(QemuReader *reader, const char *value, Error *err);
int qemu_read_hdc(QemuReader *reader, const char *value, Error *err);
int qemu_read_hdd(QemuReader *reader, const char *value, Error *err);
int qemu_read_fda(QemuReader *reader, const char *value, Error *err);
int qemu_read_fdb(QemuReader *reader, const char *value, Error *err);
int qemu_read_cdrom(QemuReader *reader, const char *value, Error *err);
int qemu_add_disk(QemuReader *reader, const QemuOpts *opts, DiskBus bus, DiskDevice device, Error *err);
int qemu_add_usb_disk(QemuReader *reader, const char *path, Error *err);
/** qemu_settle_disks: what other words of the command line say about all of them. */
void qemu_settle_disks(QemuReader *reader);

/* blockdev.c */
int qemu_read_blockdev(QemuReader *reader, const char *value, Error *err);
/** qemu_is_foreign_node: a node that stays in the words. */
bool qemu_is_foreign_node(const QemuReader *reader, const char *name);
/** qemu_keep_nodes: those that no device used stay in the words too. */
void qemu_keep_nodes(QemuReader *reader);

/* net.c */
int qemu_read_net(QemuReader *reader, const char *value, Error *err);
int qemu_read_netdev(QemuReader *reader, const char *value, Error *err);
int qemu_add_nic(QemuReader *reader, const QemuOpts *nic, const QemuOpts *netdev, const char *model, Error *err);
/** qemu_join_nics: cards to their networks by `vlan`, when all options were read. */
int qemu_join_nics(QemuReader *reader, Error *err);

/* chardev.c */
int qemu_read_serial(QemuReader *reader, const char *value, Error *err);
int qemu_read_parallel(QemuReader *reader, const char *value, Error *err);
int qemu_read_chardev(QemuReader *reader, const char *value, Error *err);
/** qemu_fill_chardev: @ret from the options of -chardev. */
int qemu_fill_chardev(const QemuOpts *opts, Chardev *ret, Error *err);

/* display.c */
int qemu_read_vnc(QemuReader *reader, const char *value, Error *err);
int qemu_read_sdl(QemuReader *reader, const char *value, Error *err);
int qemu_read_display(QemuReader *reader, const char *value, Error *err);
int qemu_read_vga(QemuReader *reader, const char *value, Error *err);
int qemu_read_soundhw(QemuReader *reader, const char *value, Error *err);
/** qemu_settle_display: the window, the card and the mouse that nobody asked for. */
void qemu_settle_display(QemuReader *reader);

/* device.c */
int qemu_read_device(QemuReader *reader, const char *value, Error *err);
int qemu_read_usbdevice(QemuReader *reader, const char *value, Error *err);
int qemu_read_pcidevice(QemuReader *reader, const char *value, Error *err);
int qemu_read_watchdog(QemuReader *reader, const char *value, Error *err);
int qemu_read_watchdog_action(QemuReader *reader, const char *value, Error *err);

/** qemu_find_part: by id, NULL if there is none; counts as used. */
QemuPart *qemu_find_part(GPtrArray *parts, const char *id);
void qemu_add_part(GPtrArray *parts, const char *id, QemuOpts *opts); /* takes @opts */

/* A fresh device at the end of a list of the definition. */
#define QEMU_ADD(T, d, list) ((T *)rows_list_insert(&T##_rows, &(d)->list, &(d)->n_##list, (d)->n_##list))
