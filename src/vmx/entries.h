/* What VMX files say about the machine and each class of devices: the structs of the key tables in entries.c. */
#pragma once

#include "conf/domain.h"
#include "keys.h"

typedef struct VmxMachine {
        const char *encoding;
        VmxNumber config_version;
        VmxNumber hardware;
        const char *guest_os;
        YesNo reflect_host;
        const char *uuid;
        const char *uuid_action;
        const char *name;
        const char *annotation;
        VmxNumber memory_mib;
        VmxNumber memory_max_mib; /* what the guest gets of it */
        VmxNumber memory_min_mib; /* what is kept for it */
        VmxNumber vcpus;
        VmxNumber cores_per_socket;
        const char *affinity;
        const char *shares;
        VmxNumber genid_high;
        VmxNumber genid_low;
} VmxMachine;
extern const VmxKey vmx_machine_keys[];

/* What stands behind the devices. */
typedef struct VmxBoard {
        VmxNumber svga_bytes;
        const char *firmware;
        YesNo secure_boot;
} VmxBoard;
extern const VmxKey vmx_board_keys[];

typedef struct VmxVnc {
        YesNo enabled;
        VmxNumber port;
        const char *ip;
        const char *keymap;
        const char *password;
} VmxVnc;
extern const VmxKey vmx_vnc_keys[];

typedef struct VmxController {
        YesNo present;
        const char *model;
} VmxController;
extern const VmxKey vmx_controller_keys[];

typedef struct VmxDisk {
        YesNo present;
        const char *device;
        YesNo autodetect;
        const char *file_type; /* floppies */
        const char *file;
        YesNo write_through;
        const char *mode;
        YesNo of_client; /* in the drive of whoever looks at the console */
} VmxDisk;
extern const VmxKey vmx_disk_keys[];

typedef struct VmxFolders {
        YesNo disabled;
        VmxNumber n;
} VmxFolders;
extern const VmxKey vmx_folders_keys[];

typedef struct VmxFolder {
        YesNo present;
        YesNo enabled;
        YesNo read;
        YesNo write;
        const char *host_path;
        const char *guest_name;
} VmxFolder;
extern const VmxKey vmx_folder_keys[];

typedef struct VmxEthernet {
        YesNo present;
        const char *model;
        VmxNumber features;
        const char *network;
        const char *connection;
        const char *vnet;
        const char *dvs_switch;
        VmxNumber dvs_port;
        const char *dvs_portgroup;
        VmxNumber dvs_connection;
        const char *address_type;
        const char *address;
        const char *generated;
        VmxNumber generated_offset;
        YesNo check;
} VmxEthernet;
extern const VmxKey vmx_ethernet_keys[];

typedef struct VmxPort {
        YesNo present;
        const char *file_type;
        const char *pipe_end;
        YesNo try_no_rx_loss;
        const char *concentrator; /* a virtual serial port concentrator: then the file means a service of it */
        const char *file;
        const char *network_end;
        YesNo yield;
} VmxPort;
extern const VmxKey vmx_port_keys[];

/* VMware's words and the document's. */
typedef struct VmxShares {
        const char *name; /* NULL behind the last */
        unsigned per_vcpu;
} VmxShares;
extern const VmxShares vmx_shares[];

typedef struct VmxEthernetModel {
        const char *model;  /* NULL behind the last */
        const char *device; /* VMware's name */
        int features;       /* which of those with the same name; 0: any */
} VmxEthernetModel;
extern const VmxEthernetModel vmx_ethernet_models[];

ControllerModel vmx_scsi_model(const char *name);      /* CONTROLLER_MODEL_MAX_: no such */
const char *vmx_scsi_name(ControllerModel model);      /* NULL: VMware has none */
ChardevProtocol vmx_port_protocol(const char *scheme); /* CHARDEV_PROTOCOL_MAX_: no such */
const char *vmx_port_scheme(ChardevProtocol protocol);

enum {
        VMX_SCSI_MAX = 4,
        VMX_SCSI_UNITS = 16,
        VMX_SCSI_UNITS_PARAVIRTUAL = 65,
        VMX_SCSI_OWN_UNIT = 7, /* the controller's own */
        VMX_SCSI_NAMES = 15,   /* names "sd?" for each controller */
        VMX_SATA_MAX = 4,
        VMX_SATA_UNITS = 30,
        VMX_IDE_BUSES = 2,
        VMX_IDE_UNITS = 2,
        VMX_FLOPPIES = 2,
        VMX_SERIALS = 4,
        VMX_PARALLELS = 3,
        VMX_ETHERNETS_OLD = 4, /* before virtual hardware 7 */
        VMX_ETHERNETS = 10,
        VMX_VRAM_KIB = 4096,
        VMX_VNC_PORT_MIN = 5900,
        VMX_VNC_PORT_MAX = 5964,
};
