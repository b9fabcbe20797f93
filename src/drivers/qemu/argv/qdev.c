/* Words, objects and properties of a command line: what the parts of the builder have in common. */
#include "argv/argv.h"

#include <string.h>

static void item_free(void *opaque)
{
        QemuItem *item = opaque;

        g_free(item->option);
        g_free(item->text);
        json_unref(item->json);
        g_free(item->alias);
        g_free(item);
}

QemuArgv *qemu_argv_new(const Domain *domain, const QemuCaps *caps, QemuHost *host)
{
        QemuArgv *argv = g_new0(QemuArgv, 1);

        argv->domain = domain;
        argv->caps = caps;
        argv->host = host;
        argv->machine = domain->os.machine ? qemu_caps_machine(caps, domain->os.machine) : NULL;
        /* Disks are given theirs by their place in the definition. */
        argv->fd_sets = argv_disk_fd_sets(domain);
        argv->items = g_ptr_array_new_with_free_func(item_free);
        argv->environment = g_ptr_array_new_with_free_func(g_free);
        argv->folders = g_ptr_array_new_with_free_func(g_free);
        return argv;
}

QemuArgv *qemu_argv_free(QemuArgv *argv)
{
        if (!argv)
                return NULL;
        g_ptr_array_unref(argv->items);
        g_ptr_array_unref(argv->environment);
        g_ptr_array_unref(argv->folders);
        g_free(argv);
        return NULL;
}

static QemuItem *add_item(const QemuArgv *argv, const char *option)
{
        QemuItem *item = g_new0(QemuItem, 1);

        item->option = g_strdup(option);
        item->alias = g_strdup(argv->alias);
        item->fd = -1;
        g_ptr_array_add(argv->items, item);
        return item;
}

void argv_add(QemuArgv *argv, const char *word)
{
        add_item(argv, word);
}

void argv_env(QemuArgv *argv, const char *name, const char *value)
{
        g_ptr_array_add(argv->environment, g_strdup(name));
        g_ptr_array_add(argv->environment, g_strdup(value));
}

void argv_add_pair(QemuArgv *argv, const char *option, const char *value)
{
        add_item(argv, option)->text = g_strdup(value);
}

void argv_add_format(QemuArgv *argv, const char *option, const char *format, ...)
{
        va_list ap;

        va_start(ap, format);
        add_item(argv, option)->text = g_strdup_vprintf(format, ap);
        va_end(ap);
}

void argv_add_both(QemuArgv *argv, const char *option, const char *text, Json *json)
{
        QemuItem *item = add_item(argv, option);

        item->text = g_strdup(text);
        item->json = json;
}

char *argv_comma(const char *text)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);

        return g_strjoinv(",,", parts);
}

/* A list of numbers, as ranges: "0-3", each with the key again. */
static void add_numbers(GString *text, const char *key, const Json *list)
{
        g_autoptr(Bitmap) set = bitmap_new(0);
        g_autofree char *ranges = NULL;
        g_auto(GStrv) each = NULL;

        for (size_t i = 0; i < json_length(list); i++) {
                g_autofree char *number = json_format(json_at(list, i), false);

                bitmap_set(set, g_ascii_strtoull(number, NULL, 10), true);
        }
        ranges = bitmap_format(set);
        each = g_strsplit(ranges, ",", -1);
        for (char **range = each; *range; range++)
                g_string_append_printf(text, ",%s=%s", key, *range);
}

/* One member in the comma form; booleans are on and off there. */
static void add_member(const char *key, Json *value, void *opaque)
{
        GString *text = opaque;
        const char *string = json_text(value);
        g_autofree char *other = string ? NULL : json_format(value, false);
        g_autofree char *word = NULL;

        if (json_is_array(value)) {
                add_numbers(text, key, value);
                return;
        }
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

void argv_add_json(const QemuArgv *argv, const char *option, Json *json)
{
        add_item(argv, option)->json = strcmp(option, "-device") == 0 ? argv_override(argv, json) : json;
}

static bool takes_json(const QemuCaps *caps, const char *option)
{
        if (strcmp(option, "-object") == 0)
                return qemu_caps_has_flag(caps, QEMU_HAS_OBJECT_QAPIFIED);
        if (strcmp(option, "-device") == 0)
                return qemu_caps_has_flag(caps, QEMU_HAS_DEVICE_JSON_HOTPLUG);
        return strcmp(option, "-netdev") != 0 || qemu_caps_has_flag(caps, QEMU_HAS_NETDEV_JSON);
}

static char *json_value(const QemuCaps *caps, const QemuItem *item)
{
        GString *comma;

        if (takes_json(caps, item->option))
                return json_format(item->json, false);
        comma = g_string_new(NULL);
        json_each(item->json, add_member, comma);
        return g_string_free(comma, FALSE);
}

GPtrArray *qemu_argv_words(const QemuArgv *argv)
{
        GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

        for (guint i = 0; i < argv->items->len; i++) {
                const QemuItem *item = g_ptr_array_index(argv->items, i);

                g_ptr_array_add(words, g_strdup(item->option));
                if (item->text)
                        g_ptr_array_add(words, g_strdup(item->text));
                else if (item->json)
                        g_ptr_array_add(words, json_value(argv->caps, item));
        }
        g_ptr_array_add(words, NULL);
        return words;
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

/* What the machine has from the start goes by its own name, whatever the document calls it; NULL: it is not of those. */
static const char *own_name(const Domain *domain, ControllerType type, unsigned index)
{
        if (index > 0)
                return NULL;
        switch (type) {
        case CONTROLLER_PCI:
                return domain_has_pcie_root(domain) ? "pcie.0" : domain_has_pci_root(domain) ? "pci.0" : NULL;
        case CONTROLLER_IDE: return domain_has_builtin_ide(domain) ? "ide" : NULL;
        case CONTROLLER_SATA: return domain_is_q35(domain) ? "ide" : NULL;
        default: return NULL;
        }
}

const char *argv_controller_alias(const Domain *domain, ControllerType type, unsigned index)
{
        const char *own = controller_find(domain, type, index) ? own_name(domain, type, index) : NULL;

        if (own)
                return own;
        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *controller = &domain->controllers[i];

                if (controller->type == type && controller->index.value == index && controller->info.alias)
                        return controller->info.alias;
        }
        return NULL;
}

/* The bus of a host bridge: those of POWER after the first have theirs below their own name. */
static char *pci_bus(const Domain *domain, unsigned index)
{
        const char *alias = argv_controller_alias(domain, CONTROLLER_PCI, index);
        const Controller *controller = controller_find(domain, CONTROLLER_PCI, index);

        if (alias && index > 0 && controller && controller->model == CONTROLLER_MODEL_PCI_ROOT)
                return g_strdup_printf("%s.0", alias);
        return g_strdup(alias);
}

/* s390 knows PCI devices by numbers of its own, that a device of their own in front gives them. */
static void add_zpci(const QemuArgv *argv, const PciAddress *pci, const char *target)
{
        g_autofree char *id = g_strdup_printf("zpci%u", pci->zpci_uid.value);
        Json *json;

        if (!pci->zpci_uid.set || !pci->zpci_uid.value)
                return;
        json = qdev_new("zpci");
        json_set(json, "uid", json_uint(pci->zpci_uid.value));
        if (pci->zpci_fid.set)
                json_set(json, "fid", json_uint(pci->zpci_fid.value));
        qdev_string(json, "target", target);
        qdev_string(json, "id", id);
        argv_add_json(argv, "-device", json);
}

static int pci_address(const QemuArgv *argv, Json *json, const DeviceInfo *info, Error *err)
{
        const PciAddress *pci = &info->address->pci;
        g_autofree char *bus = pci_bus(argv->domain, pci->bus);
        g_autofree char *addr = pci->function ? g_strdup_printf("0x%x.0x%x", pci->slot, pci->function)
                                              : g_strdup_printf("0x%x", pci->slot);

        if (pci->domain != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Only PCI device addresses with domain=0 are "
                                 "supported");
        if (!bus)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not find PCI controller with index %u required "
                                 "for device at address 0000:%02x:%02x.%x",
                                 pci->bus, pci->bus, pci->slot, pci->function);
        qdev_string(json, "bus", bus);
        qdev_switch(json, "multifunction", pci->multifunction);
        qdev_string(json, "addr", addr);
        if (info->acpi_index)
                json_set(json, "acpi-index", json_uint(info->acpi_index));
        add_zpci(argv, pci, info->alias);
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

static int ccid_address(const QemuArgv *argv, Json *json, const CcidAddress *ccid, Error *err)
{
        const char *alias = argv_controller_alias(argv->domain, CONTROLLER_CCID, ccid->controller);
        g_autofree char *bus = alias ? g_strdup_printf("%s.0", alias) : NULL;

        if (!bus)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "there is no CCID controller with index %u",
                                 ccid->controller);
        qdev_string(json, "bus", bus);
        return 0;
}

static void isa_address(Json *json, const IsaAddress *isa)
{
        if (isa->iobase.set)
                json_set(json, "iobase", json_uint(isa->iobase.value));
        if (isa->irq.set)
                json_set(json, "irq", json_uint(isa->irq.value));
}

static void ccw_address(Json *json, const CcwAddress *ccw)
{
        g_autofree char *number = g_strdup_printf("%x.%x.%04x", ccw->cssid.value, ccw->ssid.value, ccw->devno.value);

        if (ccw->devno.set)
                qdev_string(json, "devno", number);
}

int qdev_address(const QemuArgv *argv, Json *json, const DeviceInfo *info, Error *err)
{
        const Address *address = info->address;

        if (!address)
                return 0;
        switch (address->type) {
        case ADDRESS_PCI: return pci_address(argv, json, info, err);
        case ADDRESS_USB: return usb_address(argv, json, &address->usb, err);
        case ADDRESS_VIRTIO_SERIAL: return virtio_serial_address(argv, json, &address->virtio_serial, err);
        case ADDRESS_CCID: return ccid_address(argv, json, &address->ccid, err);
        case ADDRESS_ISA: isa_address(json, &address->isa); return 0;
        case ADDRESS_CCW: ccw_address(json, &address->ccw); return 0;
        case ADDRESS_SPAPR_VIO:
                if (address->spapr_vio.reg.set)
                        json_set(json, "reg", json_uint(address->spapr_vio.reg.value));
                return 0;
        case ADDRESS_DIMM:
                json_set(json, "slot", json_uint(address->dimm.slot));
                if (address->dimm.base)
                        json_set(json, "addr", json_uint(address->dimm.base));
                return 0;
        case ADDRESS_NONE:
        case ADDRESS_UNASSIGNED:
        case ADDRESS_VIRTIO_MMIO: /* the driver's name says it */
        case ADDRESS_DRIVE: /* its device says how */ return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "addresses of type '%s' are not supported",
                                 enum_text(AddressType, address->type));
        }
}

Json *qdev_new_virtio(const char *base, const DeviceInfo *info, VirtioKind kind)
{
        static const char *const kinds[] = {
                [VIRTIO_PLAIN] = "",
                [VIRTIO_TRANSITIONAL] = "-transitional",
                [VIRTIO_NON_TRANSITIONAL] = "-non-transitional",
        };
        g_autofree char *driver = NULL;

        switch (device_address_type(info)) {
        case ADDRESS_CCW: driver = g_strdup_printf("%s-ccw", base); break;
        case ADDRESS_VIRTIO_MMIO: driver = g_strdup_printf("%s-device", base); break;
        default: driver = g_strdup_printf("%s-pci%s", base, kinds[kind]);
        }
        return qdev_new(driver);
}

void qdev_rom(Json *json, const DeviceInfo *info)
{
        if (info->rom_enabled == YESNO_NO) {
                qdev_string(json, "romfile", "");
                return;
        }
        if (info->rom_bar != SWITCH_ABSENT)
                json_set(json, "rombar", json_uint(info->rom_bar == SWITCH_ON));
        qdev_string(json, "romfile", info->rom_file);
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
