/* The <domainCapabilities> document: what a domain can have with one emulator, machine and type. */
#include "calls/caps_question.h"

#include <string.h>

#include "caps/host_offer.h"
#include "caps/kvm_probe.h"
#include "calls/lifecycle.h"
#include "guest/instance.h"

/* The question's parts that were left open */

static VirtType type_for(const char *name, const QemuCaps *caps, Error *err)
{
        int type = name ? enum_value(VirtType, VIRT, name) : -1;

        if (!name)
                return caps->kvm_built_in && kvm_probe() == KVM_USABLE ? VIRT_KVM : VIRT_QEMU;
        if (type < 0)
                error_set(err, VIR_ERR_INVALID_ARG, "unknown virttype: %s", name);
        else if (type != VIRT_QEMU && (type != VIRT_KVM || !caps->kvm_built_in || kvm_probe() != KVM_USABLE))
                error_set(err, VIR_ERR_INVALID_ARG, "virttype '%s' is not supported by emulator '%s' on this host%s%s",
                          name, caps->binary, type == VIRT_KVM ? ": " : "",
                          type == VIRT_KVM ? kvm_state_text(kvm_probe()) : "");
        else
                return (VirtType)type;
        return VIRT_NONE;
}

static QemuCaps *caps_for(QemuInstance *instance, const char *emulator, const char *arch, Error *err)
{
        const QemuArch *host = qemu_arch_of_host();
        const char *name = arch ? arch : host ? host->name : "x86_64";
        g_autofree char *binary = NULL;
        g_autoptr(QemuCaps) caps = NULL;

        if (arch && !qemu_arch_named(arch))
                return error_null(err, VIR_ERR_INVALID_ARG, "unknown architecture: %s", arch);
        binary = emulator ? g_strdup(emulator) : qemu_find_binary(name);
        if (!binary)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "unable to find any emulator to serve '%s' architecture", name);
        caps = qemu_caps_get(instance->caps, binary, err);
        if (!caps)
                return NULL;
        if (arch && !qemu_caps_serves(caps, qemu_arch_named(arch)))
                return error_null(err, VIR_ERR_INVALID_ARG,
                                  "architecture from emulator '%s' doesn't match given "
                                  "architecture '%s'",
                                  caps->arch->name, arch);
        return g_steal_pointer(&caps);
}

QemuCaps *qemu_caps_asked(virConnectPtr conn, const char *emulator, const char *arch, const char *virttype,
                          VirtType *ret_type, Error *err)
{
        g_autoptr(QemuCaps) caps = caps_for(instance_of(conn), emulator, arch, err);
        VirtType type = caps ? type_for(virttype, caps, err) : VIRT_NONE;

        if (type == VIRT_NONE)
                return NULL;
        *ret_type = type;
        return g_steal_pointer(&caps);
}

char *qemu_connect_get_domain_capabilities(virConnectPtr conn, const char *emulator, const char *arch,
                                           const char *machine, const char *virttype, unsigned int flags, Error *err)
{
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(DomainCapabilities) document = NULL;
        g_auto(QemuHostOffer) host = {};
        VirtType type = VIRT_NONE;

        if (flags)
                return error_null(err, VIR_ERR_INVALID_ARG,
                                  "unsupported flags (0x%x) in function qemuConnectGetDomainCapabilities", flags);
        caps = qemu_caps_asked(conn, emulator, arch, virttype, &type, err);
        if (!caps)
                return NULL;
        qemu_host_offer(instance_of(conn)->system, instance_of(conn)->conf->nvram, &host);
        document = qemu_domain_capabilities(caps, arch, machine, type, &host, err);
        return document ? domain_capabilities_format(document, 0) : NULL;
}
