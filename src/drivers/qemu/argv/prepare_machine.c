/* The machine of a run: sizes that QEMU takes, ids of vcpus' and devices' threads. */
#include "argv/argv.h"

enum {
        KIB_PER_MIB = 1024,
        PSERIES_BLOCK_KIB = 256 * KIB_PER_MIB,
        DIMM_BLOCK_KIB = 2 * KIB_PER_MIB,
};

static uint64_t rounded(uint64_t kib, uint64_t block)
{
        return (kib + block - 1) / block * block;
}

/* The guest sees what its label leaves, and POWER takes that in whole blocks: what is too little is lost. */
static void align_pseries_nvdimm(MemoryDevice *memory)
{
        uint64_t guest = memory->size_kib - MIN(memory->size_kib, memory->label_kib);

        memory->size_kib = guest / PSERIES_BLOCK_KIB * PSERIES_BLOCK_KIB + memory->label_kib;
}

void prepare_memory(Domain *live)
{
        bool pseries = domain_is_pseries(live);
        uint64_t block = pseries ? PSERIES_BLOCK_KIB : KIB_PER_MIB, total = 0;

        live->max_memory_kib = rounded(live->max_memory_kib, block);
        for (size_t i = 0; live->cpu && i < live->cpu->n_cells; i++) {
                live->cpu->cells[i].memory_kib = rounded(live->cpu->cells[i].memory_kib, block);
                total += live->cpu->cells[i].memory_kib;
        }
        if (total == 0)
                total = rounded(domain_boot_memory_kib(live), block);
        for (size_t i = 0; i < live->n_memory_devices; i++) {
                MemoryDevice *memory = &live->memory_devices[i];

                if (pseries && memory->model == MEMORY_MODEL_NVDIMM)
                        align_pseries_nvdimm(memory);
                else
                        memory->size_kib = rounded(memory->size_kib, pseries ? PSERIES_BLOCK_KIB : DIMM_BLOCK_KIB);
                total += memory->size_kib;
        }
        live->memory_kib = total;
}

static int check_nodes(const Bitmap *wanted, const QemuHost *host, Error *err)
{
        for (long node = wanted ? bitmap_next(wanted, -1) : -1; node >= 0; node = bitmap_next(wanted, node))
                if (!bitmap_get(host->nodes, (size_t)node))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "NUMA node %ld is unavailable", node);
        return 0;
}

int prepare_nodes(const Domain *live, const QemuHost *host, Error *err)
{
        const Numatune *tune = live->numatune;

        if (!host->nodes)
                return 0;
        if (tune && check_nodes(tune->nodeset, host, err) < 0)
                return -1;
        for (size_t i = 0; tune && i < tune->n_memnodes; i++)
                if (check_nodes(tune->memnodes[i].nodeset, host, err) < 0)
                        return -1;
        for (size_t i = 0; i < live->n_memory_devices; i++)
                if (check_nodes(live->memory_devices[i].nodemask, host, err) < 0)
                        return -1;
        return 0;
}

int prepare_secrecy(Domain *live, const QemuCaps *caps, Error *err)
{
        LaunchSecurity *secrecy = live->launch_security;
        const struct SummarySev *platform = caps->summary ? caps->summary->sev : NULL;

        if (!secrecy || secrecy->type != LAUNCH_SECURITY_SEV ||
            (secrecy->cbitpos.set && secrecy->reduced_phys_bits.set))
                return 0;
        if (!platform)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "SEV launch security needs cbitpos and reducedPhysBits: QEMU does not tell them here");
        if (!secrecy->cbitpos.set)
                secrecy->cbitpos = (OptUint){ .set = true, .value = platform->cbitpos };
        if (!secrecy->reduced_phys_bits.set)
                secrecy->reduced_phys_bits = (OptUint){ .set = true, .value = platform->reduced_phys_bits };
        return 0;
}
