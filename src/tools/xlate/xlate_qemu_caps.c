/* What a recorded QEMU can do, as the QEMU driver sums it up. */
#include <stdio.h>
#include <string.h>

#include "caps/capabilities_guest.h"
#include "caps/caps.h"
#include "util/file.h"
#include "xlate.h"

/* BINARY is what the recorded program was called, MICROCODE the version of its host's; "hvf" that the host has Apple's
 * accelerator. */
static int summarise(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autofree char *out = NULL;
        g_autoptr(Json) answers = NULL;
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(QemuSummary) summary = NULL;
        size_t length = 0;

        if (argc != 4 && argc != 5)
                return CONVERT_USAGE;
        if (file_read(argv[3], CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        answers = qemu_answers_of_recording(text, length, &err);
        caps = answers ? qemu_caps_from_answers(argv[1], answers, &err) : NULL;
        if (!caps)
                return xlate_fail(&err, CONVERT_REFUSED);
        if (argc == 5 && strstr(argv[4], "hvf"))
                qemu_caps_force(caps, "hvf", true);
        summary = qemu_caps_summary(caps, answers, (unsigned)g_ascii_strtoull(argv[2], NULL, 10));
        out = qemu_summary_format(summary, 0);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_qemu_caps = { "qemu-caps", "BINARY MICROCODE RECORDING [hvf]", summarise };

static QemuCaps *caps_of_summary(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        QemuSummary *summary = NULL;
        QemuCaps *caps;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            qemu_summary_parse(text, length, 0, &summary, err) < 0)
                return NULL;
        caps = qemu_caps_from_summary(summary, err);
        qemu_summary_free(summary);
        return caps;
}

/* The capabilities of a host of the guests' architecture, as far as they come from the emulator BINARY. */
static int guest_of_summary(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(Capabilities) document = capabilities_new();
        g_autofree char *out = NULL;
        GuestCapabilities *guest;

        if (argc != 3)
                return CONVERT_USAGE;
        caps = caps_of_summary(argv[2], &err);
        if (!caps)
                return xlate_fail(&err, CONVERT_REFUSED);
        g_free(caps->binary);
        caps->binary = g_strdup(argv[1]);
        document->host.cpu.arch = g_strdup(caps->arch->name);
        document->host.iommu = YESNO_NO;
        guest = rows_list_insert(&GuestCapabilities_rows, &document->guests, &document->n_guests, 0);
        qemu_guest_fill(guest, caps, caps->arch, qemu_caps_has_flag(caps, QEMU_HAS_KVM));
        out = capabilities_format(document, 0);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_qemu_guest = { "qemu-guest", "BINARY SUMMARY", guest_of_summary };
