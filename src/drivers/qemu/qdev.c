/* Words, objects and properties of a command line: what the parts of the builder have in common. */
#include "argv.h"

#include <string.h>

void argv_add(QemuArgv *argv, const char *word)
{
        g_ptr_array_add(argv->words, g_strdup(word));
}

void argv_add_pair(QemuArgv *argv, const char *option, const char *value)
{
        argv_add(argv, option);
        argv_add(argv, value);
}

void argv_add_format(QemuArgv *argv, const char *format, ...)
{
        va_list ap;

        va_start(ap, format);
        g_ptr_array_add(argv->words, g_strdup_vprintf(format, ap));
        va_end(ap);
}

char *argv_comma(const char *text)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);

        return g_strjoinv(",,", parts);
}

/* One member in the comma form; booleans are on and off there. */
static void add_member(const char *key, Json *value, void *opaque)
{
        GString *text = opaque;
        const char *string = json_text(value);
        g_autofree char *other = string ? NULL : json_format(value, false);
        g_autofree char *word = NULL;

        if (string)
                word = argv_comma(string);
        else if (strcmp(other, "true") == 0)
                word = g_strdup("on");
        else if (strcmp(other, "false") == 0)
                word = g_strdup("off");
        else
                word = g_strdup(other);
        if (text->len == 0)
                g_string_append(text, word);
        else
                g_string_append_printf(text, ",%s=%s", key, word);
}

void argv_add_json(QemuArgv *argv, const char *option, Json *json)
{
        /* -object takes JSON since 6.0, -device since 6.2, -netdev since 7.0 (usable), -blockdev always did. */
        unsigned since = strcmp(option, "-object") == 0   ? 6000000
                         : strcmp(option, "-device") == 0 ? 6002000
                         : strcmp(option, "-netdev") == 0 ? 7000000
                                                          : 0;
        g_autofree char *text = NULL;

        argv_add(argv, option);
        if (argv->caps->version >= since) {
                text = json_format(json, false);
                argv_add(argv, text);
        } else {
                g_autoptr(GString) comma = g_string_new(NULL);

                json_each(json, add_member, comma);
                argv_add(argv, comma->str);
        }
        json_unref(json);
}

Json *qdev_new(const char *driver)
{
        Json *json = json_object();

        json_set(json, "driver", json_string(driver));
        return json;
}

void qdev_string(Json *json, const char *key, const char *value)
{
        if (value)
                json_set(json, key, json_string(value));
}

void qdev_switch(Json *json, const char *key, Switch value)
{
        if (value != SWITCH_ABSENT)
                json_set(json, key, json_bool(value == SWITCH_ON));
}

void qdev_on_off(Json *json, const char *key, Switch value)
{
        if (value != SWITCH_ABSENT)
                json_set(json, key, json_string(value == SWITCH_ON ? "on" : "off"));
}

const char *argv_controller_alias(const Domain *domain, ControllerType type, unsigned index)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *controller = &domain->controllers[i];

                if (controller->type == type && controller->index.value == index && controller->info.alias)
                        return controller->info.alias;
        }
        return NULL;
}

static int pci_address(const QemuArgv *argv, Json *json, const PciAddress *pci, Error *err)
{
        const char *bus = argv_controller_alias(argv->domain, CONTROLLER_PCI, pci->bus);
        g_autofree char *addr = pci->function ? g_strdup_printf("0x%x.0x%x", pci->slot, pci->function)
                                              : g_strdup_printf("0x%x", pci->slot);

        if (!bus)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not find PCI controller with index %u required "
                                 "for device at address 0000:%02x:%02x.%x",
                                 pci->bus, pci->bus, pci->slot, pci->function);
        qdev_string(json, "bus", bus);
        qdev_switch(json, "multifunction", pci->multifunction);
        qdev_string(json, "addr", addr);
        return 0;
}

static int usb_address(const QemuArgv *argv, Json *json, const UsbAddress *usb, Error *err)
{
        const char *alias = argv_controller_alias(argv->domain, CONTROLLER_USB, usb->bus);
        g_autofree char *bus = alias ? g_strdup_printf("%s.0", alias) : NULL;

        if (!bus)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "there is no USB controller with index %u", usb->bus);
        qdev_string(json, "bus", bus);
        qdev_string(json, "port", usb->port);
        return 0;
}

static int virtio_serial_address(const QemuArgv *argv, Json *json, const VirtioSerialAddress *address, Error *err)
{
        const char *alias = argv_controller_alias(argv->domain, CONTROLLER_VIRTIO_SERIAL, address->controller);
        g_autofree char *bus = alias ? g_strdup_printf("%s.%u", alias, address->bus) : NULL;

        if (!bus)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "there is no virtio-serial controller with index %u",
                                 address->controller);
        qdev_string(json, "bus", bus);
        json_set(json, "nr", json_uint(address->port));
        return 0;
}

static void isa_address(Json *json, const IsaAddress *isa)
{
        if (isa->iobase.set)
                json_set(json, "iobase", json_uint(isa->iobase.value));
        if (isa->irq.set)
                json_set(json, "irq", json_uint(isa->irq.value));
}

int qdev_address(const QemuArgv *argv, Json *json, const DeviceInfo *info, Error *err)
{
        const Address *address = info->address;

        if (!address)
                return 0;
        switch (address->type) {
        case ADDRESS_PCI: return pci_address(argv, json, &address->pci, err);
        case ADDRESS_USB: return usb_address(argv, json, &address->usb, err);
        case ADDRESS_VIRTIO_SERIAL: return virtio_serial_address(argv, json, &address->virtio_serial, err);
        case ADDRESS_ISA: isa_address(json, &address->isa); return 0;
        case ADDRESS_NONE:
        case ADDRESS_DRIVE: /* its device says how */ return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "addresses of type '%s' are not supported yet",
                                 enum_text(AddressType, address->type));
        }
}

void qdev_virtio(Json *json, const VirtioOptions *options)
{
        qdev_switch(json, "iommu_platform", options->iommu);
        qdev_switch(json, "ats", options->ats);
        qdev_switch(json, "packed", options->packed);
        qdev_switch(json, "page-per-vq", options->page_per_vq);
}

void qdev_boot(const QemuArgv *argv, Json *json, const DeviceInfo *info, unsigned boot_index)
{
        unsigned index = info->boot_order ? info->boot_order : boot_index;

        if (index)
                json_set(json, "bootindex", json_uint(index));
}
