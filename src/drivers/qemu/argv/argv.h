/* What QEMU is given for a settled live definition (aliases, addresses, node numbers in place).
 *
 * A list of items, each an option with its value: the command line prints them as words, hotplug sends the same items
 * over the monitor (-object becomes object-add, and so on). So every device has one function, which adds the items of
 * that one device; nobody builds a device twice.
 *
 * Pure but for what the host must open or tell: that comes through QemuHost, so that command lines can be built
 * without touching anything. */
#pragma once

#include "conf/sysinfo.h"
#include "config/qemu_conf.h"
#include "cpu/cpu.h"
#include "rules/settle.h"

/* What a descriptor is for. */
typedef enum {
        QEMU_FD_LISTEN,      /* a unix socket that listens at the path */
        QEMU_FD_FILE,        /* the file of a character device, opened to be written (see QemuFdAsk.append) */
        QEMU_FD_LOG,         /* a character device's log */
        QEMU_FD_TPM,         /* /dev/tpm0 */
        QEMU_FD_TPM_CANCEL,  /* its cancel file in sysfs */
        QEMU_FD_VHOST_NET,   /* /dev/vhost-net */
        QEMU_FD_VHOST_VDPA,  /* the device at the path */
        QEMU_FD_VHOST_SCSI,  /* /dev/vhost-scsi */
        QEMU_FD_VHOST_VSOCK, /* /dev/vhost-vsock, with the guest's cid set */
        QEMU_FD_VHOST_USER,  /* a socket connected to the helper of the device with this alias */
        QEMU_FD_PASST,       /* a socket connected to the passt of the interface with this alias */
        QEMU_FD_SLIRP,       /* the same of slirp-helper */
} QemuFdKind;

/* What a port is for. */
typedef enum {
        QEMU_PORT_VNC,
        QEMU_PORT_VNC_WEBSOCKET,
        QEMU_PORT_SPICE,
        QEMU_PORT_SPICE_TLS,
        QEMU_PORT_RDP,
} QemuPort;

/* Where huge pages of a size can be had. */
typedef struct QemuHugePages {
        const char *path; /* of the mount */
        uint64_t kib;
        bool usual; /* the size for those who name none */
} QemuHugePages;

typedef struct QemuFdAsk {
        QemuFdKind kind;
        const char *path;  /* or the alias of the device */
        const char *alias; /* of the device that it is for; may be NULL */
        Switch append;     /* QEMU_FD_FILE: ON: at the end; else the file is emptied */
        bool optional;     /* where it cannot be had the answer is QEMU_NO_FD */
} QemuFdAsk;

enum { QEMU_NO_FD = -2 };

/* What building may ask of the host. Descriptors stay the host's; QEMU inherits them, or gets them over the monitor. */
typedef struct QemuHost QemuHost;
struct QemuHost {
        const QemuConf *conf;
        const char *lib_dir;     /* this run's private folder: .../domain-ID-NAME */
        const char *run_dir;     /* of the instance: /run/libvirt/qemu */
        const char *channel_dir; /* of this run: sockets of channels without a path */
        const char *root;        /* stands for "/" when descriptors of firmware and helpers are read; NULL: "/" */
        bool system;
        const char *tpm_socket; /* where the emulated TPM listens; NULL: there is none */
        bool shown; /* the command line is only shown: sockets and files stand at their paths, no taps are opened */
        const char *master_key;          /* file of the key that encrypts secrets; NULL: no secrets */
        const Bitmap *auto_nodes;        /* where automatic placement puts the guest; NULL: nobody said */
        const Bitmap *nodes;             /* NUMA nodes of the host; NULL: not known */
        const QemuHugePages *huge_pages; /* what is mounted */
        size_t n_huge_pages;
        const char *migrate_from; /* "tcp:...", "fd:7", "stdio", "defer": the guest comes from there; NULL: it boots */
        int migrate_fd;           /* -1, or the descriptor of "stdio" */
        const CpuDefinition *cpu; /* the host's own processor; NULL: not known */
        const CpuDefinition *guest_cpu; /* what a guest can have of it; NULL: as the binary says */
        int64_t now;                    /* seconds since 1970; 0: the clock says */
        const HostSysinfo *sysinfo;     /* what this machine's firmware says; NULL: nothing */
        bool fips;                      /* this kernel's FIPS mode is on */
        const char *const *nbdkit;      /* plugins and filters of nbdkit here, NULL last; NULL: no nbdkit */

        /** look_at_image: complete @disk->backing with what the images themselves say. NULL: nobody looks. */
        int (*look_at_image)(QemuHost *host, Disk *disk, Error *err);
        /** find_volume: @source, of type volume, becomes what that volume is: a file, a device, something on the network.
         * VIR_ERR_NO_STORAGE_POOL, VIR_ERR_NO_STORAGE_VOL; NULL: nobody knows pools. */
        int (*find_volume)(QemuHost *host, Source *source, Error *err);
        /** take_port: @wanted (0, -1: any), which is ours from now on; the port, or -1. */
        int (*take_port)(QemuHost *host, QemuPort kind, int wanted, Error *err);

        /** join_network: complete @nic->actual with what its network says. NULL: nobody knows. */
        int (*join_network)(QemuHost *host, Interface *nic, Error *err);
        /** find_usb: complete bus and device of @usb, which may be known by vendor and product alone. NULL: nobody
         * looks. */
        int (*find_usb)(QemuHost *host, UsbHostdev *usb, Error *err);
        /** take_cid: the guest's number on virtual sockets is *@cid, or any (@automatic) and put there. */
        int (*take_cid)(QemuHost *host, bool automatic, unsigned *cid, Error *err);

        /** open_fd: a descriptor; QEMU_NO_FD (@ask->optional); or -1. */
        int (*open_fd)(QemuHost *host, const QemuFdAsk *ask, Error *err);
        /** open_taps: @n descriptors of a tap or macvtap device for @nic, one a queue. 0, or -1. */
        int (*open_taps)(QemuHost *host, const Interface *nic, int *ret_fds, size_t n, Error *err);
        /** limit_tap: the limits of bandwidth of @nic, a running guest's, are put in force. NULL: there are none here. */
        int (*limit_tap)(QemuHost *host, const Interface *nic, Error *err);
        /** move_tap: the host's end of @nic, a running guest's, is the port of its bridge that it says, and tells of
         * frames as it says. NULL: there are none here. */
        int (*move_tap)(QemuHost *host, const Interface *nic, Error *err);
        /** secret: its value, by UUID or by usage (the other is NULL). The caller frees. */
        int (*secret)(QemuHost *host, const char *uuid, int usage_type, const char *usage, uint8_t **ret,
                      size_t *ret_length, Error *err);
        /** encrypt: @data with the master key and @iv, base64; the caller frees. */
        char *(*encrypt)(QemuHost *host, const uint8_t *data, size_t length, const uint8_t iv[16], Error *err);
        /** scsi_generic: "sg0", the name of the generic device of a SCSI device of this machine. The caller frees. */
        char *(*scsi_generic)(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit,
                              Error *err);
        /** render_node: the DRI device for 3D when the document names none; the caller frees; NULL: none. */
        char *(*render_node)(QemuHost *host);
        /** network_address: at which this host is reached by guests of the network @name; the caller frees. NULL:
         * networks are not known here. */
        char *(*network_address)(QemuHost *host, const char *name, Error *err);
        /** is_cdrom: whether @path is a CD drive of this machine. */
        bool (*is_cdrom)(QemuHost *host, const char *path);
        /** group_fds: descriptors that a client gave under @name; NULL: no such group. Borrowed. */
        const int *(*group_fds)(QemuHost *host, const char *name, size_t *ret_n);
};

/* One option and its value. */
typedef struct QemuItem {
        char *option; /* "-device"; a lone word when there is neither text nor json */
        char *text;   /* as the command line has it; NULL: json */
        Json *json;   /* what the monitor gets; with a text too: the two say the same */
        char *alias;  /* of the device that it is for, to explain QEMU's complaints; NULL: the machine's */
        int fd;       /* "-add-fd" and "getfd": the descriptor to send with it; -1: none */
} QemuItem;

/** qemu_prepare: @live, a settled definition, becomes that of a run: ids of devices and threads, node numbers, sockets,
 * ports, what networks and volumes tell. */
int qemu_prepare(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err);

typedef struct QemuArgv {
        const QemuCaps *caps;
        const Domain *domain;
        QemuHost *host;
        const QemuMachine *machine; /* NULL: the binary does not know it (only in tests) */
        const char *alias;          /* of the device that is being added */
        GPtrArray *items;           /* of QemuItem */
        unsigned fd_sets;           /* the next number; a running guest's may be in use */
        bool prealloc;              /* -mem-prealloc was said */
        bool live;                  /* the items go to the monitor of a running QEMU */
        GPtrArray *folders;         /* of the guest's memory, each once: to be made before QEMU runs */
        GPtrArray *environment;     /* names and values in turn, beside the usual ones */
} QemuArgv;

/** qemu_argv_new: nothing in it yet. All three must outlive it. The caller frees. */
QemuArgv *qemu_argv_new(const Domain *domain, const QemuCaps *caps, QemuHost *host);
QemuArgv *qemu_argv_free(QemuArgv *argv); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuArgv, qemu_argv_free)

/** qemu_argv_build: the whole machine. VIR_ERR_CONFIG_UNSUPPORTED for what the binary or we cannot do. */
int qemu_argv_build(QemuArgv *argv, Error *err);
/** qemu_argv_words: the arguments, program first, NULL last. */
GPtrArray *qemu_argv_words(const QemuArgv *argv);
/** qemu_argv_process: what was built, with its environment, to be run; the descriptors are not in it yet. */
struct Process *qemu_argv_process(const QemuArgv *argv);

/** qemu_explain: which device of @live QEMU's last @words are about, and where it stands; NULL: they do not say. The
 * caller frees. */
char *qemu_explain(const Domain *live, const char *words);

/* Parts of qemu_prepare(). */
void prepare_memory(Domain *live);
void prepare_shmems(Domain *live);
/** prepare_secrecy: what only the platform knows of the encryption of memory. */
int prepare_secrecy(Domain *live, const QemuCaps *caps, Error *err);
/** prepare_nodes: VIR_ERR_CONFIG_UNSUPPORTED: memory is to be where the host has no node. */
int prepare_nodes(const Domain *live, const QemuHost *host, Error *err);
int prepare_cpu(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err);
int prepare_blocks(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err);
int prepare_networks(Domain *live, QemuHost *host, Error *err);
int prepare_hostdevs(Domain *live, QemuHost *host, Error *err);
int prepare_vsock(Domain *live, QemuHost *host, Error *err);
/** prepare_scsi_nodes: the names of what SCSI devices of the host use, with numbers from @next on (behind those of
 * disks); prepare_scsi_node: of one. */
void prepare_scsi_nodes(Domain *live, unsigned next);
void prepare_scsi_node(ScsiHostdev *scsi, unsigned number);
/** prepare_disk: one of them; @index: the number of its first node, then the next one. */
int prepare_disk(Disk *disk, QemuHost *host, unsigned *index, Error *err);
void prepare_chardevs(Domain *live, const QemuConf *qemu_conf);
int prepare_channels(Domain *live, QemuHost *host, Error *err);
int prepare_graphics(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err);

/* Between the parts of the builder. */
/** argv_env: a variable of QEMU's environment. */
void argv_env(QemuArgv *argv, const char *name, const char *value);
/** argv_short_name: "ID-NAME", which names the files of a run. Borrowed. */
const char *argv_short_name(const QemuHost *host);
void argv_add(QemuArgv *argv, const char *word);
void argv_add_pair(QemuArgv *argv, const char *option, const char *value);
void argv_add_format(QemuArgv *argv, const char *option, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** argv_add_both: a value that the command line has as @text and the monitor as @json (taken over): -chardev. */
void argv_add_both(QemuArgv *argv, const char *option, const char *text, Json *json);

/** argv_add_json: "-device {...}" (-object, -netdev, -blockdev); for binaries that take no JSON there in the older
 * comma form. @json is taken over. The first member is the type. */
void argv_add_json(const QemuArgv *argv, const char *option, Json *json);

/** argv_secret: a secret object @id that holds @data, encrypted on its way. VIR_ERR_CONFIG_UNSUPPORTED: this run has no
 * key. */
int argv_secret(QemuArgv *argv, const char *id, const uint8_t *data, size_t length, Error *err);
/** argv_secret_of: the same of a secret of the host's, by @uuid or (NULL) by @kind and @usage. */
int argv_secret_of(QemuArgv *argv, const char *id, const char *uuid, SecretKind kind, const char *usage, Error *err);
/** argv_tls: certificates as object @id, before it the secret @secret of a locked key. */
int argv_tls(QemuArgv *argv, const char *id, const char *secret, const QemuTls *tls, bool server, Error *err);

/** argv_fd_set: QEMU gets @fd in a set of its own, @opaque says what it is ("serial0-source"): the path that stands for
 * it. The caller frees. */
char *argv_fd_set(QemuArgv *argv, int fd, const char *opaque);
/** argv_fd_set_new, argv_fd_set_add: the same of several descriptors for one file: /dev/fdset/NUMBER. */
unsigned argv_fd_set_new(QemuArgv *argv);
void argv_fd_set_add(QemuArgv *argv, unsigned set, int fd, const char *opaque);
/** argv_fd_name: what "fd" of a backend is: the number that QEMU inherits; of a running QEMU (argv->live) the name under
 * which it gets @fd first, by an item "getfd". The caller frees. */
char *argv_fd_name(QemuArgv *argv, int fd);

/** argv_comma: @text with its commas doubled, as option values need it. The caller frees. */
char *argv_comma(const char *text);

Json *qdev_new(const char *driver);
void qdev_string(Json *json, const char *key, const char *value); /* NULL: left out */
void qdev_switch(Json *json, const char *key, Switch value);      /* absent: left out */
void qdev_on_off(Json *json, const char *key, Switch value);      /* as "on", "off" */

/** qdev_new_virtio: the device "@base-pci" ("virtio-net"): -ccw or -device (MMIO) by its address, and on PCI by its
 * generation. */
typedef enum { VIRTIO_PLAIN, VIRTIO_TRANSITIONAL, VIRTIO_NON_TRANSITIONAL } VirtioKind;
Json *qdev_new_virtio(const char *base, const DeviceInfo *info, VirtioKind kind);
/** qdev_rom: the option ROM of a PCI device. */
void qdev_rom(Json *json, const DeviceInfo *info);

/** qdev_address: where the device sits, by every kind of address but those of drives, which their device spells. Adds
 * the zpci device that PCI on s390 needs in front of it: so the device itself is to be added next. */
int qdev_address(const QemuArgv *argv, Json *json, const DeviceInfo *info, Error *err);
void qdev_virtio(Json *json, const VirtioOptions *options);
void qdev_boot(const QemuArgv *argv, Json *json, const DeviceInfo *info, unsigned boot_index);
/** argv_controller_alias: of the controller @type, @index; NULL: there is none. Borrowed. */
const char *argv_controller_alias(const Domain *domain, ControllerType type, unsigned index);

/* What the host gives the guest when it starts, without devices that are plugged. */
uint64_t domain_boot_memory_kib(const Domain *domain);

/** argv_override: @json (taken over), a device, as the document's author wants it. */
Json *argv_override(const QemuArgv *argv, Json *json);

int argv_machine(QemuArgv *argv, Error *err); /* -machine to -smp */
int argv_flash(QemuArgv *argv, Error *err);   /* nodes of firmware in flash memory */
void argv_flash_properties(const QemuArgv *argv, GString *value);
void argv_loader(QemuArgv *argv); /* -bios, or what flash memory needs */
int argv_memory(QemuArgv *argv, Error *err);
bool argv_has_main_memory(const QemuArgv *argv); /* one backend for the whole machine, by name */
/** argv_memory_backend: the object "memALIAS" that @device is a window to. */
int argv_memory_backend(QemuArgv *argv, const MemoryDevice *device, Error *err);
/** argv_huge_page_folder: where guests' pages are that are called @name: argv_short_name(). The caller frees. */
char *argv_huge_page_folder(const QemuHugePages *pages, const char *name);
bool argv_memory_is_huge(const QemuArgv *argv, const MemoryDevice *device);
int argv_cells_need_backends(const QemuArgv *argv, bool *ret, Error *err);
int argv_cell_backend(QemuArgv *argv, size_t cell, const char *id, Error *err);
int argv_memory_devices(QemuArgv *argv, Error *err);
int argv_numa(QemuArgv *argv, Error *err);
bool argv_has_hmat(const Domain *domain);
void argv_iothread(QemuArgv *argv, const Iothread *thread);
int argv_iothreads(QemuArgv *argv, Error *err);
int argv_sysinfo(QemuArgv *argv, Error *err); /* -smbios, -fw_cfg, vmgenid */
int argv_launch_security(QemuArgv *argv, Error *err);
int argv_core_info(QemuArgv *argv, Error *err);
int argv_nvram(QemuArgv *argv, Error *err);
int argv_cryptos(QemuArgv *argv, Error *err);
int argv_teardown(QemuArgv *argv, Error *err);
int argv_cpu(QemuArgv *argv, Error *err);
int argv_clock(QemuArgv *argv, Error *err); /* -rtc, -global of timers, -no-hpet */
int argv_boot(QemuArgv *argv, Error *err);  /* -boot, -kernel */
int argv_controllers(QemuArgv *argv, Error *err);

/** argv_disk_images: without the device: a medium that is changed. */
int argv_disk_images(QemuArgv *argv, const Disk *disk, Error *err);
/** argv_disk_overlay: the overlay of a transient disk is made and comes above the disk's image, which QEMU has. */
int argv_disk_overlay(QemuArgv *argv, const Disk *disk, Error *err);
/** argv_disk_device: the device alone. */
int argv_disk_device(QemuArgv *argv, const Disk *disk, Error *err);
/** argv_disk_vhost_user: the connection to who serves the disk. */
int argv_disk_vhost_user(QemuArgv *argv, const Disk *disk, Error *err);
/** argv_disk_card: a memory card, which is all of it. */
int argv_disk_card(QemuArgv *argv, const Disk *disk, Error *err);
/** argv_disk_reserves: whether @disk asks for our helper for persistent reservations. */
bool argv_disk_reserves(const Disk *disk);
/** argv_reservations: the helper for persistent reservations, when a disk asks for ours. */
void argv_reservations(QemuArgv *argv);
/** argv_disk_fd_sets: how many sets of descriptors the disks of @domain take. */
unsigned argv_disk_fd_sets(const Domain *domain);
/** argv_uses_nbdkit: whether an nbdkit is to serve @source. */
bool argv_uses_nbdkit(const QemuHost *host, const Source *source);

/** argv_floppy_controllers: they stand with the disks. */
void argv_floppy_controllers(QemuArgv *argv);
int argv_iommu(QemuArgv *argv, Error *err);
int argv_hubs(QemuArgv *argv, Error *err);
int argv_disks(QemuArgv *argv, Error *err);
int argv_filesystems(QemuArgv *argv, Error *err);
int argv_interfaces(QemuArgv *argv, Error *err); /* but those that are host devices */
int argv_smartcards(QemuArgv *argv, Error *err);
int argv_chardevs(QemuArgv *argv, Error *err); /* serial, parallel, channel, console */
int argv_tpms(QemuArgv *argv, Error *err);
int argv_inputs(QemuArgv *argv, Error *err);
int argv_audios(QemuArgv *argv, Error *err);
int argv_graphics(QemuArgv *argv, Error *err);
int argv_videos(QemuArgv *argv, Error *err);
int argv_sounds(QemuArgv *argv, Error *err);
int argv_redirdevs(QemuArgv *argv, Error *err);
int argv_watchdogs(QemuArgv *argv, Error *err);
int argv_hostdevs(QemuArgv *argv, Error *err); /* the interfaces that are host devices, and <hostdev> */
int argv_memballoon(QemuArgv *argv, Error *err);
int argv_rngs(QemuArgv *argv, Error *err);
int argv_panics(QemuArgv *argv, Error *err);
int argv_shmems(QemuArgv *argv, Error *err);
int argv_vsock(QemuArgv *argv, Error *err);

/** argv_passt_socket: where the passt of @nic listens. argv_virtiofs_socket: the same of the virtiofsd of @fs. The
 * caller frees. */
char *argv_passt_socket(const QemuHost *host, const Interface *nic);
char *argv_virtiofs_socket(const QemuHost *host, const Filesystem *fs);
/** argv_dbus_address: of the bus that a D-Bus display gets when the document names none. */
char *argv_dbus_address(const QemuHost *host);

/** disk_boot_index: of the device, from <boot order> or the list in <os>; 0: not bootable. */
unsigned disk_boot_index(const Domain *domain, const Disk *disk);
unsigned interface_boot_index(const Domain *domain, const Interface *nic);

/* One device, with what it needs behind it: for the list above, and for a running guest. */

/** argv_audio_id: of the audio backend with number @audio (0: the first); NULL: there is none. The caller frees. */
char *argv_audio_id(const Domain *domain, unsigned audio);
