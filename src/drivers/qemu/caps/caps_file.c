/* See caps.h: what is remembered about a binary, as the file that libvirt's daemons keep in the same place.
 *
 * Such a file is good for who wrote it only, on that host and for that binary; so each daemon throws away what another
 * one left, but can read it. */
#include "caps/caps.h"

#include <string.h>

#include <libvirt/libvirt.h>

static bool has_flag(const QemuSummary *summary, const char *name)
{
        for (size_t i = 0; i < summary->n_flags; i++)
                if (strcmp(summary->flags[i].name, name) == 0)
                        return true;
        return false;
}

static void add_flag(QemuSummary *summary, const char *name)
{
        SummaryFlag *row = rows_list_insert(&SummaryFlag_rows, &summary->flags, &summary->n_flags, summary->n_flags);

        row->name = g_strdup(name);
}

char *qemu_caps_file_format(const QemuCaps *caps, const QemuCapsPlace *place)
{
        g_autoptr(QemuSummary) summary = qemu_summary_copy(caps->summary);
        g_autoptr(GPtrArray) names = qemu_caps_status_names(caps, NULL);

        /* Older daemons ask for what goes without saying today. */
        for (guint i = 0; i < names->len; i++)
                if (!has_flag(summary, names->pdata[i]))
                        add_flag(summary, names->pdata[i]);
        summary->binary_changed = place->binary_changed;
        summary->modules_changed = place->modules_changed;
        summary->look = g_strdup(place->look);
        summary->writer_changed = place->writer_changed;
        summary->writer_version = LIBVIR_VERSION_NUMBER;
        if (caps->flags[QEMU_HAS_KVM]) {
                summary->microcode = place->microcode;
                summary->host_cpu_signature = g_strdup(place->cpu_signature);
                summary->kernel_version = g_strdup(place->kernel);
        }
        return qemu_summary_format(summary, 0);
}

/* What KVM offers depends on the processor, its microcode and the kernel. */
static bool same_kvm(const QemuSummary *summary, const QemuCapsPlace *place)
{
        if (has_flag(summary, "kvm") != place->kvm)
                return false;
        return !place->kvm || (summary->microcode == place->microcode &&
                               g_strcmp0(summary->host_cpu_signature, place->cpu_signature) == 0 &&
                               g_strcmp0(summary->kernel_version, place->kernel) == 0);
}

QemuCaps *qemu_caps_file_parse(const char *text, size_t length, const char *binary, const QemuCapsPlace *place)
{
        g_autoptr(QemuSummary) summary = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        if (qemu_summary_parse(text, length, 0, &summary, &err) < 0)
                return NULL;
        if (strcmp(summary->emulator, binary) != 0 || summary->binary_changed != place->binary_changed ||
            summary->modules_changed != place->modules_changed || summary->writer_changed != place->writer_changed ||
            summary->writer_version != LIBVIR_VERSION_NUMBER || !same_kvm(summary, place) ||
            (summary->look && g_strcmp0(summary->look, place->look) != 0))
                return NULL;
        return qemu_caps_from_summary(summary, &err);
}
