/* For tests with recordings that are too short to show what every QEMU has. */
#pragma once

#include "caps/caps.h"

static inline void add_usual(QemuCaps *to)
{
        static const char *const usual[] = { "VGA",
                                             "cirrus-vga",
                                             "qxl",
                                             "virtio-gpu",
                                             "vnc",
                                             "spice",
                                             "lsi",
                                             "virtio-scsi-pci",
                                             "hda-micro",
                                             "ich9-intel-hda",
                                             "usb-audio",
                                             "usb-kbd",
                                             "usb-hub",
                                             "usb-redir",
                                             "usb-storage",
                                             "ccid-emulated",
                                             "ccid-passthru",
                                             "display-dbus",
                                             "virtio-keyboard",
                                             "virtio-mouse",
                                             "virtio-tablet",
                                             "vmgenid",
                                             "ivshmem-plain",
                                             "ich9-ahci",
                                             "tpm-tis",
                                             "tpm-crb",
                                             "tpm-emulator",
                                             "tpm-passthrough",
                                             "pvpanic",
                                             "egl-headless",
                                             "sdl",
                                             "mptsas1068",
                                             "virtio-gpu-ccw" };

        for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
                g_assert_cmpint(qemu_caps_force(to, usual[i], true), ==, 0);
}
