/* Memory that can be plugged: DIMMs, NVDIMMs, virtio-pmem, virtio-mem, enclave pages. */
#include "argv/argv.h"

static Json *new_device(const MemoryDevice *memory)
{
        switch (memory->model) {
        case MEMORY_MODEL_DIMM: return qdev_new("pc-dimm");
        case MEMORY_MODEL_NVDIMM: return qdev_new("nvdimm");
        case MEMORY_MODEL_VIRTIO_PMEM: return qdev_new_virtio("virtio-pmem", &memory->info, VIRTIO_PLAIN);
        default: return qdev_new_virtio("virtio-mem", &memory->info, VIRTIO_PLAIN);
        }
}

static bool is_touched_at_once(const QemuArgv *argv, const MemoryDevice *memory)
{
        const MemoryBacking *backing = argv->domain->memory_backing;

        return (backing && backing->allocation == ALLOCATION_IMMEDIATE) || argv_memory_is_huge(argv, memory);
}

static void virtio_mem(const QemuArgv *argv, const MemoryDevice *memory, Json *json)
{
        json_set(json, "block-size", json_uint(memory->block_kib * 1024));
        if (memory->requested_kib.set)
                json_set(json, "requested-size", json_uint(memory->requested_kib.value * 1024));
        if (is_touched_at_once(argv, memory) && qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_MEM_PCI_PREALLOC))
                json_set(json, "prealloc", json_bool(true));
        if (memory->dynamic_memslots != YESNO_ABSENT)
                json_set(json, "dynamic-memslots", json_bool(memory->dynamic_memslots == YESNO_YES));
}

static void nvdimm(const QemuArgv *argv, const MemoryDevice *memory, Json *json)
{
        char uuid[UUID_TEXT_LENGTH];

        if (memory->label_kib)
                json_set(json, "label-size", json_uint(memory->label_kib * 1024));
        if (uuid_is_valid(memory->uuid) && domain_is_ppc64(argv->domain)) {
                uuid_format(memory->uuid, uuid);
                qdev_string(json, "uuid", uuid);
        }
        if (memory->readonly)
                json_set(json, "unarmed", json_bool(true));
}

static int argv_memory_device(QemuArgv *argv, const MemoryDevice *memory, Error *err)
{
        g_autofree char *backend = g_strdup_printf("mem%s", memory->info.alias);
        Json *json;

        if (argv_memory_backend(argv, memory, err) < 0)
                return -1;
        /* The machine lists them: argv_machine(). */
        if (memory->model == MEMORY_MODEL_SGX_EPC)
                return 0;
        json = new_device(memory);
        if (memory->node.set)
                json_set(json, "node", json_uint(memory->node.value));
        if (memory->model == MEMORY_MODEL_NVDIMM)
                nvdimm(argv, memory, json);
        if (memory->model == MEMORY_MODEL_VIRTIO_MEM)
                virtio_mem(argv, memory, json);
        qdev_string(json, "memdev", backend);
        if (memory->base.set)
                json_set(json, "memaddr", json_uint(memory->base.value));
        qdev_string(json, "id", memory->info.alias);
        if (qdev_address(argv, json, &memory->info, err) < 0) {
                json_unref(json);
                return -1;
        }
        argv_add_json(argv, "-device", json);
        return 0;
}

int argv_memory_devices(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;

        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                argv->alias = domain->memory_devices[i].info.alias;
                if (argv_memory_device(argv, &domain->memory_devices[i], err) < 0)
                        return -1;
        }
        argv->alias = NULL;
        return 0;
}
