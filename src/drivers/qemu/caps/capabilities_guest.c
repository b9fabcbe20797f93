/* What one emulator offers on one architecture: the <guest> of the capabilities. */
#include "caps/capabilities_guest.h"

#include <string.h>

static struct GuestToggle *toggle(Switch default_state, YesNo can)
{
        struct GuestToggle *toggle = g_new0(struct GuestToggle, 1);

        toggle->default_state = default_state;
        toggle->toggle = can;
        return toggle;
}

static void add_domain(GuestCapabilities *guest, VirtType type)
{
        GuestDomain *domain = rows_list_insert(&GuestDomain_rows, &guest->domains, &guest->n_domains, guest->n_domains);

        domain->type = type;
}

void qemu_guest_fill(GuestCapabilities *guest, const QemuCaps *caps, const QemuArch *arch, bool kvm)
{
        bool x86 = strcmp(arch->name, "i686") == 0 || strcmp(arch->name, "x86_64") == 0;

        guest->os_type = g_strdup("hvm");
        guest->arch = g_strdup(arch->name);
        guest->wordsize = arch->bits;
        guest->emulator = g_strdup(caps->binary);
        if (qemu_caps_has_flag(caps, QEMU_HAS_TCG))
                add_domain(guest, VIRT_QEMU);
        if (kvm)
                add_domain(guest, VIRT_KVM);
        if (caps->hvf)
                add_domain(guest, VIRT_HVF);
        guest->pae = guest->nonpae = strcmp(arch->name, "i686") == 0;
        if (x86 || strcmp(arch->name, "aarch64") == 0)
                guest->acpi = toggle(SWITCH_ON, YESNO_YES);
        if (x86)
                guest->apic = toggle(SWITCH_ON, YESNO_NO);
        guest->cpuselection = true;
        guest->deviceboot = true;
        guest->disksnapshot = toggle(SWITCH_ON, YESNO_NO);
        guest->external_snapshot = true;
}

static void add_machine(GuestCapabilities *guest, const char *name, const char *canonical, const QemuMachine *machine)
{
        GuestMachine *row =
                rows_list_insert(&GuestMachine_rows, &guest->machines, &guest->n_machines, guest->n_machines);

        row->name = g_strdup(name);
        row->canonical = g_strdup(canonical);
        row->max_cpus = machine->max_cpus;
        row->deprecated = machine->deprecated ? YESNO_YES : YESNO_ABSENT;
}

void qemu_guest_fill_machines(GuestCapabilities *guest, const QemuCaps *caps)
{
        for (guint i = 0; i < caps->machines->len; i++) {
                const QemuMachine *machine = g_ptr_array_index(caps->machines, i);

                add_machine(guest, machine->name, NULL, machine);
                if (machine->alias)
                        add_machine(guest, machine->alias, machine->name, machine);
        }
}
