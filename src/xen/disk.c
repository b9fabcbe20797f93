/* Disks as xm and xend say them: "tap:aio:/x.img", "hdc:cdrom", "w!". */
#include "formats.h"

#include <string.h>

static const struct {
        const char *prefix;
        DiskBus bus;
} buses[] = { { "xvd", DISK_BUS_XEN }, { "hd", DISK_BUS_IDE }, { "sd", DISK_BUS_SCSI }, { "fd", DISK_BUS_FDC } };

/* xend says "aio" where others say raw. */
static int read_tap_format(Disk *disk, const char *name, Error *err)
{
        int format = strcmp(name, "aio") == 0 ? IMAGE_FORMAT_RAW : enum_value(ImageFormat, IMAGE_FORMAT, name);

        if (format <= IMAGE_FORMAT_NONE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown driver type %s", name);
        disk->source.format = (ImageFormat)format;
        return 0;
}

static void set_path(Disk *disk, const char *path)
{
        disk->source.type = g_strcmp0(disk->driver, "phy") == 0 ? SOURCE_BLOCK : SOURCE_FILE;
        if (disk->source.type == SOURCE_BLOCK)
                disk->source.block.path = g_strdup(path);
        else
                disk->source.file.path = g_strdup(path);
}

/* DRIVER:[FORMAT:]PATH; a path that begins with a slash has no driver. */
int xen_disk_path_read(Disk *disk, const char *text, Error *err)
{
        const char *colon = text ? strchr(text, ':') : NULL;
        const char *path = text;

        disk->source.type = SOURCE_FILE;
        if (!text || !*text)
                return 0;
        if (*text != '/') {
                if (!colon)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse vbd filename, missing driver name");
                disk->driver = g_strndup(text, (gsize)(colon - text));
                path = colon + 1;
        }
        if (g_strcmp0(disk->driver, "tap") == 0 || g_strcmp0(disk->driver, "tap2") == 0) {
                g_autofree char *format = NULL;

                colon = strchr(path, ':');
                if (!colon)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse vbd filename, missing driver type");
                format = g_strndup(path, (gsize)(colon - path));
                if (read_tap_format(disk, format, err) < 0)
                        return -1;
                path = colon + 1;
        }
        set_path(disk, path);
        return 0;
}

const char *xen_disk_file(const Disk *disk)
{
        return disk->source.type == SOURCE_BLOCK  ? disk->source.block.path
               : disk->source.type == SOURCE_FILE ? disk->source.file.path
                                                  : NULL;
}

static void write_tap(const Disk *disk, const char *driver, GString *out)
{
        ImageFormat format = disk->source.format;
        bool raw = format == IMAGE_FORMAT_NONE || format == IMAGE_FORMAT_RAW;

        g_string_append_printf(out, "%s:%s:", driver, raw ? "aio" : ImageFormat_names[format]);
}

/* The driver that @disk names, or the one that its source needs. */
static void write_driver(const Disk *disk, GString *out)
{
        const char *driver = disk->driver;
        bool block = disk->source.type == SOURCE_BLOCK;
        bool raw = disk->source.format == IMAGE_FORMAT_NONE || disk->source.format == IMAGE_FORMAT_RAW;

        if (g_strcmp0(driver, "tap") == 0 || g_strcmp0(driver, "tap2") == 0)
                write_tap(disk, driver, out);
        else if (g_strcmp0(driver, "qemu") == 0 && !raw)
                write_tap(disk, "tap", out);
        else if (driver && strcmp(driver, "qemu") != 0)
                g_string_append_printf(out, "%s:", driver);
        else
                g_string_append(out, block ? "phy:" : "file:");
}

int xen_disk_path_write(const Disk *disk, GString *out, Error *err)
{
        const char *path = xen_disk_file(disk);

        if (disk->source.type != SOURCE_BLOCK && disk->source.type != SOURCE_FILE && disk->source.type != SOURCE_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unsupported disk type %s: only files and block devices",
                                 enum_text(SourceType, disk->source.type));
        if (!path)
                return 0;
        write_driver(disk, out);
        g_string_append(out, path);
        return 0;
}

void xen_disk_dev_read(Disk *disk, const char *text)
{
        const char *colon;

        if (g_str_has_prefix(text, "ioemu:"))
                text += strlen("ioemu:");
        colon = strchr(text, ':');
        g_free(disk->target);
        disk->target = colon ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
        if (g_strcmp0(colon, ":cdrom") == 0)
                disk->device = DISK_DEVICE_CDROM;
        else if (g_str_has_prefix(disk->target, "fd"))
                disk->device = DISK_DEVICE_FLOPPY;
        disk->bus = DISK_BUS_IDE;
        for (size_t i = 0; i < G_N_ELEMENTS(buses); i++)
                if (g_str_has_prefix(disk->target, buses[i].prefix))
                        disk->bus = buses[i].bus;
        if (disk->device == DISK_DEVICE_CDROM)
                disk->readonly = true;
}

void xen_disk_mode_read(Disk *disk, const char *mode)
{
        if (strcmp(mode, "r") == 0 || strcmp(mode, "ro") == 0)
                disk->readonly = true;
        else if (strcmp(mode, "w!") == 0 || strcmp(mode, "!") == 0)
                disk->shareable = true;
}
