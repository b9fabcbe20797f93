/* The key tables. Row order is output order. */
#include "entries.h"

#include <string.h>

/* A row is a line. */
/* clang-format off */

const VmxKey vmx_machine_keys[] = {
        VMX_KEY_TEXT(".encoding",              VmxMachine, encoding),
        VMX_KEY_NUMBER("config.version",       VmxMachine, config_version),
        VMX_KEY_NUMBER("virtualHW.version",    VmxMachine, hardware),
        VMX_KEY_TEXT("guestOS",                VmxMachine, guest_os),
        VMX_KEY_BOOL("smbios.reflecthost",     VmxMachine, reflect_host),
        VMX_KEY_TEXT("uuid.bios",              VmxMachine, uuid),
        VMX_KEY_TEXT("uuid.action",            VmxMachine, uuid_action),
        VMX_KEY_ESCAPED("displayName",         VmxMachine, name),
        VMX_KEY_ESCAPED("annotation",          VmxMachine, annotation),
        VMX_KEY_NUMBER("vm.genid",             VmxMachine, genid_high),
        VMX_KEY_NUMBER("vm.genidX",            VmxMachine, genid_low),
        VMX_KEY_NUMBER("memsize",              VmxMachine, memory_mib),
        VMX_KEY_NUMBER("sched.mem.max",        VmxMachine, memory_max_mib),
        VMX_KEY_NUMBER("sched.mem.minsize",    VmxMachine, memory_min_mib),
        VMX_KEY_NUMBER("numvcpus",             VmxMachine, vcpus),
        VMX_KEY_NUMBER("cpuid.coresPerSocket", VmxMachine, cores_per_socket),
        VMX_KEY_TEXT("sched.cpu.affinity",     VmxMachine, affinity),
        VMX_KEY_TEXT("sched.cpu.shares",       VmxMachine, shares),
        { 0 },
};

const VmxKey vmx_board_keys[] = {
        VMX_KEY_NUMBER("svga.vramSize",          VmxBoard, svga_bytes),
        VMX_KEY_TEXT("firmware",                 VmxBoard, firmware),
        VMX_KEY_BOOL("uefi.secureBoot.enabled",  VmxBoard, secure_boot),
        { 0 },
};

const VmxKey vmx_vnc_keys[] = {
        VMX_KEY_BOOL("enabled",  VmxVnc, enabled),
        VMX_KEY_NUMBER("port",   VmxVnc, port),
        VMX_KEY_TEXT("ip",       VmxVnc, ip),
        VMX_KEY_TEXT("keymap",   VmxVnc, keymap),
        VMX_KEY_TEXT("password", VmxVnc, password),
        { 0 },
};

const VmxKey vmx_controller_keys[] = {
        VMX_KEY_BOOL("present",    VmxController, present),
        VMX_KEY_TEXT("virtualDev", VmxController, model),
        { 0 },
};

const VmxKey vmx_disk_keys[] = {
        VMX_KEY_BOOL("present",      VmxDisk, present),
        VMX_KEY_TEXT("deviceType",   VmxDisk, device),
        VMX_KEY_BOOL("autodetect",   VmxDisk, autodetect),
        VMX_KEY_TEXT("fileType",     VmxDisk, file_type),
        VMX_KEY_TEXT("fileName",     VmxDisk, file),
        VMX_KEY_BOOL("writeThrough", VmxDisk, write_through),
        VMX_KEY_TEXT("mode",         VmxDisk, mode),
        VMX_KEY_BOOL("clientDevice", VmxDisk, of_client),
        { 0 },
};

const VmxKey vmx_folders_keys[] = {
        VMX_KEY_BOOL("isolation.tools.hgfs.disable", VmxFolders, disabled),
        VMX_KEY_NUMBER("sharedFolder.maxNum",        VmxFolders, n),
        { 0 },
};

const VmxKey vmx_folder_keys[] = {
        VMX_KEY_BOOL("present",     VmxFolder, present),
        VMX_KEY_BOOL("enabled",     VmxFolder, enabled),
        VMX_KEY_BOOL("readAccess",  VmxFolder, read),
        VMX_KEY_BOOL("writeAccess", VmxFolder, write),
        VMX_KEY_TEXT("hostPath",    VmxFolder, host_path),
        VMX_KEY_TEXT("guestName",   VmxFolder, guest_name),
        { 0 },
};

const VmxKey vmx_ethernet_keys[] = {
        VMX_KEY_BOOL("present",                  VmxEthernet, present),
        VMX_KEY_TEXT("virtualDev",               VmxEthernet, model),
        VMX_KEY_NUMBER("features",               VmxEthernet, features),
        VMX_KEY_TEXT("networkName",              VmxEthernet, network),
        VMX_KEY_TEXT("connectionType",           VmxEthernet, connection),
        VMX_KEY_TEXT("vnet",                     VmxEthernet, vnet),
        VMX_KEY_TEXT("dvs.switchId",             VmxEthernet, dvs_switch),
        VMX_KEY_NUMBER("dvs.portId",             VmxEthernet, dvs_port),
        VMX_KEY_TEXT("dvs.portgroupId",          VmxEthernet, dvs_portgroup),
        VMX_KEY_NUMBER("dvs.connectionId",       VmxEthernet, dvs_connection),
        VMX_KEY_TEXT("addressType",              VmxEthernet, address_type),
        VMX_KEY_TEXT("address",                  VmxEthernet, address),
        VMX_KEY_TEXT("generatedAddress",         VmxEthernet, generated),
        VMX_KEY_NUMBER("generatedAddressOffset", VmxEthernet, generated_offset),
        VMX_KEY_BOOL("checkMACAddress",          VmxEthernet, check),
        { 0 },
};

const VmxKey vmx_port_keys[] = {
        VMX_KEY_BOOL("present",          VmxPort, present),
        VMX_KEY_TEXT("fileType",         VmxPort, file_type),
        VMX_KEY_TEXT("pipe.endPoint",    VmxPort, pipe_end),
        VMX_KEY_BOOL("tryNoRxLoss",      VmxPort, try_no_rx_loss),
        VMX_KEY_TEXT("vspc",             VmxPort, concentrator),
        VMX_KEY_TEXT("fileName",         VmxPort, file),
        VMX_KEY_TEXT("network.endPoint", VmxPort, network_end),
        VMX_KEY_BOOL("yieldOnMsrRead",   VmxPort, yield),
        { 0 },
};

/* clang-format on */

const VmxShares vmx_shares[] = { { "low", 500 }, { "normal", 1000 }, { "high", 2000 }, { 0 } };

/* The special ones before those that fit any. */
const VmxEthernetModel vmx_ethernet_models[] = {
        { "vlance", "vlance", 0 },
        { "vmxnet2", "vmxnet", 15 },
        { "vmxnet", "vmxnet", 0 },
        { "vmxnet3", "vmxnet3", 0 },
        { "e1000", "e1000", 0 },
        { "e1000e", "e1000e", 0 },
        { 0 },
};

static const struct {
        const char *name;
        ControllerModel model;
} scsi_models[] = {
        { "buslogic", CONTROLLER_MODEL_BUSLOGIC },
        { "lsilogic", CONTROLLER_MODEL_LSILOGIC },
        { "lsisas1068", CONTROLLER_MODEL_LSISAS1068 },
        { "pvscsi", CONTROLLER_MODEL_VMPVSCSI },
};

ControllerModel vmx_scsi_model(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(scsi_models); i++)
                if (g_ascii_strcasecmp(scsi_models[i].name, name) == 0)
                        return scsi_models[i].model;
        return CONTROLLER_MODEL_MAX_;
}

const char *vmx_scsi_name(ControllerModel model)
{
        for (size_t i = 0; i < G_N_ELEMENTS(scsi_models); i++)
                if (scsi_models[i].model == model)
                        return scsi_models[i].name;
        return NULL;
}

/* The first of a protocol is the one that is written. */
static const struct {
        const char *scheme;
        ChardevProtocol protocol;
} protocols[] = {
        { "tcp", CHARDEV_PROTOCOL_RAW },         { "tcp4", CHARDEV_PROTOCOL_RAW },
        { "tcp6", CHARDEV_PROTOCOL_RAW },        { "telnet", CHARDEV_PROTOCOL_TELNET },
        { "telnets", CHARDEV_PROTOCOL_TELNETS }, { "ssl", CHARDEV_PROTOCOL_TLS },
        { "tcp+ssl", CHARDEV_PROTOCOL_TLS },     { "tcp4+ssl", CHARDEV_PROTOCOL_TLS },
        { "tcp6+ssl", CHARDEV_PROTOCOL_TLS },
};

ChardevProtocol vmx_port_protocol(const char *scheme)
{
        for (size_t i = 0; i < G_N_ELEMENTS(protocols); i++)
                if (g_ascii_strcasecmp(protocols[i].scheme, scheme) == 0)
                        return protocols[i].protocol;
        return CHARDEV_PROTOCOL_MAX_;
}

const char *vmx_port_scheme(ChardevProtocol protocol)
{
        for (size_t i = 0; i < G_N_ELEMENTS(protocols); i++)
                if (protocols[i].protocol == protocol)
                        return protocols[i].scheme;
        return NULL;
}
