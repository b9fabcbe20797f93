/* The <capabilities> document: the host, and every emulator that is installed. */
#define LOG_SOURCE "qemu.caps"
#include "conf/capabilities_host.h"

#include <string.h>
#include <unistd.h>

#include "caps/capabilities_guest.h"
#include "guest/instance.h"
#include "caps/host_offer.h"
#include "caps/kvm_probe.h"
#include "guest/label.h"
#include "calls/lifecycle.h"
#include "util/host.h"
#include "util/log.h"

static int fill_processor(HostProcessor *cpu, Error *err)
{
        HostInfo info;
        uint64_t *sizes = NULL;
        size_t n = 0;

        if (host_info("", &info, err) < 0 || host_page_sizes("", &sizes, &n, err) < 0)
                return -1;
        cpu_definition_fill(qemu_host_cpu(), cpu);
        g_free(cpu->arch);
        cpu->arch = g_strdup(info.model);
        cpu->sockets = info.sockets;
        cpu->dies = 1;
        cpu->cores = info.cores;
        cpu->threads = info.threads;
        for (size_t i = 0; i < n; i++) {
                HostPageSize *pages = rows_list_insert(&HostPageSize_rows, &cpu->pages, &cpu->n_pages, i);

                pages->size_kib = sizes[i];
        }
        g_free(sizes);
        return 0;
}

static void add_base_label(SecurityModel *model, const char *type, const char *text)
{
        SecurityLabel *label;

        if (!text)
                return;
        label = rows_list_insert(&SecurityLabel_rows, &model->labels, &model->n_labels, model->n_labels);
        label->type = g_strdup(type);
        label->label = g_strdup(text);
}

static void add_model(HostCapabilities *host, const char *name, const char *kvm, const char *tcg)
{
        SecurityModel *model =
                rows_list_insert(&SecurityModel_rows, &host->secmodels, &host->n_secmodels, host->n_secmodels);

        model->model = g_strdup(name);
        model->doi = g_strdup("0");
        add_base_label(model, "kvm", kvm);
        add_base_label(model, "qemu", tcg);
}

/* What the kernel enforces, then owners, which only root can change. */
static int fill_security(const QemuInstance *instance, HostCapabilities *host, Error *err)
{
        const MacDriver *mac = NULL;
        g_autofree char *kvm = NULL;
        g_autofree char *tcg = NULL;
        g_autofree char *owner = NULL;

        if (guest_mac(instance, &mac, err) < 0)
                return -1;
        kvm = mac_base_label(mac, true);
        tcg = mac_base_label(mac, false);
        add_model(host, mac_model(mac), kvm, tcg);
        if (!instance->system || geteuid() != 0)
                return 0;
        owner = instance->uid == (uid_t)-1 ? g_strdup("+0:+0")
                                           : g_strdup_printf("+%u:+%u", instance->uid, instance->gid);
        add_model(host, "dac", owner, owner);
        return 0;
}

static int fill_host(const QemuInstance *instance, HostCapabilities *host, Error *err)
{
        g_autoptr(HostTopology) topology = host_topology("", err);
        g_autoptr(HostResctrl) resctrl = host_resctrl("");

        if (!topology || fill_processor(&host->cpu, err) < 0 ||
            host_uuid("", NULL, HOST_UUID_SMBIOS, instance->paths->state, host->uuid, err) < 0)
                return -1;
        host->iommu = host_has_iommu("") ? YESNO_YES : YESNO_NO;
        capabilities_fill_host(host, topology, resctrl);
        return fill_security(instance, host, err);
}

/* Emulators */

static bool runs_kvm(const QemuCaps *caps, const QemuArch *arch)
{
        const QemuArch *host = qemu_arch_of_host();

        return host && qemu_arch_runs(host->name, arch->name) && caps->kvm_built_in && kvm_probe() == KVM_USABLE;
}

static void add_guest(Capabilities *document, const QemuCaps *caps, const QemuArch *arch)
{
        GuestCapabilities *guest =
                rows_list_insert(&GuestCapabilities_rows, &document->guests, &document->n_guests, document->n_guests);

        qemu_guest_fill(guest, caps, arch, runs_kvm(caps, arch));
        qemu_guest_fill_machines(guest, caps);
        /* QEMU can; this driver cannot yet. */
        guest->external_snapshot = false;
}

/* The one that a guest of @arch gets who names none; NULL: there is none. */
static const QemuCaps *caps_for(const GPtrArray *all, const QemuArch *arch)
{
        g_autofree char *binary = qemu_find_binary(arch->name);

        for (guint i = 0; binary && i < all->len; i++) {
                const QemuCaps *caps = g_ptr_array_index(all, i);

                if (strcmp(caps->binary, binary) == 0 && qemu_caps_serves(caps, arch))
                        return caps;
        }
        return NULL;
}

char *qemu_connect_get_capabilities(virConnectPtr conn, Error *err)
{
        QemuInstance *instance = instance_of(conn);
        g_autoptr(Capabilities) document = capabilities_new();
        g_autoptr(GPtrArray) all = NULL;

        if (fill_host(instance, &document->host, err) < 0)
                return NULL;
        all = qemu_caps_all(instance->caps);
        for (const QemuArch *arch = qemu_archs; arch->name; arch++) {
                const QemuCaps *caps = caps_for(all, arch);

                if (caps)
                        add_guest(document, caps, arch);
        }
        return capabilities_format(document, 0);
}
