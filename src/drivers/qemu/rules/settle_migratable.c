/* See settle.h: the form of a document for another host. What every machine of its kind has and libvirt did not always
 * spell out is left away; whoever reads the document adds it again. */
#include "rules/settle.h"

#include <string.h>

#include "conf/rows.h"

static bool is_named_by_user(const DeviceInfo *info)
{
        return info->alias && g_str_has_prefix(info->alias, "ua-");
}

/* The USB controller of the chip set, and no other beside it. */
static bool is_chipset_usb(const Domain *domain, const Controller *controller)
{
        size_t n = 0;

        if (controller->type != CONTROLLER_USB || controller->model != CONTROLLER_MODEL_PIIX3_UHCI ||
            controller->index.value != 0 || is_named_by_user(&controller->info))
                return false;
        for (size_t i = 0; i < domain->n_controllers; i++)
                n += domain->controllers[i].type == CONTROLLER_USB;
        return n == 1;
}

static bool is_plain_root(const Controller *controller)
{
        static const PciController plain;

        return controller->type == CONTROLLER_PCI && controller->model == CONTROLLER_MODEL_PCI_ROOT &&
               controller->index.value == 0 && !is_named_by_user(&controller->info) &&
               !rows_compare(&PciController_rows, &controller->pci, &plain, 0, NULL, NULL);
}

static void drop_controllers(Domain *domain)
{
        for (size_t i = domain->n_controllers; i-- > 0;)
                if (is_chipset_usb(domain, &domain->controllers[i]) || is_plain_root(&domain->controllers[i]))
                        rows_list_remove(&Controller_rows, &domain->controllers, &domain->n_controllers, i);
}

/* The mouse stays: releases that imply both read it as the one they imply. */
static void drop_keyboards(Domain *domain)
{
        for (size_t i = domain->n_inputs; i-- > 0;)
                if (domain->inputs[i].type == INPUT_KEYBOARD && domain->inputs[i].bus == INPUT_BUS_PS2)
                        rows_list_remove(&Input_rows, &domain->inputs, &domain->n_inputs, i);
}

static void drop_audio(Domain *domain)
{
        Audio implied = { .id = 1, .type = qemu_implied_audio(domain, NULL) };

        if (domain->n_audios == 1 && !rows_compare(&Audio_rows, &domain->audios[0], &implied, 0, NULL, NULL))
                rows_list_remove(&Audio_rows, &domain->audios, &domain->n_audios, 0);
}

void qemu_make_migratable(Domain *domain)
{
        if (domain_is_i440fx(domain))
                drop_controllers(domain);
        if (domain_is_x86(domain))
                drop_keyboards(domain);
        drop_audio(domain);
}
