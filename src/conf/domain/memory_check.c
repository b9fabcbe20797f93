/* Rules of memory devices that hold for every hypervisor. Nothing here changes them. */
#include <inttypes.h>
#include <string.h>

#include "domain/hooks.h"

static bool is_pseries(const Domain *d)
{
        return d->os.arch && g_str_has_prefix(d->os.arch, "ppc64");
}

/* The label lies at the end of the device. */
static int check_label(const MemoryDevice *memory, Error *err)
{
        enum { LABEL_MIN_KIB = 128 };

        if (!memory->label_kib)
                return 0;
        if (memory->label_kib < LABEL_MIN_KIB)
                return error_set(err, VIR_ERR_XML_ERROR, "nvdimm label must be at least %dKiB", LABEL_MIN_KIB);
        if (memory->label_kib >= memory->size_kib)
                return error_set(err, VIR_ERR_XML_ERROR, "label size must be smaller than NVDIMM size");
        return 0;
}

/* Memory whose content stays needs a place to stay in. */
static int check_path(const MemoryDevice *memory, Error *err)
{
        if (!memory->path)
                return error_set(err, VIR_ERR_XML_DETAIL, "path is required for model '%s'",
                                 enum_text(MemoryModel, memory->model));
        return 0;
}

static int check_nvdimm(const MemoryDevice *memory, Error *err)
{
        if (check_path(memory, err) < 0)
                return -1;
        if (memory->discard == YESNO_YES)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "discard is not supported for nvdimms");
        return check_label(memory, err);
}

static int check_virtio_pmem(const MemoryDevice *memory, Error *err)
{
        if (check_path(memory, err) < 0)
                return -1;
        if (memory->access != MEMORY_ACCESS_SHARED && memory->access != MEMORY_ACCESS_DEFAULT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "shared access mode required for virtio-pmem device");
        if (memory->node.set)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "virtio-pmem does not support NUMA nodes");
        return 0;
}

/* The guest gives and takes it in blocks, which are not smaller than a huge page of the host. */
static int check_virtio_mem(const MemoryDevice *memory, Error *err)
{
        enum { BLOCK_MIN_KIB = 2048 };
        uint64_t block = memory->block_kib, requested = memory->requested_kib.value;

        if (block == 0 || (block & (block - 1)) != 0)
                return error_set(err, VIR_ERR_XML_DETAIL, "block size must be a power of two");
        if (block < BLOCK_MIN_KIB)
                return error_set(err, VIR_ERR_XML_DETAIL, "block size too small, must be at least %dKiB",
                                 BLOCK_MIN_KIB);
        if (requested > memory->size_kib)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "requested size must be smaller than or equal to @size (%" PRIu64 "KiB)",
                                 memory->size_kib);
        if (requested % block != 0)
                return error_set(err, VIR_ERR_XML_DETAIL, "requested size must be an integer multiple of block size");
        return 0;
}

int memory_device_check(const void *s, Error *err)
{
        const MemoryDevice *memory = s;

        switch (memory->model) {
        case MEMORY_MODEL_NVDIMM: return check_nvdimm(memory, err);
        case MEMORY_MODEL_VIRTIO_PMEM: return check_virtio_pmem(memory, err);
        case MEMORY_MODEL_VIRTIO_MEM: return check_virtio_mem(memory, err);
        default: return 0;
        }
}

/* POWER's firmware knows an NVDIMM by its uuid and keeps its label; nobody else's does. */
static int check_nvdimm_machine(const Domain *d, const MemoryDevice *memory, Error *err)
{
        static const uint64_t align_kib = 256 * 1024;
        static const Uuid none;

        if (memory->model != MEMORY_MODEL_NVDIMM)
                return 0;
        if (!is_pseries(d))
                return memcmp(memory->uuid, none, sizeof(none)) == 0
                               ? 0
                               : error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "UUID is not supported for NVDIMM device");
        if (!memory->label_kib)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "label size is required for NVDIMM device");
        if (memory->size_kib < align_kib + memory->label_kib)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "minimum target size for the NVDIMM must be 256MB plus the label size");
        return 0;
}

/* What the machine has without what is plugged. */
static int check_rest(const Domain *d, Error *err)
{
        uint64_t plugged = 0;

        for (size_t i = 0; i < d->n_memory_devices; i++)
                plugged += d->memory_devices[i].size_kib;
        if (plugged && plugged == d->memory_kib && !(d->cpu && d->cpu->n_cells))
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Memory size must be specified via <memory> or in the <numa> configuration");
        return 0;
}

int domain_check_memory(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_memory_devices; i++)
                if (check_nvdimm_machine(d, &d->memory_devices[i], err) < 0)
                        return -1;
        return check_rest(d, err);
}
