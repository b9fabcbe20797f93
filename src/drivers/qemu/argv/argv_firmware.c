/* Firmware: a ROM by name, or flash memory on block nodes. */
#include "argv/argv.h"

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

static void chip_file(QemuArgv *argv, unsigned chip, const char *path, ImageFormat format, bool readonly)
{
        g_autofree char *storage = g_strdup_printf("libvirt-pflash%u-storage", chip);
        g_autofree char *name = g_strdup_printf("libvirt-pflash%u-format", chip);
        Json *json = json_object();

        json_set(json, "driver", json_string("file"));
        qdev_string(json, "filename", path);
        qdev_string(json, "node-name", storage);
        json_set(json, "auto-read-only", json_bool(true));
        json_set(json, "discard", json_string("unmap"));
        argv_add_json(argv, "-blockdev", json);
        json = json_object();
        qdev_string(json, "node-name", name);
        json_set(json, "read-only", json_bool(readonly));
        json_set(json, "driver", json_string(format == IMAGE_FORMAT_QCOW2 ? "qcow2" : "raw"));
        qdev_string(json, "file", storage);
        argv_add_json(argv, "-blockdev", json);
}

int argv_flash(QemuArgv *argv, Error *err)
{
        const Os *os = &argv->domain->os;
        const char *path;

        if (!is_flash(os))
                return 0;
        chip_file(argv, 0, os->loader, os->loader_format, os->loader_readonly == YESNO_YES);
        if (!has_variables(os))
                return 0;
        path = os->nvram->path                         ? os->nvram->path
               : os->nvram->source.type == SOURCE_FILE ? os->nvram->source.file.path
                                                       : NULL;
        if (!path)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "<nvram> of type '%s' is not supported yet",
                                 enum_text(SourceType, os->nvram->source.type));
        chip_file(argv, 1, path, os->nvram->source.format, false);
        return 0;
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
