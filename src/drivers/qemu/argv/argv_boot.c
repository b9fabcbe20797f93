/* How the guest boots and ends: boot menu, kernel, ACPI, sleep states, what a reboot is. */
#include "argv/argv.h"

#include <string.h>

/* Nothing that the guest can do starts it again: a reboot may be QEMU's end. */
static bool domain_ends_with_reboot(const Domain *domain)
{
        return domain->on_reboot == LIFECYCLE_DESTROY && domain->on_poweroff == LIFECYCLE_DESTROY &&
               (domain->on_crash == CRASH_DESTROY || domain->on_crash == CRASH_COREDUMP_DESTROY);
}

static void sleep_states(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        const char *chip = domain_is_q35(domain) ? "ICH9-LPC" : "PIIX4_PM";

        if (domain->suspend_to_mem != YESNO_ABSENT)
                argv_add_format(argv, "-global", "%s.disable_s3=%d", chip, domain->suspend_to_mem == YESNO_NO);
        if (domain->suspend_to_disk != YESNO_ABSENT)
                argv_add_format(argv, "-global", "%s.disable_s4=%d", chip, domain->suspend_to_disk == YESNO_NO);
}

/* Where tables of ACPI are by default; machines that take the property say so: argv_machine(). */
static bool acpi_is_option(const QemuArgv *argv)
{
        static const char *const arches[] = { "x86_64", "i686", "aarch64" };

        if (argv->machine && argv->machine->acpi)
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(arches); i++)
                if (g_strcmp0(argv->domain->os.arch, arches[i]) == 0)
                        return true;
        return false;
}

static void power_management(QemuArgv *argv)
{
        const Domain *domain = argv->domain;

        /* A reboot that ends the guest must reach us as the end of it; newer releases are told over the monitor. */
        if (!qemu_caps_has_flag(argv->caps, QEMU_HAS_SET_ACTION) && domain_ends_with_reboot(domain))
                argv_add(argv, "-no-reboot");
        else
                argv_add(argv, "-no-shutdown");
        if (acpi_is_option(argv) && !(domain->features && domain->features->acpi))
                argv_add(argv, "-no-acpi");
        if (domain_is_x86(domain))
                sleep_states(argv);
}

static void boot_options(QemuArgv *argv)
{
        const Os *os = &argv->domain->os;
        g_autoptr(GString) value = g_string_new(NULL);

        if (os->bootmenu != YESNO_ABSENT)
                g_string_append_printf(value, "menu=%s,", os->bootmenu == YESNO_YES ? "on" : "off");
        if (os->bootmenu_timeout.set)
                g_string_append_printf(value, "splash-time=%u,", os->bootmenu_timeout.value);
        if (os->bios_reboot_timeout.set)
                g_string_append_printf(value, "reboot-timeout=%d,", os->bios_reboot_timeout.value);
        g_string_append(value, "strict=on");
        argv_add_pair(argv, "-boot", value->str);
}

int argv_boot(QemuArgv *argv, Error *err)
{
        const Os *os = &argv->domain->os;

        power_management(argv);
        boot_options(argv);
        if (os->kernel)
                argv_add_pair(argv, "-kernel", os->kernel);
        if (os->initrd)
                argv_add_pair(argv, "-initrd", os->initrd);
        if (os->cmdline)
                argv_add_pair(argv, "-append", os->cmdline);
        if (os->dtb)
                argv_add_pair(argv, "-dtb", os->dtb);
        for (size_t i = 0; i < os->n_acpi_tables; i++) {
                g_autofree char *path = argv_comma(os->acpi_tables[i].path);
                g_autofree char *signature = g_ascii_strup(enum_text(AcpiTableType, os->acpi_tables[i].type), -1);

                argv_add_format(argv, "-acpitable", "sig=%s,file=%s", signature, path);
        }
        return 0;
}
