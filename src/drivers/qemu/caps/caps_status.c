/* See qemu_caps_status_names() in caps.h. */
#include "caps/caps.h"

#include <string.h>

/* Names that came after 9.0. */
static const char *const newer[] = {
        "cryptodev-backend-lkcf",  "netdev.stream.reconnect", "pvpanic-pci",
        "qcow2-discard-no-unref",  "rbd-encryption-layering", "rbd-encryption-luks-any",
        "run-with.async-teardown", "virtio-blk-vhost-vdpa",   "virtio-crypto",
        "virtio-gpu.blob",
};

/* Names that went before 9.10: every QEMU from 4.2 that has @type (one of the two) has it. NULL: each. */
static const struct {
        const char *name;
        const char *type, *other;
        bool x86;
} older[] = {
        { .name = "iothread", .type = "iothread" },
        { .name = "ide-drive.wwn", .type = "ide-hd" },
        { .name = "scsi-disk.wwn", .type = "scsi-hd" },
        { .name = "disable-s3", .type = "PIIX4_PM" },
        { .name = "disable-s4", .type = "PIIX4_PM" },
        { .name = "ich9-disable-s3", .type = "ICH9-LPC" },
        { .name = "ich9-disable-s4", .type = "ICH9-LPC" },
        { .name = "usb-storage.removable", .type = "usb-storage" },
        { .name = "query-hotpluggable-cpus" },
        { .name = "cpu-cache", .x86 = true },
        { .name = "iothread.poll-max-ns", .type = "iothread" },
        { .name = "vfio-pci.display", .type = "vfio-pci", .other = "vfio-pci-nohotplug" },
        { .name = "no-acpi", .x86 = true },
        { .name = "no-hpet", .x86 = true },
};

static bool is_newer(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(newer); i++)
                if (strcmp(newer[i], name) == 0)
                        return true;
        return false;
}

GPtrArray *qemu_caps_status_names(const QemuCaps *caps)
{
        GPtrArray *names = g_ptr_array_new();
        bool x86 = caps->arch && (strcmp(caps->arch->name, "x86_64") == 0 || strcmp(caps->arch->name, "i686") == 0);

        for (size_t i = 0; i < G_N_ELEMENTS(older); i++) {
                bool there = !older[i].type || qemu_caps_has_type(caps, older[i].type) ||
                             (older[i].other && qemu_caps_has_type(caps, older[i].other));

                if (there && (x86 || !older[i].x86))
                        g_ptr_array_add(names, (char *)older[i].name);
        }
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
