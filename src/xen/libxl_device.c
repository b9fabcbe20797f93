/* The devices of libxl's description. */
#include "libxl.h"

#include <string.h>

/* The list goes into @config unless it is empty. */
static void put_list(Json *config, const char *key, Json *list)
{
        if (json_length(list) > 0)
                json_set(config, key, list);
        else
                json_unref(list);
}

static const char *backend_of(const Disk *disk)
{
        static const struct {
                const char *driver, *backend;
        } drivers[] = {
                { "qemu", "qdisk" }, { "file", "qdisk" }, { "phy", "phy" }, { "tap", "tap" }, { "tap2", "tap" },
        };

        for (size_t i = 0; disk->driver && i < G_N_ELEMENTS(drivers); i++)
                if (strcmp(drivers[i].driver, disk->driver) == 0)
                        return drivers[i].backend;
        return NULL;
}

static int check_disk(const Disk *disk, const char *format, const char *backend, Error *err)
{
        if (disk->driver && !backend)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "libxenlight does not support disk driver %s",
                                 disk->driver);
        if (!format)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "libxenlight does not support disk format %s",
                                 enum_text(ImageFormat, disk->source.format));
        if (g_strcmp0(backend, "phy") == 0 && strcmp(format, "raw") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "libxenlight does not support disk format %s with disk driver %s", format,
                                 disk->driver);
        if (disk->transient)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "libxenlight does not support transient disks");
        return 0;
}

static Json *disk_object(const Disk *disk, Error *err)
{
        g_autoptr(GString) path = g_string_new(NULL);
        const char *format = xl_disk_format(disk->source.format), *backend = backend_of(disk);
        Json *object;

        if (check_disk(disk, format, backend, err) < 0 || xl_disk_path(disk, path, err) < 0)
                return NULL;
        object = json_object();
        libxl_set_text(object, "backend_domname", disk->backend_domain);
        libxl_set_text(object, "pdev_path", path->len ? path->str : NULL);
        libxl_set_text(object, "vdev", disk->target);
        libxl_set_text(object, "backend", backend);
        libxl_set_text(object, "format", path->len ? format : "empty");
        json_set(object, "removable", json_int(1));
        libxl_set_number(object, "readwrite", !disk->readonly);
        libxl_set_number(object, "is_cdrom", disk->device == DISK_DEVICE_CDROM);
        if (disk->discard != DISK_DISCARD_DEFAULT)
                libxl_set_flag(object, "discard_enable", disk->discard == DISK_DISCARD_UNMAP);
        return object;
}

/* Bytes in each of the intervals that Xen counts in. */
static void put_rate(const Interface *interface, Json *object)
{
        enum { INTERVAL_US = 50000, SECOND_US = 1000000 };
        uint64_t bytes = (uint64_t)xen_rate(interface) * 1024;

        if (bytes == 0)
                return;
        libxl_set_number(object, "rate_bytes_per_interval", (int64_t)(bytes * INTERVAL_US / SECOND_US));
        libxl_set_number(object, "rate_interval_usecs", INTERVAL_US);
}

static Json *interface_object(const Domain *d, const Interface *interface, size_t index, Error *err)
{
        g_autoptr(GString) mac = g_string_new(NULL), ips = g_string_new(NULL), bridge = g_string_new(NULL);
        bool netfront = g_strcmp0(interface->model, "netfront") == 0;
        Json *object;

        if (xen_interface_check(interface, err) < 0)
                return NULL;
        object = json_object();
        xen_mac_write(&interface->mac, mac);
        xen_ips_write(interface, ips);
        xen_bridge_write(interface, bridge);
        libxl_set_text(object, "backend_domname", interface->backend_domain);
        json_set(object, "devid", json_uint(index));
        libxl_set_number(object, "mtu", interface->mtu);
        libxl_set_text(object, "model", netfront ? NULL : interface->model);
        libxl_set_text(object, "mac", mac->str);
        libxl_set_text(object, "ip", ips->len ? ips->str : NULL);
        libxl_set_text(object, "bridge", bridge->len ? bridge->str : NULL);
        /* Xen makes up names of this kind itself. */
        if (interface->target && !g_str_has_prefix(interface->target, "vif"))
                libxl_set_text(object, "ifname", interface->target);
        libxl_set_text(object, "script", interface->script);
        json_set(object, "nictype", json_string(xen_is_hvm(d) && !netfront ? "vif_ioemu" : "vif"));
        put_rate(interface, object);
        return object;
}

static Json *pci_object(const PciHostdev *pci)
{
        Json *object = json_object();

        libxl_set_number(object, "func", pci->address.function);
        libxl_set_number(object, "dev", pci->address.slot);
        libxl_set_number(object, "bus", pci->address.bus);
        libxl_set_number(object, "domain", pci->address.domain);
        if (pci->write_filtering == YESNO_NO)
                json_set(object, "permissive", json_bool(true));
        return object;
}

static Json *usb_object(const UsbHostdev *usb)
{
        Json *object = json_object(), *host = json_object();

        json_set(object, "ctrl", json_int(-1));
        libxl_set_number(host, "hostbus", usb->bus);
        libxl_set_number(host, "hostaddr", usb->device);
        json_set(object, "type.hostdev", host);
        return object;
}

static int put_hostdevs(const Domain *d, Json *config, Error *err)
{
        g_autoptr(Json) pcis = json_array(), usbs = json_array();

        for (size_t i = 0; i < d->n_hostdevs; i++) {
                const Hostdev *hostdev = &d->hostdevs[i];

                if (hostdev->type == HOSTDEV_PCI)
                        json_append(pcis, pci_object(&hostdev->pci));
                else if (hostdev->type == HOSTDEV_USB && hostdev->usb.device)
                        json_append(usbs, usb_object(&hostdev->usb));
                else
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "hostdev type '%s' not supported: PCI, and USB by bus and device, are",
                                         enum_text(HostdevType, hostdev->type));
        }
        put_list(config, "pcidevs", g_steal_pointer(&pcis));
        put_list(config, "usbdevs", g_steal_pointer(&usbs));
        return 0;
}

static Json *usb_controllers(const Domain *d)
{
        Json *list = json_array();

        for (size_t i = 0; i < d->n_controllers; i++) {
                const Controller *usb = &d->controllers[i];
                Json *object;

                if (usb->type != CONTROLLER_USB)
                        continue;
                object = json_object();
                libxl_set_number(object, "devid", usb->index.value);
                if (usb->model == CONTROLLER_MODEL_QUSB1 || usb->model == CONTROLLER_MODEL_QUSB2) {
                        libxl_set_text(object, "type", "qusb");
                        libxl_set_number(object, "version", usb->model == CONTROLLER_MODEL_QUSB1 ? 1 : 2);
                }
                libxl_set_number(object, "ports", usb->usb.ports.value);
                json_append(list, object);
        }
        return list;
}

static int put_channels(const Domain *d, Json *config, Error *err)
{
        g_autoptr(Json) list = json_array();

        for (size_t i = 0; i < d->n_channels; i++) {
                const Channel *channel = &d->channels[i];
                Json *object, *source;

                if (channel->source.type != CHARDEV_PTY && channel->source.type != CHARDEV_UNIX)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "channel source type not supported: %s",
                                         enum_text(ChardevType, channel->source.type));
                object = json_object();
                source = json_object();
                libxl_set_number(object, "devid", (int64_t)i);
                libxl_set_text(object, "name", channel->name);
                if (channel->source.type == CHARDEV_UNIX)
                        libxl_set_text(source, "path", channel->source.unix_socket.path);
                json_set(object, channel->source.type == CHARDEV_PTY ? "connection.pty" : "connection.socket", source);
                json_append(list, object);
        }
        put_list(config, "channels", g_steal_pointer(&list));
        return 0;
}

static int put_disks(const Domain *d, Json *config, Error *err)
{
        g_autoptr(Json) list = json_array();

        for (size_t i = 0; i < d->n_disks; i++) {
                Json *object = disk_object(&d->disks[i], err);

                if (!object)
                        return -1;
                json_append(list, object);
        }
        put_list(config, "disks", g_steal_pointer(&list));
        return 0;
}

static int put_interfaces(const Domain *d, Json *config, Error *err)
{
        g_autoptr(Json) list = json_array();

        for (size_t i = 0; i < d->n_interfaces; i++) {
                Json *object = interface_object(d, &d->interfaces[i], i, err);

                if (!object)
                        return -1;
                json_append(list, object);
        }
        put_list(config, "nics", g_steal_pointer(&list));
        return 0;
}

int libxl_put_devices(const Domain *d, Json *config, Error *err)
{
        if (put_disks(d, config, err) < 0 || put_interfaces(d, config, err) < 0 || put_hostdevs(d, config, err) < 0)
                return -1;
        put_list(config, "usbctrls", usb_controllers(d));
        return put_channels(d, config, err);
}
