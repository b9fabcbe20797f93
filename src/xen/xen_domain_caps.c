/* See xen_domain_caps.h. */
#include "xen/xen_domain_caps.h"

#include <string.h>

/* Of Xen: how many vcpus it gives to a guest of its own kind, and to one that thinks it has a machine. */
enum { PARAVIRTUAL_VCPUS = 512, HARDWARE_VCPUS = 128 };

static void add_values(CapabilityItem *item, const char *name, const char *const *values)
{
        capability_enum_add(&item->enums, &item->n_enums, name, NULL);
        for (; *values; values++)
                capability_enum_add(&item->enums, &item->n_enums, name, *values);
}

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NO_VALUES   ((const char *const[]){ NULL })

static void fill_loader(LoaderCapability *loader, const char *const *firmwares)
{
        loader->supported = firmwares ? YESNO_YES : YESNO_NO;
        if (!firmwares)
                return;
        for (size_t i = 0; firmwares[i]; i++) {
                CapabilityValue *value =
                        rows_list_insert(&CapabilityValue_rows, &loader->values, &loader->n_values, loader->n_values);

                value->text = g_strdup(firmwares[i]);
        }
        capability_enum_add(&loader->enums, &loader->n_enums, "type", "rom");
        capability_enum_add(&loader->enums, &loader->n_enums, "type", "pflash");
        capability_enum_add(&loader->enums, &loader->n_enums, "readonly", "yes");
}

static CapabilityItem *hostdev(void)
{
        CapabilityItem *item = capability_item_new(true);

        add_values(item, "mode", VALUES("subsystem"));
        add_values(item, "startupPolicy", VALUES("default", "mandatory", "requisite", "optional"));
        add_values(item, "subsysType", VALUES("usb", "pci"));
        add_values(item, "capsType", NO_VALUES);
        add_values(item, "pciBackend", VALUES("xen"));
        return item;
}

static void fill_devices(DomainCapabilities *document)
{
        document->disk = capability_item_new(true);
        add_values(document->disk, "diskDevice", VALUES("disk", "cdrom"));
        add_values(document->disk, "bus", VALUES("ide", "scsi", "xen"));
        add_values(document->disk, "model", NO_VALUES);
        document->graphics = capability_item_new(true);
        add_values(document->graphics, "type", VALUES("sdl", "vnc", "spice"));
        document->video = capability_item_new(true);
        add_values(document->video, "modelType", VALUES("vga", "cirrus", "xen"));
        document->hostdev = hostdev();
}

DomainCapabilities *xen_domain_capabilities(const char *emulator, const char *arch, const char *machine,
                                            const char *const *firmwares)
{
        DomainCapabilities *document = domain_capabilities_new();
        bool hardware = strcmp(machine, "xenfv") == 0;

        document->emulator = g_strdup(emulator);
        document->type = VIRT_XEN;
        document->machine = g_strdup(machine);
        document->arch = g_strdup(arch);
        document->max_vcpus = hardware ? HARDWARE_VCPUS : PARAVIRTUAL_VCPUS;
        document->iothreads = YESNO_NO;
        document->os.supported = YESNO_YES;
        fill_loader(&document->os.loader, hardware ? firmwares : NULL);
        fill_devices(document);
        document->gic = capability_item_new(false);
        document->vmcoreinfo = capability_item_new(false);
        document->genid = capability_item_new(false);
        domain_capabilities_complete(document);
        return document;
}
