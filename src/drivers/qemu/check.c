/* See settle.h: what QEMU or the rules of libvirt refuse. It changes nothing. */
#include "settle.h"

#include <string.h>

static int check_vcpus(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const QemuMachine *machine = qemu_caps_machine(caps, domain->os.machine);
        const Cpu *cpu = domain->cpu;
        unsigned long threads;

        if (machine && machine->max_cpus && domain->vcpu_max > machine->max_cpus)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Maximum CPUs greater than specified machine type limit %u", machine->max_cpus);
        if (!cpu || !cpu->sockets)
                return 0;
        threads = (unsigned long)cpu->sockets * MAX(cpu->dies, 1) * MAX(cpu->cores, 1) * MAX(cpu->threads, 1);
        if (threads != domain->vcpu_max)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU topology doesn't match maximum vcpu count");
        return 0;
}

int qemu_check(const Domain *domain, const QemuContext *context, Error *err)
{
        return check_vcpus(domain, context->caps, err);
}
