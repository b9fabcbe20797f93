/* The commands on guests: devices and their images: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption attach_device_options[] = {
        OPT_DOMAIN(0),  { "file", OPTION_DATA, OPTION_REQUIRED, "XML file with the device" },
        OPT_PERSISTENT, OPT_CONFIG,
        OPT_LIVE,       OPT_CURRENT,
        { NULL },
};

static const ShellOption attach_disk_options[] = {
        OPT_DOMAIN(0),
        { "source", OPTION_DATA, OPTION_REQUIRED | OPTION_EMPTY_OK, "file, device or name of the source" },
        { "target", OPTION_DATA, OPTION_REQUIRED, "name in the guest (vda, sda, ...)" },
        { "targetbus", OPTION_STRING, 0, "bus in the guest" },
        { "driver", OPTION_STRING, 0, "a driver" },
        { "subdriver", OPTION_STRING, 0, "format of the image" },
        { "iothread", OPTION_STRING, 0, "number of an I/O thread" },
        { "cache", OPTION_STRING, 0, "cache mode of the disk" },
        { "io", OPTION_STRING, 0, "io mode of the disk" },
        { "type", OPTION_STRING, 0, "disk, cdrom, floppy or lun" },
        { "shareable", OPTION_ALIAS, 0, "mode=shareable" },
        { "mode", OPTION_STRING, 0, "readonly or shareable" },
        { "sourcetype", OPTION_STRING, 0, "file, block or network" },
        { "serial", OPTION_STRING, 0, "serial number of the disk" },
        { "wwn", OPTION_STRING, 0, "world wide name" },
        { "alias", OPTION_STRING, 0, "an alias" },
        { "rawio", OPTION_BOOL, 0, "with the raw I/O capability" },
        { "address", OPTION_STRING, 0, "address in the guest" },
        { "multifunction", OPTION_BOOL, 0, "with more functions at the same address" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { "source-protocol", OPTION_STRING, 0, "protocol of a network source" },
        { "source-host-name", OPTION_STRING, 0, "name of the source's host" },
        { "source-host-transport", OPTION_STRING, 0, "transport to the source's host" },
        { "source-host-socket", OPTION_STRING, 0, "socket of the source" },
        OPT_PERSISTENT,
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption attach_interface_options[] = {
        OPT_DOMAIN(0),
        { "type", OPTION_DATA, OPTION_REQUIRED, "network, bridge, direct, hostdev, ..." },
        { "source", OPTION_DATA, OPTION_REQUIRED, "network, bridge or device" },
        { "target", OPTION_STRING, 0, "name on the host" },
        { "mac", OPTION_STRING, 0, "a MAC address" },
        { "script", OPTION_STRING, 0, "script that sets the interface up" },
        { "model", OPTION_STRING, 0, "a model" },
        { "alias", OPTION_STRING, 0, "an alias" },
        { "inbound", OPTION_STRING, 0, "limits for received traffic: average,peak,burst,floor" },
        { "outbound", OPTION_STRING, 0, "limits for sent traffic: average,peak,burst" },
        OPT_PERSISTENT,
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { "managed", OPTION_BOOL, 0, "let the host driver be changed for it" },
        { "source-mode", OPTION_STRING, 0, "mode of the source" },
        { NULL },
};

static const ShellOption blockcommit_options[] = {
        OPT_DOMAIN(0),
        { "path", OPTION_DATA, OPTION_REQUIRED, "a disk: target or source", complete_disks },
        { "bandwidth", OPTION_INT, 0, "limit in MiB per second" },
        { "base", OPTION_STRING, 0, "image the work stops at" },
        { "shallow", OPTION_BOOL, 0, "only the topmost image of the chain" },
        { "top", OPTION_STRING, 0, "image the work begins at" },
        { "active", OPTION_BOOL, 0, "active ones" },
        { "delete", OPTION_BOOL, 0, "remove what is not needed any more" },
        { "wait", OPTION_BOOL, 0, "wait until it is done" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "pivot", OPTION_BOOL, 0, "switch over when it is done" },
        { "keep-overlay", OPTION_BOOL, 0, "keep the overlay when it is done" },
        { "async", OPTION_BOOL, 0, "do not wait for a cancelled job to end" },
        { "keep-relative", OPTION_BOOL, 0, "keep relative names of backing images" },
        { "bytes", OPTION_BOOL, 0, "bandwidth is in bytes per second" },
        { NULL },
};

static const ShellOption blockcopy_options[] = {
        OPT_DOMAIN(0),
        { "path", OPTION_DATA, OPTION_REQUIRED, "a disk: target or source", complete_disks },
        { "dest", OPTION_STRING, 0, "where it goes" },
        { "bandwidth", OPTION_INT, 0, "limit in MiB per second" },
        { "shallow", OPTION_BOOL, 0, "only the topmost image of the chain" },
        { "reuse-external", OPTION_BOOL, 0, "use files that exist" },
        { "raw", OPTION_ALIAS, 0, "format=raw" },
        { "blockdev", OPTION_BOOL, 0, "the destination is a block device" },
        { "wait", OPTION_BOOL, 0, "wait until it is done" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "pivot", OPTION_BOOL, 0, "switch over when it is done" },
        { "finish", OPTION_BOOL, 0, "end the copy when it is done" },
        { "async", OPTION_BOOL, 0, "do not wait for a cancelled job to end" },
        { "xml", OPTION_STRING, 0, "XML to use instead, from a file" },
        { "format", OPTION_STRING, 0, "a format" },
        { "granularity", OPTION_INT, 0, "size of a dirty block, a power of two" },
        { "buf-size", OPTION_INT, 0, "data on the way, in bytes" },
        { "bytes", OPTION_BOOL, 0, "bandwidth is in bytes per second" },
        { "transient-job", OPTION_BOOL, 0, "forget the job if the host fails" },
        { "synchronous-writes", OPTION_BOOL, 0, "write to both at once" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { NULL },
};

static const ShellOption blockjob_options[] = {
        OPT_DOMAIN(0),
        { "path", OPTION_DATA, OPTION_REQUIRED, "a disk: target or source", complete_disks },
        { "abort", OPTION_BOOL, 0, "end the job" },
        { "async", OPTION_BOOL, 0, "do not wait for a cancelled job to end" },
        { "pivot", OPTION_BOOL, 0, "switch over when it is done" },
        { "info", OPTION_BOOL, 0, "state of the job" },
        { "bytes", OPTION_BOOL, 0, "bandwidth is in bytes per second" },
        { "raw", OPTION_BOOL, 0, "values as they are" },
        { "bandwidth", OPTION_INT, 0, "limit in MiB per second" },
        { NULL },
};

static const ShellOption blockpull_options[] = {
        OPT_DOMAIN(0),
        { "path", OPTION_DATA, OPTION_REQUIRED, "a disk: target or source", complete_disks },
        { "bandwidth", OPTION_INT, 0, "limit in MiB per second" },
        { "base", OPTION_STRING, 0, "image the work stops at" },
        { "wait", OPTION_BOOL, 0, "wait until it is done" },
        { "verbose", OPTION_BOOL, 0, "show progress" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "async", OPTION_BOOL, 0, "do not wait for a cancelled job to end" },
        { "keep-relative", OPTION_BOOL, 0, "keep relative names of backing images" },
        { "bytes", OPTION_BOOL, 0, "bandwidth is in bytes per second" },
        { NULL },
};

static const ShellOption blockresize_options[] = {
        OPT_DOMAIN(0),
        { "path", OPTION_DATA, OPTION_REQUIRED, "a disk: target or source", complete_disks },
        { "size", OPTION_INT, OPTION_REQUIRED, "a size; units like KiB, MiB, GiB are understood" },
        { NULL },
};

static const ShellOption change_media_options[] = {
        OPT_DOMAIN(0),
        { "path", OPTION_DATA, OPTION_REQUIRED, "a disk: target or source", complete_disks },
        { "source", OPTION_STRING, 0, "where it comes from" },
        { "eject", OPTION_BOOL, 0, "eject the medium" },
        { "insert", OPTION_BOOL, 0, "insert the medium" },
        { "update", OPTION_BOOL, 0, "change the medium" },
        OPT_CURRENT,
        OPT_LIVE,
        OPT_CONFIG,
        { "force", OPTION_BOOL, 0, "insist" },
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { "block", OPTION_BOOL, 0, "wait until the image is accessible" },
        { NULL },
};

static const ShellOption detach_device_options[] = {
        OPT_DOMAIN(0),  { "file", OPTION_DATA, OPTION_REQUIRED, "XML file with the device" },
        OPT_PERSISTENT, OPT_CONFIG,
        OPT_LIVE,       OPT_CURRENT,
        { NULL },
};

static const ShellOption detach_device_alias_options[] = {
        OPT_DOMAIN(0), { "alias", OPTION_DATA, OPTION_REQUIRED, "an alias" }, OPT_CONFIG, OPT_LIVE, OPT_CURRENT,
        { NULL },
};

static const ShellOption detach_disk_options[] = {
        OPT_DOMAIN(0),
        { "target", OPTION_DATA, OPTION_REQUIRED, "a target", complete_disks },
        OPT_PERSISTENT,
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { NULL },
};

static const ShellOption detach_interface_options[] = {
        OPT_DOMAIN(0),
        { "type", OPTION_DATA, OPTION_REQUIRED, "a type" },
        { "mac", OPTION_STRING, 0, "a MAC address" },
        OPT_PERSISTENT,
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { NULL },
};

static const ShellOption dom_fd_associate_options[] = {
        OPT_DOMAIN(0),
        { "name", OPTION_DATA, OPTION_REQUIRED, "a name" },
        { "pass-fds", OPTION_DATA, OPTION_REQUIRED, "descriptors to pass, separated by commas" },
        { "seclabel-writable", OPTION_BOOL, 0, "let the label be changed" },
        { "seclabel-restore", OPTION_BOOL, 0, "put the label back at the end" },
        { NULL },
};

static const ShellOption domblkthreshold_options[] = {
        OPT_DOMAIN(0),
        { "dev", OPTION_DATA, OPTION_REQUIRED, "a device" },
        { "threshold", OPTION_INT, OPTION_REQUIRED, "the level, in bytes" },
        { NULL },
};

static const ShellOption domif_setlink_options[] = {
        OPT_DOMAIN(0),
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address", complete_interfaces },
        { "state", OPTION_DATA, OPTION_REQUIRED, "the state" },
        { "persistent", OPTION_ALIAS, 0, "config" },
        OPT_CONFIG,
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { NULL },
};

static const ShellOption update_device_options[] = {
        OPT_DOMAIN(0),
        { "file", OPTION_DATA, OPTION_REQUIRED, "XML file with the device" },
        OPT_PERSISTENT,
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { "force", OPTION_BOOL, 0, "insist" },
        { NULL },
};

static const ShellOption update_memory_device_options[] = {
        OPT_DOMAIN(0),
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { "print-xml", OPTION_BOOL, 0, "print the XML and change nothing" },
        { "alias", OPTION_STRING, 0, "an alias" },
        { "node", OPTION_INT, 0, "number of the guest's NUMA node" },
        { "requested-size", OPTION_INT, 0, "size to aim for, in KiB" },
        { NULL },
};

const ShellCommand device_commands[] = {
        { "attach-device", cmd_attach_device, 0, attach_device_options,
          "hot-plug or add a device given as an XML file" },
        { "attach-disk", cmd_attach_disk, 0, attach_disk_options, "add a disk built from command line options" },
        { "attach-interface", cmd_attach_interface, 0, attach_interface_options,
          "add a network interface built from options" },
        { "blockcommit", NULL, 0, blockcommit_options, "merge a disk overlay down into its backing chain" },
        { "blockcopy", NULL, 0, blockcopy_options, "mirror a disk to another destination" },
        { "blockjob", NULL, 0, blockjob_options, "look at, abort, pivot or throttle a running disk job" },
        { "blockpull", NULL, 0, blockpull_options, "fold backing images up into the top disk image" },
        { "blockresize", cmd_blockresize, 0, blockresize_options, "change the size of a disk while the guest runs" },
        { "change-media", cmd_change_media, 0, change_media_options, "insert, eject or swap removable media" },
        { "detach-device", cmd_detach_device, 0, detach_device_options, "unplug the device described by an XML file" },
        { "detach-device-alias", cmd_detach_device_alias, 0, detach_device_alias_options,
          "unplug a device picked by its alias" },
        { "detach-disk", cmd_detach_disk, 0, detach_disk_options, "unplug a disk picked by target or source" },
        { "detach-interface", cmd_detach_interface, 0, detach_interface_options,
          "unplug a network interface picked by type and MAC" },
        { "dom-fd-associate", cmd_dom_fd_associate, 0, dom_fd_associate_options,
          "hand open file descriptors to a guest under a group name" },
        { "domblkthreshold", cmd_domblkthreshold, 0, domblkthreshold_options,
          "set the write level that raises a threshold event" },
        { "domif-setlink", cmd_domif_setlink, 0, domif_setlink_options, "put a virtual NIC's link up or down" },
        { "update-device", cmd_update_device, 0, update_device_options, "change a device in place from XML" },
        { "update-memory-device", NULL, 0, update_memory_device_options, "change a memory device's settings" },
        { NULL },
};
