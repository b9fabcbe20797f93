/* See settle.h: what QEMU or the rules of libvirt refuse. It changes nothing. Here: the machine; devices are in
 * check_device.c, controllers in check_controller.c. */
#include "rules/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int check_type(const Domain *domain, const QemuCaps *caps, Error *err)
{
        if ((domain->type == VIRT_KVM && !caps->kvm_built_in) || (domain->type == VIRT_HVF && !caps->hvf))
                return check_refuse(err, "Emulator '%s' does not support virt type '%s'", domain->emulator,
                                    enum_text(VirtType, domain->type));
        return 0;
}

static int check_vcpu(const Domain *domain, const Vcpu *vcpu, Error *err)
{
        if (vcpu->id == 0 && vcpu->enabled == YESNO_NO)
                return check_refuse(err, "vcpu 0 can't be offline");
        if (vcpu->id == 0 && vcpu->hotpluggable == YESNO_YES)
                return check_refuse(err, "vcpu0 can't be hotpluggable");
        for (const Vcpu *other = domain->vcpus; other < vcpu; other++)
                if (vcpu->enabled == YESNO_YES && other->enabled == YESNO_YES && !vcpu->order != !other->order)
                        return check_refuse(err, "all vcpus must have either set or unset order");
        return 0;
}

static int check_vcpus(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const QemuMachine *machine = qemu_caps_machine(caps, domain->os.machine);
        const Cpu *cpu = domain->cpu;
        unsigned long threads;

        if (machine && machine->max_cpus && domain->vcpu_max > machine->max_cpus)
                return check_refuse(err, "Maximum CPUs greater than specified machine type limit %u",
                                    machine->max_cpus);
        for (size_t i = 0; i < domain->n_vcpus; i++)
                if (check_vcpu(domain, &domain->vcpus[i], err) < 0)
                        return -1;
        if (!cpu || !cpu->sockets)
                return 0;
        threads = (unsigned long)cpu->sockets * MAX(cpu->dies, 1) * MAX(cpu->cores, 1) * MAX(cpu->threads, 1);
        if (threads != domain->vcpu_max)
                return check_refuse(err, "CPU topology doesn't match maximum vcpu count");
        /* POWER plugs whole cores. */
        if (domain_is_pseries(domain) && cpu->threads > 1 && domain->vcpu_current % cpu->threads != 0)
                return check_refuse(err, "vCPUs count must be a multiple of the vCPU hotplug granularity (%u)",
                                    cpu->threads);
        return 0;
}

static int check_cpu_cache(const Cpu *cpu, Error *err)
{
        const CpuCache *cache = cpu->cache;

        if (!cache)
                return 0;
        if (cache->mode == CPU_CACHE_MODE_EMULATE && cache->level.set && cache->level.value != 3)
                return check_refuse(err, "CPU cache mode '%s' can only be used with level='3'", "emulate");
        if (cache->mode != CPU_CACHE_MODE_PASSTHROUGH)
                return 0;
        if (cpu->mode != CPU_MODE_HOST_PASSTHROUGH && cpu->mode != CPU_MODE_MAXIMUM)
                return check_refuse(err,
                                    "CPU cache mode '%s' can only be used with 'host-passthrough' / 'maximum' CPUs",
                                    "passthrough");
        if (cache->level.set)
                return check_refuse(err, "unsupported CPU cache level for mode '%s'", "passthrough");
        return 0;
}

static int check_vectors(const Cpu *cpu, Error *err)
{
        bool off = false, lengths = false;

        for (size_t i = 0; i < cpu->n_features; i++) {
                const CpuFeature *feature = &cpu->features[i];

                if (g_strcmp0(feature->name, "sve") == 0)
                        off = feature->policy == CPU_POLICY_DISABLE;
                else if (g_str_has_prefix(feature->name, "sve"))
                        lengths |= feature->policy == CPU_POLICY_REQUIRE;
        }
        return off && lengths ? check_refuse(err, "SVE disabled, but SVE vector lengths provided") : 0;
}

static int check_cpu(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const Cpu *cpu = domain->cpu;

        if (!cpu)
                return 0;
        if (cpu->phys_mode == CPU_PHYS_MODE_PASSTHROUGH && cpu->phys_bits.set)
                return check_refuse(err,
                                    "CPU maximum physical address bits number specification cannot be used with "
                                    "mode='%s'",
                                    "passthrough");
        if (cpu->phys_mode == CPU_PHYS_MODE_EMULATE && cpu->phys_limit.set)
                return check_refuse(err, "CPU maximum physical address bits limit specification cannot be used with "
                                         "mode='emulate'");
        if (cpu->mode == CPU_MODE_MAXIMUM && !qemu_caps_has_flag(caps, QEMU_HAS_CPU_MAX))
                return check_refuse(err, "maximum CPU is not supported by QEMU binary");
        if (check_cpu_cache(cpu, err) < 0)
                return -1;
        return domain_is_arm(domain) ? check_vectors(cpu, err) : 0;
}

static int check_timers(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->clock.n_timers; i++) {
                TimerName name = domain->clock.timers[i].name;
                bool x86 = (name == TIMER_TSC || name == TIMER_KVMCLOCK || name == TIMER_HYPERVCLOCK) &&
                           domain->clock.timers[i].present == YESNO_YES;
                bool arm = name == TIMER_ARMVTIMER;

                if ((x86 && !domain_is_x86(domain)) ||
                    (arm && (!domain_is_arm_virt(domain) || strcmp(domain->os.arch, "aarch64") != 0)))
                        return check_refuse(err,
                                            "Configuring the '%s' timer is not supported for virtType=%s arch=%s "
                                            "machine=%s guests",
                                            enum_text(TimerName, name), enum_text(VirtType, domain->type),
                                            domain->os.arch, domain->os.machine);
        }
        return 0;
}

static bool feature_says(const Os *os, FirmwareFeatureName name, YesNo value)
{
        for (size_t i = 0; i < os->n_firmware_features; i++)
                if (os->firmware_features[i].name == name && os->firmware_features[i].enabled == value)
                        return true;
        return false;
}

static int check_firmware(const Domain *domain, const QemuContext *context, Error *err)
{
        const Os *os = &domain->os;

        if (os->firmware == FIRMWARE_BIOS && os->nvram)
                return error_set(err, VIR_ERR_XML_DETAIL, "Only EFI firmware permits NVRAM");
        if (os->loader_stateless == YESNO_NO && os->firmware == FIRMWARE_BIOS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only EFI firmware permits NVRAM");
        if (os->loader_stateless == YESNO_YES && os->nvram && os->nvram->template)
                return error_set(err, VIR_ERR_XML_DETAIL, "NVRAM template is not permitted when loader is stateless");
        if (os->loader_stateless == YESNO_YES && os->nvram)
                return error_set(err, VIR_ERR_XML_DETAIL, "NVRAM is not permitted when loader is stateless");
        if (os->n_firmware_features > 0 && os->firmware == FIRMWARE_NONE)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "cannot use feature-based firmware autoselection when firmware autoselection is "
                                 "disabled");
        if (feature_says(os, FIRMWARE_FEATURE_ENROLLED_KEYS, YESNO_YES) &&
            feature_says(os, FIRMWARE_FEATURE_SECURE_BOOT, YESNO_NO))
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "firmware feature 'enrolled-keys' cannot be enabled when firmware feature "
                                 "'secure-boot' is disabled");
        if (os->nvram && os->nvram->source.type != SOURCE_NONE && os->nvram->source.type != SOURCE_FILE &&
            os->nvram->source.type != SOURCE_BLOCK && os->nvram->source.type != SOURCE_NETWORK)
                return check_refuse(err, "unsupported nvram disk type '%s'",
                                    enum_text(SourceType, os->nvram->source.type));
        if (os->loader_type == LOADER_PFLASH && !os->loader && os->firmware == FIRMWARE_NONE)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "no loader path specified and firmware auto selection disabled");
        /* On ARM firmware may describe the machine by a device tree. */
        if (os->loader_type == LOADER_PFLASH && domain_is_x86(domain) && !(domain->features && domain->features->acpi))
                return check_refuse(err, "UEFI requires ACPI on this architecture");
        return 0;
}

static bool wants_shared_memory(const Domain *domain)
{
        return domain->memory_backing && domain->memory_backing->access == MEMORY_ACCESS_SHARED;
}

static size_t cells(const Domain *domain)
{
        return domain->cpu ? domain->cpu->n_cells : 0;
}

static int check_memory(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const QemuMachine *machine = qemu_caps_machine(caps, domain->os.machine);
        bool backend = machine && machine->ram_id && caps->version >= 5002000;

        if (wants_shared_memory(domain) && cells(domain) == 0 && !backend)
                return check_refuse(err, "memory access mode 'shared' not supported without guest numa node");
        return 0;
}

static uint64_t memory_address(const MemoryDevice *memory)
{
        const Address *address = memory->info.address;

        return address && address->type == ADDRESS_DIMM ? address->dimm.base : memory->base.value;
}

static int check_overlap(const MemoryDevice *a, const MemoryDevice *b, Error *err)
{
        uint64_t start = memory_address(a), other = memory_address(b), size = a->size_kib * 1024;

        if (!start || !other || other < start || other >= start + size)
                return 0;
        return check_refuse(err,
                            "memory device address [0x%" PRIx64 ":0x%" PRIx64
                            "] overlaps with other memory device (0x%" PRIx64 ")",
                            start, start + size, other);
}

static int check_memory_devices(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                const MemoryDevice *memory = &domain->memory_devices[i];

                if (memory->node.set && cells(domain) > 0 && memory->node.value >= cells(domain))
                        return error_set(err, VIR_ERR_XML_DETAIL,
                                         "can't add memory backend for guest node '%u' as the guest has only '%zu' "
                                         "NUMA nodes configured",
                                         memory->node.value, cells(domain));
                for (size_t k = 0; k < domain->n_memory_devices; k++)
                        if (k != i && check_overlap(memory, &domain->memory_devices[k], err) < 0)
                                return -1;
        }
        return 0;
}

/* A date of the BIOS: month/day/year, the year with two or four digits. */
static bool is_date(const char *text)
{
        unsigned month, day, year;
        int end = 0;

        if (sscanf(text, "%2u/%2u/%4u%n", &month, &day, &year, &end) != 3 || text[end])
                return false;
        return month >= 1 && month <= 12 && day >= 1 && day <= 31 && (year < 100 || (year >= 1900 && year <= 9999));
}

static int check_sysinfo(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_sysinfo; i++)
                for (size_t k = 0; k < domain->sysinfo[i].n_bios; k++) {
                        const SysinfoEntry *entry = &domain->sysinfo[i].bios[k];

                        if (g_strcmp0(entry->name, "date") == 0 && entry->value && !is_date(entry->value))
                                return error_set(err, VIR_ERR_XML_DETAIL, "Invalid BIOS 'date' format");
                }
        return 0;
}

static int check_numatune(const Domain *domain, Error *err)
{
        const Numatune *tune = domain->numatune;

        for (size_t i = 0; tune && i < tune->n_memnodes; i++)
                if (tune->memnodes[i].mode == NUMA_MODE_RESTRICTIVE && tune->mode != NUMA_MODE_RESTRICTIVE)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "'restrictive' mode is required in memory element when mode is 'restrictive' "
                                         "in memnode element");
        return 0;
}

/* The host's cache is shared out to threads of KVM. */
static int check_resources(const Domain *domain, Error *err)
{
        const Cputune *tune = domain->cputune;

        if (tune && (tune->n_cachetunes > 0 || tune->n_memorytunes > 0) && domain->type != VIRT_KVM)
                return check_refuse(err, "cachetune is only supported for KVM domains");
        return 0;
}

int qemu_check(const Domain *domain, const QemuContext *context, Error *err)
{
        const QemuCaps *caps = context->caps;

        if (check_type(domain, caps, err) < 0 || check_vcpus(domain, caps, err) < 0 ||
            check_cpu(domain, caps, err) < 0 || check_features(domain, caps, err) < 0 ||
            check_timers(domain, err) < 0 || check_firmware(domain, context, err) < 0 ||
            check_memory(domain, caps, err) < 0 || check_memory_devices(domain, err) < 0 ||
            check_numatune(domain, err) < 0 || check_sysinfo(domain, err) < 0 ||
            check_memories(domain, caps, err) < 0 || check_resources(domain, err) < 0)
                return -1;
        if (check_machine(domain, caps, err) < 0 || check_controllers(domain, caps, err) < 0)
                return -1;
        return check_devices(domain, context, err);
}
