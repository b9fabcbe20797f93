/* See bhyve_domain_caps.h. */
#include "bhyve/bhyve_domain_caps.h"

static void fill_loader(LoaderCapability *loader, const char *const *firmwares)
{
        loader->supported = YESNO_YES;
        for (size_t i = 0; firmwares[i]; i++) {
                CapabilityValue *value =
                        rows_list_insert(&CapabilityValue_rows, &loader->values, &loader->n_values, loader->n_values);

                value->text = g_strdup(firmwares[i]);
        }
        capability_enum_add(&loader->enums, &loader->n_enums, "type", "pflash");
        capability_enum_add(&loader->enums, &loader->n_enums, "readonly", "yes");
}

static CapabilityItem *disk(void)
{
        CapabilityItem *item = capability_item_new(true);

        capability_enum_add(&item->enums, &item->n_enums, "diskDevice", "disk");
        capability_enum_add(&item->enums, &item->n_enums, "diskDevice", "cdrom");
        capability_enum_add(&item->enums, &item->n_enums, "bus", "virtio");
        capability_enum_add(&item->enums, &item->n_enums, "bus", "sata");
        capability_enum_add(&item->enums, &item->n_enums, "model", NULL);
        return item;
}

/* @value: the only one, if there is any. */
static CapabilityItem *one_value(bool supported, const char *name, const char *value)
{
        CapabilityItem *item = capability_item_new(supported);

        if (supported)
                capability_enum_add(&item->enums, &item->n_enums, name, value);
        return item;
}

DomainCapabilities *bhyve_domain_capabilities(const char *emulator, const char *arch, bool bootrom, bool framebuffer,
                                              const char *const *firmwares)
{
        DomainCapabilities *document = domain_capabilities_new();

        document->emulator = g_strdup(emulator);
        document->type = VIRT_BHYVE;
        document->arch = g_strdup(arch);
        document->iothreads = YESNO_NO;
        document->os.supported = YESNO_YES;
        document->os.loader.supported = YESNO_NO;
        if (bootrom)
                fill_loader(&document->os.loader, firmwares);
        document->disk = disk();
        document->graphics = one_value(framebuffer, "type", "vnc");
        document->video = one_value(framebuffer, "modelType", "gop");
        document->hostdev = capability_item_new(false);
        document->gic = capability_item_new(false);
        document->vmcoreinfo = capability_item_new(false);
        document->genid = capability_item_new(false);
        domain_capabilities_complete(document);
        return document;
}
