/* Rules of disks: the bus a target name means, the place on it, what a cdrom is. */
#include <string.h>

#include "conf/secret.h"
#include "domain/hooks.h"

static const struct {
        const char *prefix;
        DiskBus bus;
} bus_of_prefix[] = {
        { "hd", DISK_BUS_IDE },  { "sd", DISK_BUS_SCSI }, { "vd", DISK_BUS_VIRTIO },
        { "xvd", DISK_BUS_XEN }, { "ubd", DISK_BUS_UML }, { "fd", DISK_BUS_FDC },
};

static DiskBus guess_bus(const Disk *disk)
{
        if (disk->device == DISK_DEVICE_FLOPPY)
                return DISK_BUS_FDC;
        for (size_t i = 0; i < G_N_ELEMENTS(bus_of_prefix); i++)
                if (disk->target && g_str_has_prefix(disk->target, bus_of_prefix[i].prefix))
                        return bus_of_prefix[i].bus;
        return DISK_BUS_NONE;
}

/* How many disks one controller and one bus of it take. */
static const struct {
        uint8_t controller, bus;
} places[DISK_BUS_MAX_] = {
        [DISK_BUS_IDE] = { 4, 2 },
        [DISK_BUS_SCSI] = { 7, 7 },
        [DISK_BUS_FDC] = { 2, 2 },
        [DISK_BUS_SATA] = { 6, 6 },
};

void disk_assign_address(Disk *disk, bool wide)
{
        enum { WIDE_UNITS = 15, CONTROLLER_UNIT = 7 };
        unsigned per_controller = places[disk->bus].controller, per_bus = places[disk->bus].bus;
        DriveAddress place = { 0 };
        int number;

        if (disk->info.address || per_controller == 0 || !disk->target)
                return;
        number = disk_target_number(disk->target);
        if (number < 0)
                return;
        if (wide && disk->bus == DISK_BUS_SCSI)
                per_controller = per_bus = WIDE_UNITS;
        place.controller = (unsigned)number / per_controller;
        place.bus = (unsigned)number % per_controller / per_bus;
        place.unit = (unsigned)number % per_bus;
        if (per_bus == WIDE_UNITS && place.unit >= CONTROLLER_UNIT)
                place.unit++;
        disk->info.address = g_new0(Address, 1);
        disk->info.address->type = ADDRESS_DRIVE;
        disk->info.address->drive = place;
}

/* What people know the content by; NULL: nothing was said. */
static const char *source_path(const Disk *disk)
{
        switch (disk->source.type) {
        case SOURCE_FILE: return disk->source.file.path;
        case SOURCE_BLOCK: return disk->source.block.path;
        case SOURCE_DIR: return disk->source.dir.path;
        case SOURCE_NETWORK: return disk->source.net.name;
        default: return NULL;
        }
}

/* A drive whose medium can be taken out needs none. */
static bool may_be_empty(const Disk *disk)
{
        return disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY;
}

void disk_init(void *s)
{
        ((Disk *)s)->source.type = SOURCE_FILE;
}

/* As Xen's tools said for disks of full machines. */
static void strip_emulation(Disk *disk)
{
        static const char prefix[] = "ioemu:";

        if (disk->target && g_str_has_prefix(disk->target, prefix))
                memmove(disk->target, disk->target + sizeof(prefix) - 1, strlen(disk->target) - sizeof(prefix) + 2);
}

/* Cookies are of HTTP. */
int net_source_settle(void *s, unsigned flags, Error *err)
{
        NetSource *net = s;

        if (net->protocol == NET_PROTOCOL_HTTP || net->protocol == NET_PROTOCOL_HTTPS)
                return 0;
        while (net->n_cookies > 0)
                rows_list_remove(&Cookie_rows, &net->cookies, &net->n_cookies, net->n_cookies - 1);
        return 0;
}

int vhostuser_source_settle(void *s, unsigned flags, Error *err)
{
        VhostUserSource *source = s;

        reconnect_settle(source->reconnect, &source->reconnect_timeout);
        return 0;
}

int disk_settle(void *s, unsigned flags, Error *err)
{
        Disk *disk = s;

        strip_emulation(disk);
        if (source_seclabels_settle(disk->source.seclabels, &disk->source.n_seclabels, flags, err) < 0)
                return -1;
        if (!disk->target)
                return error_set_from(err, VIR_FROM_DOMAIN, VIR_ERR_NO_TARGET, source_path(disk) ? "%s" : NULL,
                                      source_path(disk));
        if (disk->source.type == SOURCE_NETWORK && disk->source.net.protocol == NET_PROTOCOL_NONE && may_be_empty(disk))
                disk->source.type = SOURCE_FILE;
        if (disk->bus == DISK_BUS_NONE)
                disk->bus = guess_bus(disk);
        if (disk->device == DISK_DEVICE_CDROM)
                disk->readonly = true;
        /* The image is a program's: nobody else takes snapshots of it. */
        if (disk->source.type == SOURCE_VHOSTUSER && disk->snapshot == DISK_SNAPSHOT_DEFAULT)
                disk->snapshot = DISK_SNAPSHOT_NO;
        return 0;
}

static int check_place(const Disk *disk, Error *err)
{
        const Address *address = disk->info.address;

        if (!address || address->type == ADDRESS_NONE)
                return 0;
        if (places[disk->bus].controller && address->type != ADDRESS_DRIVE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Invalid address type '%s' for the disk '%s' with the bus type '%s'",
                                 enum_text(AddressType, address->type), disk->target, enum_text(DiskBus, disk->bus));
        if (disk->bus == DISK_BUS_USB && address->type != ADDRESS_USB)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unexpected address type for usb disk");
        return 0;
}

static int check_device(const Disk *disk, Error *err)
{
        if (disk->device == DISK_DEVICE_FLOPPY && disk->bus != DISK_BUS_FDC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Invalid bus type '%s' for floppy disk",
                                 enum_text(DiskBus, disk->bus));
        if (disk->device != DISK_DEVICE_FLOPPY && disk->bus == DISK_BUS_FDC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Invalid bus type '%s' for disk",
                                 enum_text(DiskBus, disk->bus));
        if ((disk->vendor || disk->product) && disk->bus != DISK_BUS_SCSI)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only scsi disk supports vendor and product");
        if (disk->removable != SWITCH_ABSENT && disk->bus != DISK_BUS_USB && disk->bus != DISK_BUS_SCSI)
                return error_set(err, VIR_ERR_XML_ERROR, "removable is only valid for usb or scsi disks");
        return 0;
}

static const char *needed_secret(NetProtocol protocol)
{
        switch (protocol) {
        case NET_PROTOCOL_ISCSI: return "iscsi";
        case NET_PROTOCOL_RBD: return "ceph";
        default: return NULL;
        }
}

static bool has_cipher(const Encryption *encryption)
{
        return encryption && encryption->cipher;
}

static int check_secrets(const Disk *disk, Error *err)
{
        bool network = disk->source.type == SOURCE_NETWORK;
        const SourceAuth *auth = network && disk->source.net.auth ? disk->source.net.auth : disk->auth;
        const char *needed = network ? needed_secret(disk->source.net.protocol) : NULL;

        if (disk->auth && network && disk->source.net.auth)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "an <auth> definition already found for disk source");
        if (disk->encryption && disk->source.encryption)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "an <encryption> definition already found for disk source");
        if (has_cipher(disk->encryption) || has_cipher(disk->source.encryption))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "supplying <cipher> for domain disk definition is unnecessary");
        if (auth && needed && auth->secret.type && strcmp(auth->secret.type, needed) != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "invalid secret type '%s'", auth->secret.type);
        return 0;
}

int disk_check(const void *s, Error *err)
{
        const Disk *disk = s;

        if (disk->source.type == SOURCE_NETWORK && disk->source.net.protocol == NET_PROTOCOL_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "missing network source protocol type");
        if (check_device(disk, err) < 0 || check_place(disk, err) < 0 || disk_check_login(disk, err) < 0 ||
            disk_check_lun(disk, err) < 0)
                return -1;
        return check_secrets(disk, err);
}

/* The empty element ends the chain; another says what the image is. */
int backing_store_check(const void *s, Error *err)
{
        const BackingStore *backing = s;

        if (backing->source.type != SOURCE_NONE && backing->source.format == IMAGE_FORMAT_NONE)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "missing disk backing store format; say it with <format type='qcow2'/>");
        return 0;
}

/* Who keeps reservations of its own is found at a socket that it listens on. */
int reservations_check(const void *s, Error *err)
{
        const Reservations *reservations = s;
        bool named = reservations->type || reservations->path || reservations->mode;

        if (reservations->managed == YESNO_YES && !named)
                return 0;
        if (!reservations->type)
                return error_set(err, VIR_ERR_XML_ERROR, "missing connection type for <reservations/>; it is 'unix'");
        if (!reservations->path)
                return error_set(err, VIR_ERR_XML_ERROR, "missing path for <reservations/>");
        if (!reservations->mode)
                return error_set(err, VIR_ERR_XML_ERROR, "missing connection mode for <reservations/>; it is 'client'");
        if (reservations->mode != SOCKET_MODE_CLIENT)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "unsupported connection mode for <reservations/>: %s; it is 'client'",
                                 enum_text(SocketMode, reservations->mode));
        return 0;
}

int source_auth_check(const void *s, Error *err)
{
        const SourceAuth *auth = s;

        if (!auth->username)
                return error_set(err, VIR_ERR_XML_ERROR, "missing username for auth");
        if (!auth->secret.type && !auth->secret.usage && !auth->secret.uuid)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing <secret> element in auth");
        if (auth->secret.type && enum_value(SecretUsageType, SECRET_USAGE, auth->secret.type) < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown secret type '%s'", auth->secret.type);
        return 0;
}
