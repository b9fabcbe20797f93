/* See check.h: memory devices and what memory is made of. */
#include "rules/check.h"

#include "rules/address.h"

/* Which devices a binary has, and how people call them. */
static const struct MemoryAbility {
        QemuFlag flag;
        const char *words;
} abilities[MEMORY_MODEL_MAX_] = {
        [MEMORY_MODEL_DIMM] = { QEMU_HAS_PC_DIMM, "memory hotplug" },
        [MEMORY_MODEL_NVDIMM] = { QEMU_HAS_NVDIMM, "nvdimm" },
        [MEMORY_MODEL_VIRTIO_PMEM] = { QEMU_HAS_VIRTIO_PMEM_PCI, "virtio-pmem" },
        [MEMORY_MODEL_VIRTIO_MEM] = { QEMU_HAS_VIRTIO_MEM_PCI, "virtio-mem" },
        [MEMORY_MODEL_SGX_EPC] = { QEMU_HAS_SGX_EPC, "sgx epc" },
};

static bool is_module(const MemoryDevice *memory)
{
        return memory->model == MEMORY_MODEL_DIMM || memory->model == MEMORY_MODEL_NVDIMM;
}

static int check_device(const Domain *domain, const MemoryDevice *memory, const QemuCaps *caps, Error *err)
{
        AddressType type = device_address_type(&memory->info);
        bool virtio = memory->model == MEMORY_MODEL_VIRTIO_PMEM || memory->model == MEMORY_MODEL_VIRTIO_MEM;
        bool cells = domain->cpu && domain->cpu->n_cells > 0;

        if (virtio && type != ADDRESS_NONE && type != ADDRESS_PCI)
                return check_refuse(err, "only 'pci' addresses are supported for the %s device",
                                    enum_text(MemoryModel, memory->model));
        if (is_module(memory) && cells && !memory->node.set)
                return check_refuse(err, "target NUMA node needs to be specified for memory device");
        if (!qemu_caps_has_flag(caps, abilities[memory->model].flag))
                return check_refuse(err, "%s isn't supported by this QEMU binary", abilities[memory->model].words);
        return 0;
}

/* Modules are plugged into slots. */
static int check_slots(const Domain *domain, Error *err)
{
        size_t n = 0;

        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                const DeviceInfo *info = &domain->memory_devices[i].info;
                unsigned slot;

                if (!is_module(&domain->memory_devices[i]))
                        continue;
                if (++n > domain->max_memory_slots)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "failed to find an empty memory slot");
                if (device_address_type(info) != ADDRESS_DIMM)
                        continue;
                slot = info->address->dimm.slot;
                if (slot >= domain->max_memory_slots)
                        return check_refuse(err, "memory device slot '%u' exceeds slots count '%u'", slot,
                                            domain->max_memory_slots);
                for (size_t k = 0; k < i; k++)
                        if (is_module(&domain->memory_devices[k]) &&
                            device_address_type(&domain->memory_devices[k].info) == ADDRESS_DIMM &&
                            domain->memory_devices[k].info.address->dimm.slot == slot)
                                return check_refuse(
                                        err, "memory device slot '%u' is already being used by another memory device",
                                        slot);
        }
        return 0;
}

static int check_backing(const Domain *domain, Error *err)
{
        const MemoryBacking *backing = domain->memory_backing;

        if (backing && backing->source == MEMORY_SOURCE_ANONYMOUS && (backing->hugepages || backing->n_pages > 0))
                return check_refuse(err, "hugepages are not allowed with anonymous memory source");
        return 0;
}

int check_memories(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_memory_devices; i++)
                if (check_device(domain, &domain->memory_devices[i], caps, err) < 0)
                        return -1;
        if (domain->max_memory_kib && check_slots(domain, err) < 0)
                return -1;
        return check_backing(domain, err);
}
