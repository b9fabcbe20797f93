/* Processors as clients ask about them: names, comparison, what several have in common. */
#include "calls/target.h"
#include "calls/caps_question.h"

#include <string.h>

#include "calls/lifecycle.h"
#include "caps/guest_cpu.h"
#include "caps/host_offer.h"
#include "conf/domain_list_calls.h"
#include "guest/instance.h"
#include "rules/settle.h"

int qemu_connect_get_cpu_model_names(virConnectPtr conn, const char *arch, char ***models, unsigned int flags,
                                     Error *err)
{
        if (check_call_flags(flags, 0, "qemuConnectGetCPUModelNames", err) < 0)
                return -1;
        return cpu_model_list(arch, models, err);
}

enum {
        BASELINE_FLAGS = VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES | VIR_CONNECT_BASELINE_CPU_MIGRATABLE,
        COMPARE_FLAGS = VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE | VIR_CONNECT_COMPARE_CPU_VALIDATE_XML,
};

char *qemu_connect_baseline_cpu(virConnectPtr conn, const char **xmlCPUs, unsigned int ncpus, unsigned int flags,
                                Error *err)
{
        if (check_call_flags(flags, BASELINE_FLAGS, "qemuConnectBaselineCPU", err) < 0)
                return NULL;
        return cpu_baseline_texts(qemu_host_cpu()->arch, xmlCPUs, ncpus, NULL, flags, err);
}

int qemu_connect_compare_cpu(virConnectPtr conn, const char *xmlDesc, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, COMPARE_FLAGS, "qemuConnectCompareCPU", err) < 0)
                return VIR_CPU_COMPARE_ERROR;
        return cpu_compare_text(qemu_host_cpu(), xmlDesc, flags, err);
}

/* Where models are QEMU's own, only a running QEMU could tell. */
static int check_known(const QemuCaps *caps, const char *what, Error *err)
{
        if (cpu_can_compare(caps->arch->name))
                return 0;
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "%s with the hypervisor CPU is not supported for arch %s",
                         what, caps->arch->name);
}

static int check_machine(const QemuCaps *caps, const char *machine, Error *err)
{
        if (machine && !qemu_caps_machine(caps, machine))
                return error_set(err, VIR_ERR_INVALID_ARG, "the machine '%s' is not supported by emulator '%s'",
                                 machine, caps->binary);
        return 0;
}

char *qemu_connect_baseline_hypervisor_cpu(virConnectPtr conn, const char *emulator, const char *arch,
                                           const char *machine, const char *virttype, const char **xmlCPUs,
                                           unsigned int ncpus, unsigned int flags, Error *err)
{
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(GPtrArray) models = NULL;
        VirtType type = VIRT_NONE;

        if (check_call_flags(flags, BASELINE_FLAGS, "qemuConnectBaselineHypervisorCPU", err) < 0)
                return NULL;
        caps = qemu_caps_asked(conn, emulator, arch, virttype, &type, err);
        if (!caps || check_machine(caps, machine, err) < 0 || check_known(caps, "computing baseline CPU", err) < 0)
                return NULL;
        models = qemu_caps_usable_models(caps, type);
        if (!models)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "QEMU '%s' does not support any CPU models",
                                  caps->binary);
        return cpu_baseline_texts(caps->arch->name, xmlCPUs, ncpus, models, flags, err);
}

int qemu_connect_compare_hypervisor_cpu(virConnectPtr conn, const char *emulator, const char *arch, const char *machine,
                                        const char *virttype, const char *xmlCPU, unsigned int flags, Error *err)
{
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(CpuDefinition) offered = cpu_definition_new(false, NULL);
        Cpu *cpu = NULL;
        VirtType type = VIRT_NONE;

        if (check_call_flags(flags, COMPARE_FLAGS, "qemuConnectCompareHypervisorCPU", err) < 0)
                return VIR_CPU_COMPARE_ERROR;
        caps = qemu_caps_asked(conn, emulator, arch, virttype, &type, err);
        if (!caps || check_machine(caps, machine, err) < 0 || check_known(caps, "comparing", err) < 0 ||
            qemu_host_model(caps, type, qemu_host_cpu(), false, &cpu, err) < 0)
                return VIR_CPU_COMPARE_ERROR;
        if (!cpu) {
                error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "QEMU '%s' does not support reporting CPU model",
                          caps->binary);
                return VIR_CPU_COMPARE_ERROR;
        }
        cpu_free(offered->cpu);
        offered->cpu = cpu;
        offered->arch = g_strdup(caps->arch->name);
        return cpu_compare_text(offered, xmlCPU, flags, err);
}

/* @live with the processor that was @asked for, not the one that it was found to have: the next host has to give the
 * guest the latter from the former. Nodes of memory are the guest's either way. */
static Domain *with_asked_cpu(const Domain *live, const Cpu *asked)
{
        Domain *copy = domain_copy(live);
        Cpu *found = copy->cpu;

        copy->cpu = cpu_copy(asked);
        if (found) {
                copy->cpu->cells = g_steal_pointer(&found->cells);
                copy->cpu->latencies = g_steal_pointer(&found->latencies);
                copy->cpu->bandwidths = g_steal_pointer(&found->bandwidths);
                copy->cpu->n_cells = found->n_cells;
                copy->cpu->n_latencies = found->n_latencies;
                copy->cpu->n_bandwidths = found->n_bandwidths;
                found->n_cells = found->n_latencies = found->n_bandwidths = 0;
                cpu_free(found);
        }
        return copy;
}

char *qemu_domain_get_xml_desc(virDomainPtr domain, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Domain) live = NULL;
        const GuestFacts *facts;

        if (!(flags & VIR_DOMAIN_XML_MIGRATABLE) || flags & VIR_DOMAIN_XML_INACTIVE)
                return domain_calls_get_xml_desc(domain, flags, err);
        view = domain_view_of(domain, err);
        if (!view)
                return NULL;
        facts = view->live ? view_facts(view) : NULL;
        if (!facts || !facts->status.cpu)
                return domain_calls_get_xml_desc(domain, flags, err);
        live = with_asked_cpu(view->live, facts->status.cpu);
        return domain_format_for(&qemu_rules, live, DOMAIN_FORMAT_MIGRATABLE, err);
}
