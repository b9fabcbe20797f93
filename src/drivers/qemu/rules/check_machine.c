/* See check.h: what a machine can do besides its devices: power, time, memory, identity, the addresses it has. */
#include "rules/check.h"

#include <string.h>

#include "rules/address.h"

static int check_lifecycle(const Domain *domain, Error *err)
{
        if (domain->on_poweroff == LIFECYCLE_PRESERVE || domain->on_reboot == LIFECYCLE_PRESERVE)
                return check_refuse(err,
                                    "qemu driver doesn't support the 'preserve' action for 'on_reboot'/'on_poweroff'");
        if (domain->on_poweroff == LIFECYCLE_RENAME_RESTART || domain->on_reboot == LIFECYCLE_RENAME_RESTART ||
            domain->on_crash == CRASH_RENAME_RESTART)
                return check_refuse(err, "qemu driver doesn't support the 'rename-restart' action for "
                                         "'on_reboot'/'on_poweroff'/'on_crash'");
        /* QEMU can end at power off and go on at a reboot, or both ways round, not each on its own. */
        if (domain->on_poweroff == LIFECYCLE_RESTART && domain->on_reboot == LIFECYCLE_DESTROY)
                return check_refuse(err,
                                    "qemu driver doesn't support 'restart' for on_poweroff together with 'destroy' "
                                    "for on_reboot");
        return 0;
}

/* Sleep states are switched at a power management chip: binaries for these have none. */
static int check_sleep(const Domain *domain, Error *err)
{
        bool chip = !domain_is_s390(domain) && !domain_is_riscv(domain) && !domain_is_arm(domain);

        if (domain->suspend_to_mem != YESNO_ABSENT && !chip)
                return check_refuse(err, "setting ACPI S3 not supported");
        if (domain->suspend_to_disk != YESNO_ABSENT && !chip)
                return check_refuse(err, "setting ACPI S4 not supported");
        return 0;
}

static int check_identity(const Domain *domain, const QemuCaps *caps, Error *err)
{
        static const Uuid none;

        if (memcmp(domain->genid, none, sizeof(none)) != 0 && !qemu_caps_has_flag(caps, QEMU_HAS_VMGENID))
                return check_refuse(err, "this QEMU does not support the 'genid' capability");
        if (domain->bootloader || domain->bootloader_args)
                return check_refuse(err, "bootloader is not supported by QEMU");
        return 0;
}

/* Guests that their host cannot look into: a binary, and the processor that it asks. */
static int check_secrecy(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const LaunchSecurity *secrecy = domain->launch_security;
        bool hashes = secrecy && secrecy->kernel_hashes != YESNO_ABSENT;

        switch (secrecy ? secrecy->type : LAUNCH_SECURITY_NONE) {
        case LAUNCH_SECURITY_SEV:
                if (!qemu_caps_has_flag(caps, QEMU_HAS_SEV_GUEST))
                        return check_refuse(err, "SEV launch security is not supported with this QEMU binary");
                if (hashes && !qemu_caps_has_flag(caps, QEMU_HAS_SEV_GUEST_KERNEL_HASHES))
                        return check_refuse(err,
                                            "SEV measured direct kernel boot is not supported with this QEMU binary");
                return 0;
        case LAUNCH_SECURITY_S390_PV:
                return qemu_caps_has_flag(caps, QEMU_HAS_S390_PV_GUEST) && domain->type == VIRT_KVM
                               ? 0
                               : check_refuse(err, "S390 PV launch security is not supported with this QEMU binary");
        default: return 0;
        }
}

/* Interrupts and firmware tables */

static int check_acpi(const Domain *domain, Error *err)
{
        bool acpi = domain->features && domain->features->acpi;
        bool uefi = domain->os.firmware == FIRMWARE_EFI || domain->os.loader_type == LOADER_PFLASH;

        if (acpi && g_strcmp0(domain->os.arch, "aarch64") == 0 && !uefi)
                return check_refuse(err, "ACPI requires UEFI on this architecture");
        return 0;
}

static int check_secure_boot(const Domain *domain, Error *err)
{
        if (domain->os.loader_secure != YESNO_YES || domain->os.loader_type != LOADER_PFLASH)
                return 0;
        if (!domain_is_q35(domain))
                return check_refuse(err, "Secure boot is supported with q35 machine types only");
        if (!domain->features || domain->features->smm != SWITCH_ON)
                return check_refuse(err, "Secure boot requires SMM feature enabled");
        return 0;
}

static int check_timer(const Domain *domain, const Timer *timer, Error *err)
{
        switch (timer->name) {
        case TIMER_PLATFORM: return check_refuse(err, "unsupported timer type (name) '%s'", "platform");
        case TIMER_RTC:
                if (timer->track == TIMER_TRACK_BOOT)
                        return check_refuse(err, "unsupported rtc timer track '%s'", "boot");
                if (timer->tickpolicy == TICK_POLICY_MERGE || timer->tickpolicy == TICK_POLICY_DISCARD)
                        return check_refuse(err, "unsupported rtc timer tickpolicy '%s'",
                                            enum_text(TickPolicy, timer->tickpolicy));
                return 0;
        case TIMER_PIT:
                if (timer->tickpolicy == TICK_POLICY_CATCHUP && !domain_is_x86(domain))
                        return check_refuse(err, "unsupported pit tickpolicy '%s'", "catchup");
                if (timer->tickpolicy == TICK_POLICY_MERGE)
                        return check_refuse(err, "unsupported pit tickpolicy '%s'",
                                            enum_text(TickPolicy, timer->tickpolicy));
                return 0;
        case TIMER_HPET:
                if (!domain_is_x86(domain) && timer->present == YESNO_YES)
                        return check_refuse(err, "hpet timer is not supported");
                return 0;
        default: return 0;
        }
}

static int check_timers(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->clock.n_timers; i++)
                if (check_timer(domain, &domain->clock.timers[i], err) < 0)
                        return -1;
        return 0;
}

/* Memory that can grow */

static int check_hotplug(const Domain *domain, Error *err)
{
        size_t cells = domain->cpu ? domain->cpu->n_cells : 0;

        if (domain->n_memory_devices > 0 && !domain->max_memory_kib)
                for (size_t i = 0; i < domain->n_memory_devices; i++)
                        if (domain->memory_devices[i].model != MEMORY_MODEL_SGX_EPC)
                                return check_refuse(err,
                                                    "cannot use/hotplug a memory device when domain 'maxMemory' is "
                                                    "not defined");
        if (domain->max_memory_kib && cells == 0 && !domain_is_pseries(domain))
                return check_refuse(err, "At least one numa node has to be configured when enabling memory hotplug");
        return 0;
}

/* What people name, and whose turn it is, is one device's. */
typedef struct Claims {
        GHashTable *names; /* borrowed */
        GHashTable *turns; /* numbers */
} Claims;

static int claim(Claims *claims, const DeviceInfo *info, Error *err)
{
        if (info->boot_order && !g_hash_table_add(claims->turns, GUINT_TO_POINTER(info->boot_order)))
                return check_refuse(err, "boot order '%u' used for more than one device", info->boot_order);
        if (info->alias && g_str_has_prefix(info->alias, "ua-") && !g_hash_table_add(claims->names, info->alias))
                return check_refuse(err, "non unique alias detected: %s", info->alias);
        return 0;
}

static int check_claims(const Domain *domain, Error *err)
{
        g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
        g_autoptr(GHashTable) turns = g_hash_table_new(NULL, NULL);
        Claims claims = { names, turns };

        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        /* The first console is the first serial port once more. */
                        if (kind == DEVICE_CONSOLE && i == 0 && domain->consoles[0].target == CONSOLE_TARGET_SERIAL)
                                continue;
                        if (claim(&claims, device_info(domain, kind, i), err) < 0)
                                return -1;
                }
        return 0;
}

int check_machine(const Domain *domain, const QemuCaps *caps, Error *err)
{
        if (check_lifecycle(domain, err) < 0 || check_sleep(domain, err) < 0 || check_identity(domain, caps, err) < 0 ||
            check_acpi(domain, err) < 0 || check_secure_boot(domain, err) < 0 || check_secrecy(domain, caps, err) < 0 ||
            check_timers(domain, err) < 0)
                return -1;
        return check_hotplug(domain, err) < 0 || check_claims(domain, err) < 0 ? -1
                                                                               : check_device_addresses(domain, err);
}
