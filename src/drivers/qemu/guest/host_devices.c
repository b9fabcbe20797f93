/* Devices of this machine, found by what the document knows of them. */
#define LOG_SOURCE "qemu.host"
#include "guest/host_devices.h"
#include "host/vfio.h"

#include <inttypes.h>
#include <string.h>

#include "util/file.h"
#include "util/text.h"

enum { SYSFS_MAX = 4096 };

/* A number in a file of sysfs; -1: there is none. */
static long number_in(const char *folder, const char *device, const char *name, int base)
{
        g_autofree char *path = g_build_filename(folder, device, name, NULL);
        g_autofree char *text = NULL;

        if (file_read(path, SYSFS_MAX, &text, NULL, NULL) < 0)
                return -1;
        return strtol(text, NULL, base);
}

static bool is_usb(const char *folder, const char *device, const UsbHostdev *wanted)
{
        if (number_in(folder, device, "idVendor", 16) != (long)wanted->vendor.value ||
            number_in(folder, device, "idProduct", 16) != (long)wanted->product.value)
                return false;
        return !wanted->bus || number_in(folder, device, "busnum", 10) == (long)wanted->bus;
}

int host_find_usb(QemuHost *host, UsbHostdev *usb, Error *err)
{
        static const char folder[] = "/sys/bus/usb/devices";
        g_auto(GStrv) names = NULL;
        const char *found = NULL;
        unsigned n = 0;

        if (usb->device || !usb->vendor.set)
                return 0;
        if (dir_list(folder, NULL, &names, err) < 0)
                return -1;
        for (char **name = names; *name; name++)
                if (is_usb(folder, *name, usb)) {
                        found = *name;
                        n++;
                }
        if (n == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Did not find USB device %04x:%04x", usb->vendor.value,
                                 usb->product.value);
        if (n > 1)
                return error_set(err, VIR_ERR_OPERATION_FAILED,
                                 "Multiple USB devices for %04x:%04x were found, please specify a correct address",
                                 usb->vendor.value, usb->product.value);
        usb->bus = (unsigned)number_in(folder, found, "busnum", 10);
        usb->device = (unsigned)number_in(folder, found, "devnum", 10);
        return 0;
}

char *host_scsi_generic(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit, Error *err)
{
        unsigned number = 0;
        g_autofree char *folder = NULL;
        g_auto(GStrv) names = NULL;

        if (!adapter || !g_str_has_prefix(adapter, "scsi_host") ||
            !text_to_uint(adapter + strlen("scsi_host"), 10, &number))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Cannot parse adapter '%s'", adapter ? adapter : "");
        folder = g_strdup_printf("/sys/bus/scsi/devices/%u:%u:%u:%" PRIu64 "/scsi_generic", number, bus, target, unit);
        if (dir_list(folder, NULL, &names, err) < 0)
                return NULL;
        if (!names[0])
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "SCSI device '%s': no device %u:%u:%" PRIu64 " on it",
                                  adapter, bus, target, unit);
        return g_strdup(names[0]);
}

/* PCI */

bool host_devices_any(const Domain *live)
{
        for (size_t i = 0; i < live->n_hostdevs; i++)
                if (live->hostdevs[i].type == HOSTDEV_PCI)
                        return true;
        return false;
}

static bool have_same(const Domain *a, const Domain *b)
{
        for (size_t i = 0; i < a->n_hostdevs; i++)
                for (size_t k = 0; k < b->n_hostdevs; k++)
                        if (a->hostdevs[i].type == HOSTDEV_PCI && b->hostdevs[k].type == HOSTDEV_PCI &&
                            memcmp(&a->hostdevs[i].pci.address, &b->hostdevs[k].pci.address, sizeof(HostPciAddress)) ==
                                    0)
                                return true;
        return false;
}

/* One guest at a time has a device. */
static int check_others(const QemuInstance *instance, const Domain *live, Error *err)
{
        DomainEntry **entries = domain_list_all(instance->list.domains, NULL);
        int r = 0;

        for (size_t i = 0; r == 0 && entries[i]; i++) {
                DomainView *view = domain_view_get(entries[i]);

                if (view && view->live && memcmp(view->live->uuid, live->uuid, sizeof(Uuid)) != 0 &&
                    have_same(view->live, live))
                        r = error_set(err, VIR_ERR_OPERATION_INVALID, "PCI device is in use by driver QEMU, domain %s",
                                      view->live->name);
                domain_view_unref(view);
        }
        domain_entries_free(entries);
        return r;
}

int host_devices_check(const Domain *live, Error *err)
{
        const Vfio vfio = { .root = "" };

        return vfio_check_interfaces(&vfio, live, err);
}

int host_devices_take(const QemuInstance *instance, const Domain *live, Error *err)
{
        g_autofree char *records = g_build_filename(instance->run_dir, "hostdevs", NULL);
        const Vfio vfio = { .root = "", .records = records, .tell = vfio_tell };

        /* A network may have given one. */
        if (vfio_check_interfaces(&vfio, live, err) < 0)
                return -1;
        if (!host_devices_any(live))
                return 0;
        return check_others(instance, live, err) < 0 ? -1 : vfio_take(&vfio, live, err);
}

void host_devices_give_back(const QemuInstance *instance, const Domain *live)
{
        g_autofree char *records = g_build_filename(instance->run_dir, "hostdevs", NULL);
        const Vfio vfio = { .root = "", .records = records, .tell = vfio_tell };

        vfio_give_back(&vfio, live);
}
