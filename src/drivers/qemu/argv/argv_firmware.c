/* Firmware: a ROM by name, or flash memory on block nodes. */
#include "argv/argv.h"

#include "blockdev/blockdev.h"

static bool is_flash(const Os *os)
{
        return os->loader && os->loader_type == LOADER_PFLASH;
}

/* The second chip: variables of the guest's own, when the firmware is kept apart from them. */
static bool has_variables(const Os *os)
{
        return is_flash(os) && os->nvram && (os->nvram->path || os->nvram->source.type != SOURCE_NONE);
}

void argv_flash_properties(const QemuArgv *argv, GString *value)
{
        const Os *os = &argv->domain->os;

        if (is_flash(os))
                g_string_append(value, ",pflash0=libvirt-pflash0-format");
        if (has_variables(os))
                g_string_append(value, ",pflash1=libvirt-pflash1-format");
}

/* As if the chip were a disk: where its bytes are is said in the same words. @source is borrowed. */
static int chip(QemuArgv *argv, const char *base, const Source *source, bool readonly, Error *err)
{
        Disk disk = { .device = DISK_DEVICE_DISK, .readonly = readonly, .source = *source };
        int r;

        disk.source.status = NULL;
        if (disk.source.format == IMAGE_FORMAT_NONE)
                disk.source.format = IMAGE_FORMAT_RAW;
        block_name_source(&disk, &disk.source, base);
        r = argv_disk_images(argv, &disk, err);
        rows_drop(&SourceStatus_rows, disk.source.status);
        g_free(disk.source.status);
        return r;
}

int argv_flash(QemuArgv *argv, Error *err)
{
        const Os *os = &argv->domain->os;
        Source code = { .type = SOURCE_FILE, .format = os->loader_format, .file.path = os->loader };
        Source variables = { 0 };

        if (!is_flash(os))
                return 0;
        if (chip(argv, "libvirt-pflash0", &code, os->loader_readonly == YESNO_YES, err) < 0)
                return -1;
        if (!has_variables(os))
                return 0;
        variables = os->nvram->source;
        if (os->nvram->path) {
                variables.type = SOURCE_FILE;
                variables.file.path = os->nvram->path;
        }
        return chip(argv, "libvirt-pflash1", &variables, false, err);
}

void argv_loader(QemuArgv *argv)
{
        const Os *os = &argv->domain->os;

        if (!os->loader)
                return;
        if (!is_flash(os)) {
                argv_add_pair(argv, "-bios", os->loader);
                return;
        }
        /* Only code in system management mode may write to it. */
        if (os->loader_secure == YESNO_YES)
                argv_add_pair(argv, "-global", "driver=cfi.pflash01,property=secure,value=on");
}
