/* What xl.cfg has and xm's files had not. */
#include "config_write.h"
#include "xl_cpuid.h"

#include <string.h>

void xl_write_features(const ConfigWriter *w)
{
        const XenFeatures *xen = w->d->features ? w->d->features->xen : NULL;

        if (!xen)
                return;
        if (xen->e820_host != SWITCH_ABSENT && !xen_is_hvm(w->d))
                config_put_bool(w->out, "e820_host", xen->e820_host == SWITCH_ON);
        if (xen->passthrough == SWITCH_OFF)
                config_put_text(w, "passthrough", "disabled");
        else if (xen->passthrough == SWITCH_ON)
                config_put_text(w, "passthrough", xen->passthrough_mode ? xen->passthrough_mode : "enabled");
}

void xl_write_firmware(const ConfigWriter *w)
{
        const Os *os = &w->d->os;

        if (os->loader_type == LOADER_PFLASH || os->firmware == FIRMWARE_EFI) {
                config_put_text(w, "bios", "ovmf");
                config_put_text(w, "bios_path_override", os->loader_type == LOADER_PFLASH ? os->loader : NULL);
        }
        for (size_t i = 0; i < os->n_acpi_tables; i++)
                if (os->acpi_tables[i].type == ACPI_TABLE_SLIC)
                        config_put_text(w, "acpi_firmware", os->acpi_tables[i].path);
}

static void write_cell(const Cpu *cpu, size_t index, GString *out)
{
        const NumaCell *cell = &cpu->cells[index];
        g_autofree char *cpus = cell->cpus ? bitmap_format(cell->cpus) : g_strdup("");

        g_string_append_printf(out,
                               "[ \"pnode=%zu\", \"size=%" G_GUINT64_FORMAT "\", \"vcpus=%s\", \"vdistances=", index,
                               (guint64)cell->memory_kib / 1024, cpus);
        for (size_t i = 0; i < cpu->n_cells; i++)
                g_string_append_printf(out, "%s%u", i ? "," : "", xen_numa_distance(cpu, index, i));
        g_string_append(out, "\" ]");
}

static void write_vnuma(const ConfigWriter *w, const Cpu *cpu)
{
        g_string_append(w->out, "vnuma = [ ");
        for (size_t i = 0; i < cpu->n_cells; i++) {
                if (i > 0)
                        g_string_append(w->out, ", ");
                write_cell(cpu, i, w->out);
        }
        g_string_append(w->out, " ]\n");
}

void xl_write_cpu(const ConfigWriter *w)
{
        const Cpu *cpu = w->d->cpu;

        if (!cpu || !xen_is_hvm(w->d))
                return;
        if (cpu->mode == CPU_MODE_HOST_PASSTHROUGH) {
                g_autofree char *cpuid = xl_cpuid_write(cpu);

                config_put_bool(w->out, "nestedhvm", xl_cpu_is_nested(cpu));
                config_put_text(w, "cpuid", cpuid);
        }
        if (cpu->n_cells > 0)
                write_vnuma(w, cpu);
}

static char *usb_controller_text(const ConfigWriter *w, const void *element, Error *err)
{
        const Controller *usb = element;
        GString *out;

        if (usb->type != CONTROLLER_USB)
                return NULL;
        if (usb->model != CONTROLLER_MODEL_NONE && usb->model != CONTROLLER_MODEL_QUSB1 &&
            usb->model != CONTROLLER_MODEL_QUSB2)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "unsupported usb model type %s: known are qusb1 and qusb2",
                                  enum_text(ControllerModel, usb->model));
        out = g_string_new(usb->model == CONTROLLER_MODEL_QUSB1   ? "type=qusb,version=1"
                           : usb->model == CONTROLLER_MODEL_QUSB2 ? "type=qusb,version=2"
                                                                  : "type=auto");
        if (usb->usb.ports.set)
                g_string_append_printf(out, ",ports=%u", usb->usb.ports.value);
        return g_string_free(out, FALSE);
}

static char *usb_device_text(const ConfigWriter *w, const void *element, Error *err)
{
        const Hostdev *hostdev = element;

        if (hostdev->type != HOSTDEV_USB)
                return NULL;
        if (hostdev->usb.device == 0)
                return error_null(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "a USB device of the host must be named by bus and device, not by vendor and product");
        return g_strdup_printf("hostbus=%u,hostaddr=%u", hostdev->usb.bus, hostdev->usb.device);
}

static char *channel_text(const ConfigWriter *w, const void *element, Error *err)
{
        const Channel *channel = element;
        const UnixChardev *socket = &channel->source.unix_socket;
        GString *out;

        if (channel->target != CHANNEL_TARGET_XEN)
                return NULL;
        if (channel->source.type != CHARDEV_PTY && channel->source.type != CHARDEV_UNIX)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "channel source type not supported: %s",
                                  enum_text(ChardevType, channel->source.type));
        out = g_string_new(channel->source.type == CHARDEV_PTY ? "connection=pty" : "connection=socket");
        if (channel->source.type == CHARDEV_UNIX && socket->path)
                g_string_append_printf(out, ",path=%s", socket->path);
        if (channel->name)
                g_string_append_printf(out, ",name=%s", channel->name);
        return g_string_free(out, FALSE);
}

static char *argument_text(const ConfigWriter *w, const void *element, Error *err)
{
        return g_strdup(((const QemuArgument *)element)->value);
}

static int write_arguments(const ConfigWriter *w, Error *err)
{
        const ArgumentNamespace *space = w->d->extra.space == &xen_namespace ? w->d->extra.content : NULL;

        return space ? config_put_each(w, "device_model_args", space->arguments, space->n_arguments,
                                       sizeof(QemuArgument), argument_text, err)
                     : 0;
}

int xl_write_devices(const ConfigWriter *w, Error *err)
{
        const Domain *d = w->d;

        return config_put_each(w, "usbctrl", d->controllers, d->n_controllers, sizeof(Controller), usb_controller_text,
                               err) < 0 ||
                               config_put_each(w, "usbdev", d->hostdevs, d->n_hostdevs, sizeof(Hostdev),
                                               usb_device_text, err) < 0 ||
                               config_put_each(w, "channel", d->channels, d->n_channels, sizeof(Channel), channel_text,
                                               err) < 0 ||
                               write_arguments(w, err) < 0
                       ? -1
                       : 0;
}
