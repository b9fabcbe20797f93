/* Disks: -drive and its short forms. */
#include "reader.h"

#include <string.h>

#include "conf/storage_backing.h"
#include "util/text.h"

static void set_path(Disk *disk, const char *path)
{
        bool device = g_str_has_prefix(path, "/dev/");

        disk->source.type = device ? SOURCE_BLOCK : SOURCE_FILE;
        if (device)
                disk->source.block.path = g_strdup(path);
        else
                disk->source.file.path = g_strdup(path);
}

/* A secret that whoever defines the guest has to make: libvirt's name for it. */
static void set_auth(Disk *disk, const char *user, const char *kind)
{
        disk->auth = g_new0(SourceAuth, 1);
        disk->auth->username = g_strdup(user);
        disk->auth->secret.type = g_strdup(kind);
        disk->auth->secret.usage = g_strdup_printf("mycluster_%s", user);
}

/* iscsi://USER:PASSWORD@HOST/TARGET/LUN */
static void settle_iscsi(Disk *disk, const char *text)
{
        g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_HAS_PASSWORD, NULL);
        char *name = disk->source.net.name;

        if (!uri)
                return;
        if (g_uri_get_user(uri))
                set_auth(disk, g_uri_get_user(uri), "iscsi");
        /* The first unit is what no unit means. */
        if (name && g_str_has_suffix(name, "/0") && !g_str_has_suffix(g_uri_get_path(uri), "/0"))
                name[strlen(name) - 2] = '\0';
}

/* rbd:POOL/IMAGE:id=USER:... */
static void settle_rbd(Disk *disk, const char *text)
{
        g_auto(GStrv) items = g_strsplit(text, ":", 100);

        for (char **item = items; *item; item++)
                if (!disk->auth && g_str_has_prefix(*item, "id="))
                        set_auth(disk, *item + 3, "ceph");
}

/* sheepdog:[HOST:PORT:]IMAGE, which no image names as its backing file any more. */
static int read_sheepdog(Disk *disk, const char *text, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, ":", 3);
        NetSource *source = &disk->source.net;
        NetHost *host;

        disk->source.type = SOURCE_NETWORK;
        source->protocol = NET_PROTOCOL_SHEEPDOG;
        if (!parts[0] || !parts[1] || !parts[2]) {
                source->name = g_strdup(text);
                return 0;
        }
        source->name = g_strdup(parts[2]);
        host = rows_list_insert(&NetHost_rows, &source->hosts, &source->n_hosts, 0);
        host->name = g_strdup(parts[0]);
        if (!text_to_uint(parts[1], 10, &host->port))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse sheepdog filename '%s'", text);
        return 0;
}

static int set_source(Disk *disk, const char *text, Error *err)
{
        static const char sheepdog[] = "sheepdog:";

        if (!text || !*text) {
                disk->source.type = SOURCE_FILE;
                return 0;
        }
        if (storage_backing_is_path(text)) {
                set_path(disk, text);
                return 0;
        }
        if (g_str_has_prefix(text, sheepdog) && !g_str_has_prefix(text, "sheepdog://"))
                return read_sheepdog(disk, text + strlen(sheepdog), err);
        if (storage_backing_parse(text, &disk->source, err) < 0)
                return -1;
        if (disk->source.type == SOURCE_FILE && disk->source.file.path &&
            g_str_has_prefix(disk->source.file.path, "/dev/")) {
                g_autofree char *path = g_steal_pointer(&disk->source.file.path);

                set_path(disk, path);
        }
        if (disk->source.type == SOURCE_NETWORK && disk->source.net.protocol == NET_PROTOCOL_ISCSI)
                settle_iscsi(disk, text);
        else if (disk->source.type == SOURCE_NETWORK && disk->source.net.protocol == NET_PROTOCOL_RBD)
                settle_rbd(disk, text);
        return 0;
}

static const struct {
        DiskBus bus;
        const char *prefix;    /* of the target */
        unsigned units;        /* on one bus of it; 0: numbers only */
        const char *interface; /* if=... */
} buses[] = {
        { DISK_BUS_IDE, "hd", 2, "ide" },       { DISK_BUS_SCSI, "sd", 7, "scsi" }, { DISK_BUS_FDC, "fd", 2, "floppy" },
        { DISK_BUS_VIRTIO, "vd", 0, "virtio" }, { DISK_BUS_XEN, "xvd", 0, "xen" },  { DISK_BUS_SATA, "sd", 6, "sata" },
        { DISK_BUS_USB, "sd", 0, "usb" },       { DISK_BUS_SD, "sd", 0, "sd" },
};

static size_t bus_row(DiskBus bus)
{
        size_t i = 0;

        while (i + 1 < G_N_ELEMENTS(buses) && buses[i].bus != bus)
                i++;
        return i;
}

static bool has_target(const Domain *d, const Disk *disk, const char *target)
{
        for (size_t i = 0; i < d->n_disks; i++)
                if (&d->disks[i] != disk && g_strcmp0(d->disks[i].target, target) == 0)
                        return true;
        return false;
}

/* Where bus and unit or the index say, or the first free name. */
static int set_target(const Domain *d, Disk *disk, const QemuOpts *opts, Error *err)
{
        enum { NUMBER_MAX = 1000 };
        const char *index = qemu_opts_get(opts, "index"), *bus = qemu_opts_get(opts, "bus");
        const char *unit = qemu_opts_get(opts, "unit");
        size_t row = bus_row(disk->bus);
        unsigned number = 0, bus_number = 0, unit_number = 0;
        bool said = index || unit || bus;

        if ((index && !text_to_uint(index, 10, &number)) || (bus && !text_to_uint(bus, 10, &bus_number)) ||
            (unit && !text_to_uint(unit, 10, &unit_number)))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse drive index '%s'",
                                 index ? index
                                 : bus ? bus
                                       : unit);
        if (bus_number > NUMBER_MAX || unit_number > NUMBER_MAX || number > NUMBER_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse drive index: it is above %d", NUMBER_MAX);
        if (!index && said)
                number = bus_number * MAX(buses[row].units, 1) + unit_number;
        else if (!said && disk->device == DISK_DEVICE_CDROM && disk->bus == DISK_BUS_IDE)
                number = 2; /* the second bus is where QEMU has its drive */
        disk->target = disk_target_name(buses[row].prefix, number);
        while (!said && has_target(d, disk, disk->target) && number < NUMBER_MAX) {
                g_free(disk->target);
                disk->target = disk_target_name(buses[row].prefix, ++number);
        }
        return 0;
}

static int set_driver(Disk *disk, const QemuOpts *opts, Error *err)
{
        static const struct {
                const char *key;
                size_t at;
                const char *const *names;
                size_t n;
        } enums[] = {
                { "cache", offsetof(Disk, cache), DiskCache_names, DISK_CACHE_MAX_ },
                { "werror", offsetof(Disk, error_policy), DiskErrorPolicy_names, DISK_ERROR_MAX_ },
                { "rerror", offsetof(Disk, rerror_policy), DiskErrorPolicy_names, DISK_ERROR_MAX_ },
                { "aio", offsetof(Disk, io), DiskIo_names, DISK_IO_MAX_ },
                { "discard", offsetof(Disk, discard), DiskDiscard_names, DISK_DISCARD_MAX_ },
                { "copy-on-read", offsetof(Disk, copy_on_read), Switch_names, SWITCH_MAX_ },
        };
        const char *format = qemu_opts_get(opts, "format");
        int value = format ? enum_value(ImageFormat, IMAGE_FORMAT, format) : IMAGE_FORMAT_RAW;

        disk->driver = g_strdup("qemu");
        disk->source.format = value > 0 ? (ImageFormat)value : IMAGE_FORMAT_RAW;
        for (size_t i = 0; i < G_N_ELEMENTS(enums); i++) {
                const char *text = qemu_opts_get(opts, enums[i].key);

                if (!text || strcmp(text, "auto") == 0)
                        continue;
                if (i == 0 && strcmp(text, "off") == 0)
                        text = "none"; /* before there were more than on and off */
                if (strcmp(text, "enospc") == 0)
                        text = "enospace";
                value = enum_value_of(enums[i].names, enums[i].n, text);
                if (value <= 0)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown value '%s' of '%s' of a drive", text,
                                         enums[i].key);
                *((uint8_t *)disk + enums[i].at) = (uint8_t)value;
        }
        if (disk->error_policy == disk->rerror_policy)
                disk->rerror_policy = DISK_ERROR_DEFAULT; /* errors of writing speak for both */
        return 0;
}

int qemu_add_disk(QemuReader *reader, const QemuOpts *opts, DiskBus bus, DiskDevice device, Error *err)
{
        Disk *disk = QEMU_ADD(Disk, reader->d, disks);
        const char *media = qemu_opts_get(opts, "media");

        disk->bus = bus;
        disk->device = device;
        if (g_strcmp0(media, "cdrom") == 0)
                disk->device = DISK_DEVICE_CDROM;
        disk->readonly = disk->device == DISK_DEVICE_CDROM || qemu_opts_is_on(opts, "readonly");
        disk->transient = qemu_opts_is_on(opts, "snapshot");
        disk->serial = g_strdup(qemu_opts_get(opts, "serial"));
        if (set_source(disk, qemu_opts_get(opts, "file"), err) < 0 || set_driver(disk, opts, err) < 0)
                return -1;
        return set_target(reader->d, disk, opts, err);
}

int qemu_read_drive(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, NULL);
        const char *interface = qemu_opts_get(opts, "if");

        if (g_strcmp0(interface, "none") == 0) {
                const char *id = qemu_opts_get(opts, "id");

                qemu_add_part(reader->drives, id, g_steal_pointer(&opts));
                return 0;
        }
        if (g_strcmp0(interface, "pflash") == 0) {
                reader->d->os.loader_type = LOADER_PFLASH;
                reader->d->os.loader_readonly = YESNO_YES;
                if (!reader->d->os.loader) {
                        reader->d->os.loader = g_strdup(qemu_opts_get(opts, "file"));
                } else if (!reader->d->os.nvram) {
                        reader->d->os.nvram = g_new0(OsNvram, 1);
                        reader->d->os.nvram->path = g_strdup(qemu_opts_get(opts, "file"));
                }
                return 0;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(buses); i++)
                if (strcmp(interface ? interface : "ide", buses[i].interface) == 0)
                        return qemu_add_disk(reader, opts, buses[i].bus,
                                             buses[i].bus == DISK_BUS_FDC ? DISK_DEVICE_FLOPPY : DISK_DEVICE_DISK, err);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown interface '%s' of the drive '%s'", interface, value);
}

/* A path is not a list of options: its commas are its own. */
static int add_path(QemuReader *reader, const char *path, DiskBus bus, DiskDevice device, unsigned number, Error *err)
{
        Disk *disk = QEMU_ADD(Disk, reader->d, disks);
        g_autoptr(QemuOpts) none = qemu_opts_parse("", NULL);

        disk->bus = bus;
        disk->device = device;
        disk->readonly = device == DISK_DEVICE_CDROM;
        if (set_source(disk, path, err) < 0)
                return -1;
        disk->target = disk_target_name(buses[bus_row(bus)].prefix, number);
        return set_driver(disk, none, err);
}

int qemu_read_hda(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_IDE, DISK_DEVICE_DISK, 0, err);
}

int qemu_read_hdb(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_IDE, DISK_DEVICE_DISK, 1, err);
}

int qemu_read_hdc(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_IDE, DISK_DEVICE_DISK, 2, err);
}

int qemu_read_hdd(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_IDE, DISK_DEVICE_DISK, 3, err);
}

int qemu_read_fda(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_FDC, DISK_DEVICE_FLOPPY, 0, err);
}

int qemu_read_fdb(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_FDC, DISK_DEVICE_FLOPPY, 1, err);
}

int qemu_read_cdrom(QemuReader *reader, const char *value, Error *err)
{
        return add_path(reader, value, DISK_BUS_IDE, DISK_DEVICE_CDROM, 2, err);
}

int qemu_add_usb_disk(QemuReader *reader, const char *path, Error *err)
{
        unsigned number = 0;

        for (size_t i = 0; i < reader->d->n_disks; i++)
                number += reader->d->disks[i].bus == DISK_BUS_USB || reader->d->disks[i].bus == DISK_BUS_SCSI;
        return add_path(reader, path, DISK_BUS_USB, DISK_DEVICE_DISK, number, err);
}

/* "mon1:6321,mon2,[::1]:6322" */
static void add_monitors(NetSource *source, const char *text)
{
        g_auto(GStrv) hosts = g_strsplit_set(text, ",;", 100);

        for (char **host = hosts; *host; host++) {
                NetHost *fresh;
                char *colon = strrchr(*host, ':');

                if (!**host)
                        continue;
                fresh = rows_list_insert(&NetHost_rows, &source->hosts, &source->n_hosts, source->n_hosts);
                if (colon && text_to_uint(colon + 1, 10, &fresh->port))
                        *colon = '\0';
                fresh->name = g_strdup(*host);
        }
}

/* CEPH_ARGS="-m HOSTS": the monitors of images that name none. */
void qemu_settle_disks(QemuReader *reader)
{
        const char *ceph = g_hash_table_lookup(reader->environment, "CEPH_ARGS");
        g_autofree char *monitors = NULL;

        if (!ceph || !g_str_has_prefix(ceph, "-m "))
                return;
        monitors = g_strndup(ceph + 3, strcspn(ceph + 3, " "));
        for (size_t i = 0; i < reader->d->n_disks; i++) {
                Disk *disk = &reader->d->disks[i];

                if (disk->source.type == SOURCE_NETWORK && disk->source.net.protocol == NET_PROTOCOL_RBD &&
                    disk->source.net.n_hosts == 0)
                        add_monitors(&disk->source.net, monitors);
        }
}
