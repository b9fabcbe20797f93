/* The guest itself: what libxl calls c_info and b_info. */
#include "libxl.h"

#include <string.h>

#include "conf/driver_namespaces.h"
#include "util/text.h"
#include "xl_cpuid.h"

void libxl_set_flag(Json *object, const char *key, bool value)
{
        json_set(object, key, json_string(value ? "True" : "False"));
}

void libxl_set_text(Json *object, const char *key, const char *value)
{
        if (value)
                json_set(object, key, json_string(value));
}

void libxl_set_number(Json *object, const char *key, int64_t value)
{
        if (value)
                json_set(object, key, json_int(value));
}

static bool is_pvh(const Domain *d)
{
        return g_strcmp0(d->os.type, "xenpvh") == 0;
}

static void put_creation(const Domain *d, Json *config)
{
        Json *create = json_object();
        const Features *features = d->features;
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(d->uuid, uuid);
        json_set(create, "type", json_string(xen_is_hvm(d) ? "hvm" : is_pvh(d) ? "pvh" : "pv"));
        if (features && features->hap != SWITCH_ABSENT && xen_is_hvm(d))
                libxl_set_flag(create, "hap", features->hap == SWITCH_ON);
        libxl_set_text(create, "name", d->name);
        libxl_set_text(create, "uuid", uuid);
        if (features && features->xen && features->xen->passthrough == SWITCH_OFF)
                libxl_set_text(create, "passthrough", "disabled");
        else if (features && features->xen && features->xen->passthrough == SWITCH_ON)
                libxl_set_text(create, "passthrough",
                               features->xen->passthrough_mode ? features->xen->passthrough_mode : "enabled");
        json_set(config, "c_info", create);
}

static void put_vcpus(const Domain *d, Json *build)
{
        unsigned now = d->vcpu_current ? d->vcpu_current : d->vcpu_max;
        Json *available = json_array();

        json_set(build, "max_vcpus", json_uint(d->vcpu_max));
        for (unsigned i = 0; i < now; i++)
                json_append(available, json_uint(i));
        json_set(build, "avail_vcpus", available);
}

static Json *bits(const Bitmap *bitmap)
{
        Json *list = json_array();

        for (long bit = bitmap ? bitmap_next(bitmap, -1) : -1; bit >= 0; bit = bitmap_next(bitmap, bit))
                json_append(list, json_int(bit));
        return list;
}

static void put_numa(const Domain *d, Json *build)
{
        const Cpu *cpu = d->cpu;
        Json *nodes;

        if (!cpu || cpu->n_cells == 0 || !xen_is_hvm(d))
                return;
        nodes = json_array();
        for (size_t i = 0; i < cpu->n_cells; i++) {
                Json *node = json_object(), *distances = json_array();

                json_set(node, "memkb", json_uint(cpu->cells[i].memory_kib));
                for (size_t k = 0; k < cpu->n_cells; k++)
                        json_append(distances, json_uint(xen_numa_distance(cpu, i, k)));
                json_set(node, "distances", distances);
                libxl_set_number(node, "pnode", (int64_t)i);
                json_set(node, "vcpus", bits(cpu->cells[i].cpus));
                json_append(nodes, node);
        }
        json_set(build, "vnuma_nodes", nodes);
}

/* A page of tables for each MiB, and some for each processor. */
static uint64_t shadow_memory(const Domain *d, const LibxlHost *host)
{
        return host && host->shadow_kib ? host->shadow_kib
                                        : 4 * (256 * (uint64_t)d->vcpu_max + 2 * (d->memory_kib / 1024));
}

static void put_memory(const Domain *d, const LibxlHost *host, Json *build)
{
        const Video *video = d->n_videos ? &d->videos[0] : NULL;

        json_set(build, "max_memkb", json_uint(d->memory_kib));
        json_set(build, "target_memkb", json_uint(d->current_memory_kib));
        if (video && xen_is_hvm(d))
                libxl_set_number(build, "video_memkb", (int64_t)video->vram_kib + video->ram_kib);
        json_set(build, "shadow_memkb", json_uint(shadow_memory(d, host)));
}

static void put_limits(const Domain *d, Json *build)
{
        for (size_t i = 0; i < d->n_controllers; i++) {
                const Controller *bus = &d->controllers[i];

                if (bus->type != CONTROLLER_XENBUS)
                        continue;
                libxl_set_number(build, "max_grant_frames", bus->xenbus.max_grant_frames.value);
                libxl_set_number(build, "event_channels", bus->xenbus.max_event_channels.value);
        }
}

static int put_clock(const Domain *d, Json *build, Error *err)
{
        static const char *const tsc_modes[TIMER_MODE_MAX_] = {
                [TIMER_MODE_EMULATE] = "always_emulate",
                [TIMER_MODE_NATIVE] = "native",
                [TIMER_MODE_PARAVIRT] = "native_paravirt",
        };
        const Clock *clock = &d->clock;
        const Timer *tsc = xen_timer(d, TIMER_TSC);

        if (clock->offset != CLOCK_UTC && clock->offset != CLOCK_LOCALTIME && clock->offset != CLOCK_VARIABLE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported clock offset '%s'",
                                 enum_text(ClockOffset, clock->offset));
        if (xen_clock_is_local(clock))
                libxl_set_flag(build, "localtime", true);
        libxl_set_number(build, "rtc_timeoffset", xen_clock_distance(clock));
        libxl_set_text(build, "tsc_mode", tsc ? tsc_modes[tsc->mode] : NULL);
        return 0;
}

static void put_device_model(const Domain *d, Json *build)
{
        const ArgumentNamespace *space = d->extra.space == &xen_namespace ? d->extra.content : NULL;
        Json *extra = json_array();

        if (d->emulator) {
                g_autofree char *name = g_path_get_basename(d->emulator);

                json_set(build, "device_model_version",
                         json_string(strcmp(name, "qemu-dm") == 0 ? "qemu_xen_traditional" : "qemu_xen"));
                libxl_set_text(build, "device_model", d->emulator);
        }
        for (size_t i = 0; space && i < space->n_arguments; i++)
                json_append(extra, json_string(space->arguments[i].value));
        if (json_length(extra) > 0)
                json_set(build, "extra", extra);
        else
                json_unref(extra);
}

static int put_ports(const Domain *d, Json *machine, Error *err)
{
        Json *list = json_array();

        for (size_t i = 0; i < d->n_serials; i++) {
                g_autoptr(GString) text = g_string_new(NULL);

                if (xen_chardev_write(&d->serials[i].source, text, err) < 0)
                        return json_unref(list), -1;
                json_append(list, json_string(text->str));
        }
        if (d->n_serials == 1)
                libxl_set_text(machine, "serial", json_text(json_at(list, 0)));
        if (d->n_serials > 1)
                json_set(machine, "serial_list", list);
        else
                json_unref(list);
        if (d->n_parallels > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "parallel devices are not supported");
        return 0;
}

static void put_usb_inputs(const Domain *d, Json *machine)
{
        Json *list = json_array();

        for (size_t i = 0; i < d->n_inputs; i++)
                if (xen_usb_input_name(&d->inputs[i]))
                        json_append(list, json_string(xen_usb_input_name(&d->inputs[i])));
        if (json_length(list) > 0)
                libxl_set_flag(machine, "usb", true);
        if (json_length(list) == 1)
                libxl_set_text(machine, "usbdevice", json_text(json_at(list, 0)));
        if (json_length(list) > 1)
                json_set(machine, "usbdevice_list", list);
        else
                json_unref(list);
}

static void put_firmware(const Os *os, Json *machine)
{
        if (os->loader_type == LOADER_PFLASH || os->firmware == FIRMWARE_EFI) {
                libxl_set_text(machine, "bios", "ovmf");
                libxl_set_text(machine, "system_firmware", os->loader_type == LOADER_PFLASH ? os->loader : NULL);
        }
        for (size_t i = 0; i < os->n_acpi_tables; i++)
                if (os->acpi_tables[i].type == ACPI_TABLE_SLIC)
                        libxl_set_text(machine, "acpi_firmware", os->acpi_tables[i].path);
}

static int put_cpu(const Domain *d, Json *build, Error *err)
{
        if (!d->cpu || d->cpu->mode != CPU_MODE_HOST_PASSTHROUGH)
                return 0;
        libxl_set_flag(build, "nested_hvm", xl_cpu_is_nested(d->cpu));
        return libxl_put_cpuid(d->cpu, build, err);
}

static int put_machine(const Domain *d, Json *build, Error *err)
{
        static const Features none;
        const Features *features = d->features ? d->features : &none;
        const Timer *hpet = xen_timer(d, TIMER_HPET);
        g_autoptr(GString) boot = g_string_new(NULL), sounds = g_string_new(NULL);
        Json *machine = json_object();

        json_set(build, "type.hvm", machine);
        if (put_cpu(d, build, err) < 0)
                return -1;
        libxl_set_flag(build, "apic", features->apic);
        libxl_set_flag(build, "acpi", features->acpi);
        put_firmware(&d->os, machine);
        libxl_set_flag(machine, "pae", features->pae);
        if (features->viridian)
                libxl_set_flag(machine, "viridian", true);
        if (hpet && hpet->present != YESNO_ABSENT)
                libxl_set_flag(machine, "hpet", hpet->present == YESNO_YES);
        libxl_put_displays(d, machine);
        if (put_ports(d, machine, err) < 0 || xen_sound_write(d, sounds, err) < 0)
                return -1;
        xen_boot_write(d, boot);
        libxl_set_text(machine, "boot", boot->str);
        put_usb_inputs(d, machine);
        libxl_set_text(machine, "soundhw", sounds->len ? sounds->str : NULL);
        json_set(machine, "rdm", json_object());
        return 0;
}

/* Without a kernel somebody must find one: pygrub looks into the guest's disk. */
static void put_paravirtual(const Domain *d, Json *build)
{
        Json *guest = json_object();
        const Features *features = d->features;

        if (d->bootloader)
                libxl_set_text(guest, "bootloader", d->bootloader);
        else if (!d->os.kernel)
                libxl_set_text(guest, "bootloader", "pygrub");
        if (d->bootloader_args) {
                g_auto(GStrv) words = g_strsplit_set(d->bootloader_args, " \t\n", -1);
                Json *list = json_array();

                for (char **word = words; *word; word++)
                        if (**word)
                                json_append(list, json_string(*word));
                json_set(guest, "bootloader_args", list);
        }
        if (features && features->xen && features->xen->e820_host != SWITCH_ABSENT)
                libxl_set_flag(guest, "e820_host", features->xen->e820_host == SWITCH_ON);
        json_set(build, "type.pv", guest);
}

static int put_build(const Domain *d, const LibxlHost *host, Json *config, Error *err)
{
        Json *build = json_object(), *scheduling = json_object();

        json_set(config, "b_info", build);
        put_vcpus(d, build);
        put_numa(d, build);
        put_memory(d, host, build);
        put_limits(d, build);
        if (put_clock(d, build, err) < 0)
                return -1;
        if (xen_is_hvm(d))
                put_device_model(d, build);
        json_set(build, "sched_params", scheduling);
        if (d->cputune && d->cputune->shares.set)
                libxl_set_number(scheduling, "weight", (int64_t)d->cputune->shares.value);
        if (xen_is_hvm(d) || !d->bootloader) {
                libxl_set_text(build, "kernel", d->os.kernel);
                libxl_set_text(build, "ramdisk", d->os.initrd);
        }
        libxl_set_text(build, "cmdline", d->os.cmdline);
        if (xen_is_hvm(d)) {
                if (put_machine(d, build, err) < 0)
                        return -1;
        } else if (is_pvh(d)) {
                json_set(build, "type.pvh", json_object());
        } else {
                put_paravirtual(d, build);
        }
        json_set(build, "arch_arm", json_object());
        return 0;
}

/* To destroy is the default. */
static void put_event(Json *config, const char *key, const char *name)
{
        g_autofree char *spelling = strcmp(name, "rename-restart") == 0 ? g_strdup("restart_rename")
                                                                        : g_strdelimit(g_strdup(name), "-", '_');

        if (*spelling && strcmp(spelling, "destroy") != 0)
                libxl_set_text(config, key, spelling);
}

Json *libxl_json(const Domain *d, const LibxlHost *host, Error *err)
{
        g_autoptr(Json) config = json_object();

        put_creation(d, config);
        if (xen_check_devices(d, err) < 0 || put_build(d, host, config, err) < 0 ||
            libxl_put_devices(d, config, err) < 0 || libxl_put_framebuffers(d, config, err) < 0)
                return NULL;
        put_event(config, "on_poweroff", enum_text(Lifecycle, d->on_poweroff));
        put_event(config, "on_reboot", enum_text(Lifecycle, d->on_reboot));
        put_event(config, "on_crash", enum_text(CrashAction, d->on_crash));
        return g_steal_pointer(&config);
}
