/* The command line: from a settled live definition (aliases, addresses, node numbers in place) to QEMU's arguments.
 *
 * Pure but for what the host must open: sockets to listen on and tap devices come through QemuHost, so that tests can
 * build command lines without touching anything. */
#pragma once

#include "settle.h"

/* What building a command line may ask of the host. Descriptors stay the host's; QEMU inherits them. */
typedef struct QemuHost QemuHost;
struct QemuHost {
        const char *lib_dir;    /* this run's private folder: .../domain-ID-NAME */
        const char *master_key; /* NULL: no secrets */
        const char *vnc_listen; /* default address of displays */
        const char *spice_listen;
        const char *bridge_helper;                                        /* NULL: bridges need open_tap() */
        bool sandbox;                                                     /* seccomp */
        int (*listen_unix)(QemuHost *host, const char *path, Error *err); /* descriptor, or -1 */
        /* Descriptor of a tap device for @nic, its name in @ret_name; -1. */
        int (*open_tap)(QemuHost *host, const Interface *nic, char **ret_name, Error *err);
};

typedef struct QemuArgv {
        const QemuCaps *caps;
        const Domain *domain;
        QemuHost *host;
        const QemuMachine *machine; /* NULL: the binary does not know it (only in tests) */
        GPtrArray *words;           /* strings, program first */
} QemuArgv;

/** qemu_argv_build: the arguments, program first. VIR_ERR_CONFIG_UNSUPPORTED for what the binary or we cannot do. */
GPtrArray *qemu_argv_build(const Domain *domain, const QemuCaps *caps, QemuHost *host, Error *err);

/* Between the parts of the builder. */
void argv_add(QemuArgv *argv, const char *word);
void argv_add_pair(QemuArgv *argv, const char *option, const char *value);
void argv_add_format(QemuArgv *argv, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** argv_add_json: "-device {...}" (-object, -netdev, -blockdev); for binaries that take no JSON there in the older
 * comma form. @json is taken over. The first member is the type. */
void argv_add_json(QemuArgv *argv, const char *option, Json *json);

/** argv_comma: @text with its commas doubled, as option values need it. The caller frees. */
char *argv_comma(const char *text);

Json *qdev_new(const char *driver);
void qdev_string(Json *json, const char *key, const char *value); /* NULL: left out */
void qdev_switch(Json *json, const char *key, Switch value);      /* absent: left out */
void qdev_on_off(Json *json, const char *key, Switch value);      /* as "on", "off" */
/** qdev_address: "bus" and "addr" of a PCI (drive-less) device, as its address says. */
int qdev_address(const QemuArgv *argv, Json *json, const DeviceInfo *info, Error *err);
void qdev_virtio(Json *json, const VirtioOptions *options);
void qdev_boot(const QemuArgv *argv, Json *json, const DeviceInfo *info, unsigned boot_index);
/** argv_controller_alias: of the controller @type, @index; NULL: there is none. Borrowed. */
const char *argv_controller_alias(const Domain *domain, ControllerType type, unsigned index);

int argv_machine(QemuArgv *argv, Error *err); /* -machine to -smp */
int argv_cpu(QemuArgv *argv, Error *err);
int argv_clock(QemuArgv *argv, Error *err); /* -rtc, -global of timers, -no-hpet */
int argv_boot(QemuArgv *argv, Error *err);  /* -boot, -kernel */
int argv_controllers(QemuArgv *argv, Error *err);
int argv_disks(QemuArgv *argv, Error *err);
int argv_interfaces(QemuArgv *argv, Error *err);
int argv_chardevs(QemuArgv *argv, Error *err); /* serial, parallel, channel, console */
int argv_inputs(QemuArgv *argv, Error *err);
int argv_audios(QemuArgv *argv, Error *err);
int argv_graphics(QemuArgv *argv, Error *err);
int argv_videos(QemuArgv *argv, Error *err);
int argv_sounds(QemuArgv *argv, Error *err);
int argv_watchdogs(QemuArgv *argv, Error *err);
int argv_memballoon(QemuArgv *argv, Error *err);
int argv_rngs(QemuArgv *argv, Error *err);
int argv_panics(QemuArgv *argv, Error *err);

/** disk_boot_index: of the device, from <boot order> or the list in <os>; 0: not bootable. */
unsigned disk_boot_index(const Domain *domain, const Disk *disk);
unsigned interface_boot_index(const Domain *domain, const Interface *nic);
