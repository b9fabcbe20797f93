/* See check.h: addresses of types that a device, or the machine's buses, do not have. */
#include "rules/check.h"

#include "rules/address.h"

/* There is one PCI domain in a guest, and what only PCI devices have is for those. */
static int check_pci(const DeviceInfo *info, DeviceKind kind, Error *err)
{
        AddressType type = device_address_type(info);
        const PciAddress *pci = device_pci(info);

        if (pci && pci->domain != 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid PCI address %.4x:%.2x:%.2x.%.1x. Only PCI domain 0 is available", pci->domain,
                                 pci->bus, pci->slot, pci->function);
        if (info->acpi_index && type != ADDRESS_NONE && type != ADDRESS_PCI)
                return check_refuse(err, "ACPI index is only supported for PCI devices");
        if ((kind == DEVICE_INTERFACE || kind == DEVICE_HOSTDEV) && type != ADDRESS_NONE && type != ADDRESS_PCI &&
            type != ADDRESS_UNASSIGNED &&
            (info->rom_bar != SWITCH_ABSENT || info->rom_file || info->rom_enabled != YESNO_ABSENT))
                return check_refuse(err, "ROM tuning is only supported for PCI devices");
        return 0;
}

/* Devices that hang on one kind of bus, wherever people would put them. */
static int check_bus(const Domain *domain, DeviceKind kind, size_t i, Error *err)
{
        const DeviceInfo *info = device_info(domain, kind, i);
        AddressType type = device_address_type(info);
        bool port = kind != DEVICE_HUB && kind != DEVICE_CONTROLLER && kind != DEVICE_SOUND &&
                    device_is_usb(domain, kind, i);

        if (type == ADDRESS_NONE)
                return 0;
        if (port && type != ADDRESS_USB)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid address for a USB device");
        if (kind == DEVICE_SMARTCARD && type != ADDRESS_CCID)
                return check_refuse(err, "Controllers must use the 'ccid' address type");
        if (type == ADDRESS_VIRTIO_SERIAL &&
            !controller_find(domain, CONTROLLER_VIRTIO_SERIAL, info->address->virtio_serial.controller))
                return error_set(err, VIR_ERR_XML_ERROR, "virtio serial controller %u is missing",
                                 info->address->virtio_serial.controller);
        return 0;
}

static int check_address(const Domain *domain, DeviceKind kind, size_t i, Error *err)
{
        const DeviceInfo *info = device_info(domain, kind, i);
        AddressType type = device_address_type(info);

        if (check_pci(info, kind, err) < 0)
                return -1;
        if (type == ADDRESS_CCW && !domain_is_ccw(domain))
                return check_refuse(err, "cannot use CCW address type for device '%s' using machine type '%s'",
                                    info->alias ? info->alias : "(none)", domain->os.machine);
        if (check_bus(domain, kind, i, err) < 0)
                return -1;
        if (type == ADDRESS_UNASSIGNED && kind != DEVICE_HOSTDEV)
                return check_refuse(err, "address of type '%s' is supported only for hostdevs", "unassigned");
        return 0;
}

int check_device_addresses(const Domain *domain, Error *err)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++)
                        if (check_address(domain, kind, i, err) < 0)
                                return -1;
        return 0;
}
