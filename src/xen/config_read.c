/* Configuration files of xl and xm into a domain: what both have. */
#include "config_read.h"

#include <string.h>

#include "util/text.h"

enum { VCPUS_MAX = 65535 };

static int missing(const char *key, Error *err)
{
        return error_set(err, VIR_ERR_CONF_SYNTAX, "config value %s was missing", key);
}

static int read_names(const ConfigReader *r, Error *err)
{
        const char *uuid;
        int found = config_take(r, "name", &r->d->name, err);

        if (found <= 0)
                return found < 0 ? -1 : missing("name", err);
        found = config_get_string(r->config, "uuid", &uuid, err);
        if (found > 0 && !uuid_parse(uuid, r->d->uuid))
                return config_wrong(r->config, "uuid", config_find(r->config, "uuid"), "a UUID", err);
        if (found == 0)
                uuid_generate(r->d->uuid);
        return found < 0 ? -1 : 0;
}

/* builder= of old, type= of today, and pvh= between them. */
static int read_type(const ConfigReader *r, Error *err)
{
        const char *builder = "linux", *type = NULL;
        bool pvh = false;

        if (config_get_string(r->config, "builder", &builder, err) < 0 ||
            config_get_string(r->config, "type", &type, err) < 0 || config_get_bool(r->config, "pvh", &pvh, err) < 0)
                return -1;
        if (!type)
                type = strcmp(builder, "hvm") == 0 ? "hvm" : pvh ? "pvh" : "pv";
        if (strcmp(type, "hvm") == 0)
                r->d->os.type = g_strdup("hvm");
        else if (strcmp(type, "pvh") == 0)
                r->d->os.type = g_strdup("xenpvh");
        else if (strcmp(type, "pv") == 0)
                r->d->os.type = g_strdup("linux");
        else
                return config_wrong(r->config, "type", config_find(r->config, "type"), "hvm, pv or pvh", err);
        return 0;
}

static int read_memory(const ConfigReader *r, Error *err)
{
        const uint64_t most = UINT64_MAX / 1024 / 1024;
        uint64_t now, highest;
        int found = config_get_unsigned(r->config, "memory", most, &now, err);

        if (found <= 0)
                return found < 0 ? -1 : missing("memory", err);
        highest = now;
        if (config_get_unsigned(r->config, "maxmem", most, &highest, err) < 0)
                return -1;
        r->d->current_memory_kib = now * 1024;
        r->d->memory_kib = MAX(now, highest) * 1024;
        return 0;
}

/* `maxvcpus` is what the guest may have, `vcpus` what it starts with; xend said it with a mask. */
static int read_vcpus(const ConfigReader *r, Error *err)
{
        uint64_t now = 1, highest, mask;
        int found;

        if (config_get_unsigned(r->config, "vcpus", VCPUS_MAX, &now, err) < 0)
                return -1;
        highest = now;
        if (config_get_unsigned(r->config, "maxvcpus", VCPUS_MAX, &highest, err) < 0)
                return -1;
        found = config_get_unsigned(r->config, "vcpu_avail", INT64_MAX, &mask, err);
        if (found < 0)
                return -1;
        if (found > 0)
                now = MIN((unsigned)__builtin_popcountll(mask), now);
        r->d->vcpu_max = (unsigned)MAX(now, highest);
        r->d->vcpu_current = (unsigned)now;
        return 0;
}

static int read_affinity(const ConfigReader *r, Error *err)
{
        enum { CPUS_MAX = 4096 };
        const ConfigValue *value = config_find(r->config, "cpus");

        if (!value || (value->kind == CONFIG_STRING && (!*value->string || strcmp(value->string, "all") == 0)))
                return 0;
        if (value->kind != CONFIG_STRING)
                return config_wrong(r->config, "cpus", value, "one set of CPUs for the whole guest, like \"0-3,^1\"",
                                    err);
        r->d->vcpu_cpuset = bitmap_parse(value->string, CPUS_MAX, err);
        return r->d->vcpu_cpuset ? 0 : -1;
}

static int look_up(const void *source, const char *key, const char **ret, Error *err)
{
        return config_get_string(source, key, ret, err);
}

static int add_parallel(Domain *d, const char *text, Error *err)
{
        Chardev source = { 0 };
        int found = xen_chardev_read(text, &source, err);

        if (found > 0) {
                Parallel *parallel = rows_list_insert(&Parallel_rows, &d->parallels, &d->n_parallels, d->n_parallels);

                parallel->source = source;
        }
        return found < 0 ? -1 : 0;
}

/* The place in the list is the number of the port. */
static int read_serials(const ConfigReader *r, Error *err)
{
        Domain *d = r->d;
        g_autofree const char **strings = NULL;

        if (config_get_strings(r->config, "serial", &strings, err) < 0)
                return -1;
        for (unsigned port = 0; strings && strings[port]; port++) {
                Chardev source = { 0 };
                int found = xen_chardev_read(strings[port], &source, err);

                if (found < 0)
                        return -1;
                if (found > 0) {
                        Serial *serial = rows_list_insert(&Serial_rows, &d->serials, &d->n_serials, d->n_serials);

                        serial->source = source;
                        serial->port = (OptUint){ .value = port, .set = true };
                }
        }
        return 0;
}

static int add_usb_input(Domain *d, const char *text, Error *err)
{
        xen_usb_input_read(d, text);
        return 0;
}

/* What only a full machine has. */
static int read_emulated(const ConfigReader *r, Error *err)
{
        bool usb = false;
        const char *sounds;
        int found;

        if (!xen_is_hvm(r->d))
                return 0;
        if (config_take(r, "device_model", &r->d->emulator, err) < 0 ||
            config_take(r, "device_model_override", &r->d->emulator, err) < 0 ||
            config_each(r, "parallel", add_parallel, err) < 0 || read_serials(r, err) < 0 ||
            config_get_bool(r->config, "usb", &usb, err) < 0)
                return -1;
        found = config_get_string(r->config, "soundhw", &sounds, err);
        if (found < 0 || (found > 0 && xen_sound_read(r->d, sounds, err) < 0))
                return -1;
        return usb ? config_each(r, "usbdevice", add_usb_input, err) : 0;
}

/* SOURCE,DEVICE,MODE of xm */
static int read_xm_disk(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", 16);
        guint n = g_strv_length(parts);
        Disk *disk;

        if (n == 0)
                return 0;
        if (n < 3)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "disk '%s' is not of the form SOURCE,DEVICE,MODE", text);
        disk = rows_list_insert(&Disk_rows, &d->disks, &d->n_disks, d->n_disks);
        if (xen_disk_path_read(disk, g_strstrip(parts[0]), err) < 0)
                return -1;
        if (!*parts[0]) {
                /* A drive without a medium. */
                disk->driver = g_strdup("phy");
                disk->source.type = SOURCE_BLOCK;
        }
        xen_disk_dev_read(disk, g_strstrip(parts[1]));
        xen_disk_mode_read(disk, g_strstrip(parts[2]));
        return 0;
}

static int read_devices(const ConfigReader *r, Error *err)
{
        return read_emulated(r, err) < 0 || config_each(r, "vif", xen_vif_read, err) < 0 ||
                               config_each(r, "pci", xen_pci_read, err) < 0 ||
                               config_each(r, "disk", r->dialect == XEN_XL ? xl_disk_read : read_xm_disk, err) < 0
                       ? -1
                       : 0;
}

int xen_config_read(XenDialect dialect, const XenPlaces *places, const char *name, const char *text, size_t length,
                    Domain **ret, Error *err)
{
        static const XenPlaces usual;
        g_autoptr(Config) config = NULL;
        g_autoptr(Domain) d = domain_new();
        ConfigReader r = { .dialect = dialect, .places = places ? places : &usual, .d = d };

        if (config_parse(name, text, length, &config, err) < 0)
                return -1;
        r.config = config;
        d->type = VIRT_XEN;
        if (read_names(&r, err) < 0 || read_type(&r, err) < 0 || read_memory(&r, err) < 0 || read_vcpus(&r, err) < 0 ||
            read_affinity(&r, err) < 0 || config_read_machine(&r, err) < 0 ||
            xen_events_read(d, CRASH_RESTART, look_up, config, err) < 0 || config_read_graphics(&r, err) < 0 ||
            read_devices(&r, err) < 0)
                return -1;
        if (dialect == XEN_XL && xl_read_own(&r, err) < 0)
                return -1;
        *ret = g_steal_pointer(&d);
        return 0;
}
