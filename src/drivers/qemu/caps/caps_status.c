/* See qemu_caps_status_names() in caps.h. */
#include "caps/caps.h"

#include <string.h>

/* About one machine, not about the binary. */
#define CPUS_THAT_COME "query-hotpluggable-cpus"

/* Names that came after 9.0. */
static const char *const newer[] = {
        "cryptodev-backend-lkcf",  "netdev.stream.reconnect", "pvpanic-pci",
        "qcow2-discard-no-unref",  "rbd-encryption-layering", "rbd-encryption-luks-any",
        "run-with.async-teardown", "virtio-blk-vhost-vdpa",   "virtio-crypto",
        "virtio-gpu.blob",
};

static const char *const x86[] = { "x86_64", "i686", NULL };
static const char *const with_acpi[] = { "x86_64", "i686", "aarch64", NULL };
static const char *const arm[] = { "aarch64", NULL };
static const char *const power[] = { "ppc64", "ppc64le", NULL };
static const char *const mainframe[] = { "s390x", NULL };

/* Names that went before 9.10: every QEMU from 4.2 of one of @archs (NULL: of any) that has @type, or @other, has it. */
static const struct {
        const char *name;
        const char *type, *other;
        const char *const *archs;
} older[] = {
        { .name = "iothread", .type = "iothread" },
        { .name = "ide-drive.wwn", .type = "ide-hd" },
        { .name = "scsi-disk.wwn", .type = "scsi-hd" },
        { .name = "disable-s3", .type = "PIIX4_PM" },
        { .name = "disable-s4", .type = "PIIX4_PM" },
        { .name = "ich9-disable-s3", .type = "ICH9-LPC" },
        { .name = "ich9-disable-s4", .type = "ICH9-LPC" },
        { .name = "usb-storage.removable", .type = "usb-storage" },
        { .name = CPUS_THAT_COME },
        { .name = "cpu-cache", .archs = x86 },
        { .name = "iothread.poll-max-ns", .type = "iothread" },
        { .name = "vfio-pci.display", .type = "vfio-pci", .other = "vfio-pci-nohotplug" },
        { .name = "no-acpi", .archs = with_acpi },
        { .name = "no-hpet", .archs = x86 },
        { .name = "aarch64-off", .archs = arm },
        { .name = "gic-version", .archs = arm },
        { .name = "machine.pseries.cap-hpt-max-page-size", .archs = power },
        { .name = "machine.pseries.cap-htm", .archs = power },
        { .name = "machine.pseries.cap-nested-hv", .archs = power },
        { .name = "machine.pseries.cap-cfpc", .archs = power },
        { .name = "machine.pseries.cap-sbbc", .archs = power },
        { .name = "machine.pseries.cap-ibs", .archs = power },
        { .name = "machine.pseries.cap-ccf-assist", .archs = power },
        { .name = "aes-key-wrap", .archs = mainframe },
        { .name = "dea-key-wrap", .archs = mainframe },
        { .name = "loadparm", .archs = mainframe },
};

static bool is_newer(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(newer); i++)
                if (strcmp(newer[i], name) == 0)
                        return true;
        return false;
}

static bool has_older(const QemuCaps *caps, const QemuMachine *machine, size_t i)
{
        const char *arch = caps->arch ? caps->arch->name : "";

        if (older[i].archs && !g_strv_contains(older[i].archs, arch))
                return false;
        if (machine && strcmp(older[i].name, CPUS_THAT_COME) == 0)
                return machine->hotplug_cpus;
        return !older[i].type || qemu_caps_has_type(caps, older[i].type) ||
               (older[i].other && qemu_caps_has_type(caps, older[i].other));
}

GPtrArray *qemu_caps_status_names(const QemuCaps *caps, const char *machine)
{
        GPtrArray *names = g_ptr_array_new();
        const QemuMachine *known = machine ? qemu_caps_machine(caps, machine) : NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(older); i++)
                if (has_older(caps, known, i))
                        g_ptr_array_add(names, (char *)older[i].name);
        for (QemuFlag flag = 0; flag < QEMU_FLAG_MAX_; flag++)
                if (qemu_caps_has_flag(caps, flag) && !is_newer(qemu_flag_name(flag)))
                        g_ptr_array_add(names, (char *)qemu_flag_name(flag));
        return names;
}

void qemu_caps_take_older(QemuCaps *caps, const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(older); i++)
                if (older[i].type && strcmp(older[i].name, name) == 0)
                        g_hash_table_add(caps->types, g_strdup(older[i].type));
}
