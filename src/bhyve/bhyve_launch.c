/* The commands of a guest. */
#include "bhyve/bhyve_launch.h"

#include <string.h>

#include "conf/driver_namespaces.h"
#include "launch.h"

enum { KIB = 1024 };

void bhyve_commands_clear(BhyveCommands *commands)
{
        g_strfreev(commands->run);
        g_strfreev(commands->loader);
        g_free(commands->device_map);
        *commands = (BhyveCommands){ 0 };
}

static char **finish(GPtrArray *words)
{
        g_ptr_array_add(words, NULL);
        return (char **)g_ptr_array_steal(words, NULL);
}

static unsigned memory_mib(const Domain *d)
{
        return (unsigned)((d->memory_kib + KIB - 1) / KIB);
}

static int add_cpus(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        const Cpu *cpu = d->cpu;

        bhyve_add(words, "-c");
        if (!cpu || cpu->sockets == 0) {
                bhyve_add_format(words, "%u", d->vcpu_max);
                return 0;
        }
        if (!(launch->features & BHYVE_CPU_TOPOLOGY))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Installed bhyve binary does not support defining CPU topology");
        if (cpu->dies > 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only 1 die per socket is supported");
        if ((uint64_t)cpu->sockets * cpu->cores * cpu->threads != d->vcpu_max)
                return error_set(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "Invalid CPU topology: total number of vCPUs must equal the product of sockets, cores, "
                        "and threads");
        bhyve_add_format(words, "cpus=%u,sockets=%u,cores=%u,threads=%u", d->vcpu_max, cpu->sockets, cpu->cores,
                         cpu->threads);
        return 0;
}

static int add_clock(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        if (d->clock.offset == CLOCK_LOCALTIME)
                return 0;
        if (d->clock.offset != CLOCK_UTC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported clock offset '%s'",
                                 enum_text(ClockOffset, d->clock.offset));
        if (!(launch->features & BHYVE_RTC_UTC))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Installed bhyve binary does not support UTC clock");
        bhyve_add(words, "-u");
        return 0;
}

static int add_firmware(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        if (!d->os.loader && d->os.firmware != FIRMWARE_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "no firmware is chosen: give an <os> <loader>");
        if (!d->os.loader)
                return 0;
        if (!(launch->features & BHYVE_LPC_BOOTROM))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Installed bhyve binary does not support UEFI loader");
        bhyve_add(words, "-l");
        bhyve_add_format(words, "bootrom,%s", d->os.loader);
        return 0;
}

static void add_user_arguments(GPtrArray *words, const Domain *d)
{
        const ArgumentNamespace *own = d->extra.space == &bhyve_namespace ? d->extra.content : NULL;

        for (size_t i = 0; own && i < own->n_arguments; i++)
                bhyve_add(words, own->arguments[i].value);
}

/* -H and -P: bhyve gives the processor back when the guest has nothing to do. */
static int build_run(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        bhyve_add(words, "bhyve");
        if (add_cpus(words, d, launch, err) < 0)
                return -1;
        bhyve_add(words, "-m");
        bhyve_add_format(words, "%u", memory_mib(d));
        if (d->memory_backing && d->memory_backing->locked)
                bhyve_add(words, "-S");
        if (d->features && d->features->acpi)
                bhyve_add(words, "-A");
        if (d->features && d->features->apic)
                bhyve_add(words, "-I");
        if (add_clock(words, d, launch, err) < 0)
                return -1;
        if (d->features && d->features->msrs == UNKNOWN_MSRS_IGNORE)
                bhyve_add(words, "-w");
        bhyve_add(words, "-H");
        bhyve_add(words, "-P");
        bhyve_add(words, "-s");
        bhyve_add(words, "0:0,hostbridge");
        if (add_firmware(words, d, launch, err) < 0 || bhyve_add_devices(words, d, launch, err) < 0)
                return -1;
        add_user_arguments(words, d);
        bhyve_add(words, d->name);
        return 0;
}

static bool is_bootable(const Disk *disk)
{
        return bhyve_disk_path(disk) && (disk->device == DISK_DEVICE_DISK || disk->device == DISK_DEVICE_CDROM);
}

static const Disk *first_disk(const Domain *d, DiskDevice device)
{
        for (size_t i = 0; i < d->n_disks; i++)
                if (d->disks[i].device == device && is_bootable(&d->disks[i]))
                        return &d->disks[i];
        return NULL;
}

/* The disk that says itself that it boots; of several the first in order, or an error if @single. */
static int ordered_disk(const Domain *d, bool single, const Disk **ret, Error *err)
{
        for (size_t i = 0; i < d->n_disks; i++) {
                if (d->disks[i].info.boot_order == 0)
                        continue;
                if (*ret && single)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only one boot device is supported");
                if (!*ret || d->disks[i].info.boot_order < (*ret)->info.boot_order)
                        *ret = &d->disks[i];
        }
        if (*ret && !is_bootable(*ret))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk '%s' cannot be booted from", (*ret)->target);
        return 0;
}

/* What <boot> names, otherwise a CD-ROM before a hard disk. */
static int boot_disk(const Domain *d, bool single, const Disk **ret, Error *err)
{
        bool any = d->os.n_boot == 0;
        BootDevice dev = any ? BOOT_CDROM : d->os.boot[0].dev;

        *ret = NULL;
        if (ordered_disk(d, single, ret, err) < 0)
                return -1;
        if (*ret)
                return 0;
        if (single && d->os.n_boot > 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only one boot device is supported");
        if (dev != BOOT_HD && dev != BOOT_CDROM)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Cannot boot from device %s",
                                 enum_text(BootDevice, dev));
        if (dev == BOOT_CDROM)
                *ret = first_disk(d, DISK_DEVICE_CDROM);
        if (!*ret && (any || dev == BOOT_HD))
                *ret = first_disk(d, DISK_DEVICE_DISK);
        if (*ret)
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "domain should have at least one disk defined%s",
                         any ? "" : " that it is to boot from");
}

static int build_bhyveload(GPtrArray *words, const Domain *d, Error *err)
{
        const Disk *disk;

        if (boot_disk(d, true, &disk, err) < 0)
                return -1;
        bhyve_add(words, "-m");
        bhyve_add_format(words, "%u", memory_mib(d));
        bhyve_add(words, "-d");
        bhyve_add(words, bhyve_disk_path(disk));
        bhyve_add(words, d->name);
        return 0;
}

/* grub names the disks by itself: the map says which is which. */
static int build_grub(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, char **ret_map, Error *err)
{
        const Disk *disk;
        bool cdrom;

        if (boot_disk(d, false, &disk, err) < 0)
                return -1;
        cdrom = disk->device == DISK_DEVICE_CDROM;
        *ret_map = g_strdup_printf("(%s) %s\n", cdrom ? "cd" : "hd0", bhyve_disk_path(disk));
        bhyve_add(words, "--root");
        bhyve_add(words, cdrom ? "cd" : "hd0,msdos1");
        bhyve_add(words, "--device-map");
        bhyve_add(words, launch->device_map);
        bhyve_add(words, "--memory");
        bhyve_add_format(words, "%u", memory_mib(d));
        if (launch->grub_console && d->n_serials > 0 && d->serials[0].source.type == CHARDEV_NMDM) {
                bhyve_add(words, "--cons-dev");
                bhyve_add(words, d->serials[0].source.nmdm.master);
        }
        bhyve_add(words, d->name);
        return 0;
}

static int add_given(GPtrArray *words, const char *arguments, Error *err)
{
        g_auto(GStrv) given = NULL;
        g_autoptr(GError) why = NULL;

        if (!g_shell_parse_argv(arguments, NULL, &given, &why))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "cannot cut <bootloader_args> into words: %s",
                                 why->message);
        for (char **word = given; *word; word++)
                bhyve_add(words, *word);
        return 0;
}

int bhyve_loader(const Domain *d, const BhyveLaunch *launch, BhyveCommands *ret, Error *err)
{
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *base = d->bootloader ? g_path_get_basename(d->bootloader) : g_strdup("bhyveload");
        bool grub = strcmp(base, "grub-bhyve") == 0;
        int r;

        if (d->os.loader)
                return 0;
        if (d->bootloader && !grub && !d->bootloader_args)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Custom loader requires explicit arguments: give <bootloader_args>");
        bhyve_add(words, grub || !d->bootloader ? base : d->bootloader);
        if (d->bootloader_args)
                r = add_given(words, d->bootloader_args, err);
        else if (grub)
                r = build_grub(words, d, launch, &ret->device_map, err);
        else
                r = build_bhyveload(words, d, err);
        if (r < 0)
                return -1;
        ret->loader = finish(words);
        return 0;
}

int bhyve_commands(const Domain *d, const BhyveLaunch *launch, BhyveCommands *ret, Error *err)
{
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
        BhyveCommands commands = { 0 };

        if (build_run(words, d, launch, err) < 0 || bhyve_loader(d, launch, &commands, err) < 0) {
                bhyve_commands_clear(&commands);
                return -1;
        }
        commands.run = finish(words);
        *ret = commands;
        return 0;
}
