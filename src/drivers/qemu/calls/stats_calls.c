/* Figures of one guest. What only QEMU knows is asked afresh; the rest is in the view and in /proc. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blockdev/blockdev.h"
#include "guest/disk_name.h"
#include "host/image.h"
#include "calls/lifecycle.h"
#include "host/net_stats.h"
#include "calls/params.h"
#include "guest/stats.h"
#include "host/process_figures.h"
#include "calls/target.h"
#include "util/auto.h"

/* The running domain of a handle. */
typedef struct Running {
        DomainEntry *entry;
        DomainView *view;
        Guest *guest;
} Running;

static void running_done(Running *running)
{
        domain_view_unref(running->view);
        domain_entry_unref(running->entry);
}

#define RUNNING_AUTO __attribute__((cleanup(running_done)))

static int running_find(virDomainPtr domain, Running *ret, Error *err)
{
        ret->entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!ret->entry)
                return -1;
        ret->view = domain_view_get(ret->entry);
        ret->guest = guest_of(ret->entry);
        if (!ret->view || !ret->view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        return 0;
}

/* Info */

int qemu_domain_get_info(virDomainPtr domain, virDomainInfoPtr info, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_current(view) : NULL;
        CpuFigures cpu;

        if (!definition)
                return -1;
        *info = (virDomainInfo){ .state = (unsigned char)view->state };
        info->maxMem = definition->memory_kib;
        info->memory = view->live && view->memory_kib   ? view->memory_kib
                       : definition->current_memory_kib ? definition->current_memory_kib
                                                        : definition->memory_kib;
        info->nrVirtCpu = (unsigned short)(definition->vcpu_current ? definition->vcpu_current : definition->vcpu_max);
        if (view->live && cpu_figures(view->pid, 0, &cpu))
                info->cpuTime = cpu.user_ns + cpu.system_ns;
        return 0;
}

int qemu_domain_get_control_info(virDomainPtr domain, virDomainControlInfoPtr info, unsigned int flags, Error *err)
{
        RUNNING_AUTO Running running = { 0 };
        g_autoptr(Qmp) qmp = NULL;
        g_autofree char *holder = NULL;
        int64_t age = 0;

        if (running_find(domain, &running, err) < 0)
                return -1;
        *info = (virDomainControlInfo){ .state = VIR_DOMAIN_CONTROL_OK };
        qmp = guest_monitor(running.guest, NULL);
        if (!qmp) {
                info->state = VIR_DOMAIN_CONTROL_ERROR;
                info->details = VIR_DOMAIN_CONTROL_ERROR_REASON_MONITOR;
                return 0;
        }
        holder = lane_holder(domain_entry_lane(running.entry), &age);
        if (qmp_silent_ms(qmp) > 0) {
                info->state = VIR_DOMAIN_CONTROL_OCCUPIED;
                info->stateTime = (unsigned long long)qmp_silent_ms(qmp);
        } else if (holder) {
                info->state = VIR_DOMAIN_CONTROL_JOB;
                info->stateTime = (unsigned long long)age;
        }
        return 0;
}

/* Disks */

static const Disk *find_disk(const Domain *domain, const char *name, Error *err)
{
        const Disk *disk = disk_by_name(domain, name);

        return disk ? disk : error_null(err, VIR_ERR_INVALID_ARG, "invalid path: %s", name);
}

/* Of one disk, or of all together when @name is "". */
static int disk_figures(virDomainPtr dom, const char *name, BlockFigures *ret, Error *err)
{
        RUNNING_AUTO Running running = { 0 };
        g_autoptr(Figures) figures = NULL;
        const Disk *disk = NULL;

        if (running_find(dom, &running, err) < 0)
                return -1;
        if (name[0] && !(disk = find_disk(running.view->live, name, err)))
                return -1;
        figures = stats_fresh(running.guest, running.view, err);
        if (!figures)
                return -1;
        *ret = (BlockFigures){ 0 };
        for (guint i = 0; i < figures->blocks->len; i++) {
                const BlockFigures *block = &g_array_index(figures->blocks, BlockFigures, i);

                if (disk && g_strcmp0(block->alias, disk->info.alias) != 0)
                        continue;
                ret->read_ops += block->read_ops;
                ret->read_bytes += block->read_bytes;
                ret->read_ns += block->read_ns;
                ret->write_ops += block->write_ops;
                ret->write_bytes += block->write_bytes;
                ret->write_ns += block->write_ns;
                ret->flush_ops += block->flush_ops;
                ret->flush_ns += block->flush_ns;
                ret->highest_write = block->highest_write;
        }
        return 0;
}

int qemu_domain_block_stats(virDomainPtr dom, const char *disk, virDomainBlockStatsPtr stats, size_t size, Error *err)
{
        BlockFigures figures;
        virDomainBlockStatsStruct full;

        if (disk_figures(dom, disk, &figures, err) < 0)
                return -1;
        full = (virDomainBlockStatsStruct){ .rd_req = (long long)figures.read_ops,
                                            .rd_bytes = (long long)figures.read_bytes,
                                            .wr_req = (long long)figures.write_ops,
                                            .wr_bytes = (long long)figures.write_bytes,
                                            .errs = -1 };
        memcpy(stats, &full, MIN(size, sizeof(full)));
        return 0;
}

enum { BLOCK_PARAMETERS = 8 };

static void fill_llong(virTypedParameterPtr parameter, const char *field, uint64_t value)
{
        *parameter = (virTypedParameter){ .type = VIR_TYPED_PARAM_LLONG };
        g_strlcpy(parameter->field, field, sizeof(parameter->field));
        parameter->value.l = (long long)value;
}

int qemu_domain_block_stats_flags(virDomainPtr dom, const char *disk, virTypedParameterPtr params, int *nparams,
                                  unsigned int flags, Error *err)
{
        BlockFigures f;

        if (flags & ~(unsigned)VIR_TYPED_PARAM_STRING_OKAY)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "unsupported flags (0x%x) in function qemuDomainBlockStatsFlags", flags);
        if (disk_figures(dom, disk, &f, err) < 0)
                return -1;
        if (*nparams > 0) {
                const struct {
                        const char *field;
                        uint64_t value;
                } rows[BLOCK_PARAMETERS] = {
                        { VIR_DOMAIN_BLOCK_STATS_READ_REQ, f.read_ops },
                        { VIR_DOMAIN_BLOCK_STATS_READ_BYTES, f.read_bytes },
                        { VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES, f.read_ns },
                        { VIR_DOMAIN_BLOCK_STATS_WRITE_REQ, f.write_ops },
                        { VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES, f.write_bytes },
                        { VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES, f.write_ns },
                        { VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ, f.flush_ops },
                        { VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES, f.flush_ns },
                };

                for (int i = 0; i < *nparams && i < BLOCK_PARAMETERS; i++)
                        fill_llong(&params[i], rows[i].field, rows[i].value);
        }
        *nparams = *nparams > 0 ? MIN(*nparams, BLOCK_PARAMETERS) : BLOCK_PARAMETERS;
        return 0;
}

/* A file or device of this host, as it is there. */
static int local_info(const Disk *disk, virDomainBlockInfoPtr info, Error *err)
{
        const char *path = block_source_path(&disk->source);
        uint64_t capacity = image_capacity(disk);
        struct stat st;

        if (stat(path, &st) < 0)
                return error_errno(err, errno, "cannot stat file '%s'", path);
        *info = (virDomainBlockInfo){ .capacity = capacity,
                                      .allocation = (unsigned long long)st.st_blocks * 512,
                                      .physical = (unsigned long long)st.st_size };
        return 0;
}

/* What only QEMU knows: of an image elsewhere everything, of a device how far it is written. */
static int live_info(virDomainPtr dom, const char *name, virDomainBlockInfoPtr info, Error *err)
{
        RUNNING_AUTO Running running = { 0 };
        g_autoptr(Figures) figures = NULL;
        const NodeFigures *node;
        const BlockFigures *block;
        const Disk *disk;
        uint64_t threshold;

        if (running_find(dom, &running, err) < 0 || !(disk = find_disk(running.view->live, name, err)))
                return -1;
        figures = stats_fresh(running.guest, running.view, err);
        if (!figures)
                return -1;
        node = figures_of_source(figures, &disk->source, &threshold);
        block = figures_of_disk(figures, disk);
        if (node && node->capacity)
                info->capacity = node->capacity;
        if (node && info->physical == 0)
                info->physical = node->physical;
        if (block && disk->source.type != SOURCE_FILE)
                info->allocation = block->highest_write;
        return 0;
}

int qemu_domain_get_block_info(virDomainPtr dom, const char *name, virDomainBlockInfoPtr info, unsigned int flags,
                               Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(dom, err);
        const Disk *disk = view ? find_disk(domain_view_current(view), name, err) : NULL;

        if (!disk || check_call_flags(flags, 0, "qemuDomainGetBlockInfo", err) < 0)
                return -1;
        *info = (virDomainBlockInfo){ 0 };
        if (!block_has_medium(&disk->source))
                return error_set(err, VIR_ERR_INVALID_ARG, "disk '%s' does not currently have a source assigned", name);
        if (block_source_path(&disk->source) && local_info(disk, info, err) < 0)
                return -1;
        if (view->live)
                return live_info(dom, name, info, err);
        if (info->capacity == 0)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "the capacity of '%s' is told only while the guest runs", name);
        return 0;
}

/* Interfaces: the host's end counts the other way round. */

int qemu_domain_interface_stats(virDomainPtr dom, const char *device, virDomainInterfaceStatsPtr stats, size_t size,
                                Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(dom, err);
        const Interface *nic;
        virDomainInterfaceStatsStruct full;

        if (!view)
                return -1;
        nic = call_find_interface(view->live, device);
        if (!nic)
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is not a known interface", device);
        if (!nic->target)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "interfaces of type '%s' have no device on the host that counts",
                                 enum_text(InterfaceType, nic->type));
        if (net_stats_read(nic->target, &full, err) < 0)
                return -1;
        memcpy(stats, &full, MIN(size, sizeof(full)));
        return 0;
}

/* Memory */

int qemu_domain_memory_stats(virDomainPtr dom, virDomainMemoryStatPtr stats, unsigned int nr_stats, unsigned int flags,
                             Error *err)
{
        /* The order in which programs have always seen them. */
        static const int order[] = {
                VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON,  VIR_DOMAIN_MEMORY_STAT_SWAP_IN,
                VIR_DOMAIN_MEMORY_STAT_SWAP_OUT,        VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT,
                VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT,     VIR_DOMAIN_MEMORY_STAT_UNUSED,
                VIR_DOMAIN_MEMORY_STAT_AVAILABLE,       VIR_DOMAIN_MEMORY_STAT_USABLE,
                VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE,     VIR_DOMAIN_MEMORY_STAT_DISK_CACHES,
                VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC, VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL,
        };
        RUNNING_AUTO Running running = { 0 };
        g_autoptr(Figures) figures = NULL;
        unsigned n = 0;

        if (running_find(dom, &running, err) < 0)
                return -1;
        figures = stats_fresh(running.guest, running.view, err);
        if (!figures)
                return -1;
        for (size_t i = 0; i < ARRAY_SIZE(order) && n < nr_stats; i++)
                if (figures->memory.has[order[i]])
                        stats[n++] =
                                (virDomainMemoryStatStruct){ .tag = order[i], .val = figures->memory.value[order[i]] };
        if (n < nr_stats)
                stats[n++] = (virDomainMemoryStatStruct){ .tag = VIR_DOMAIN_MEMORY_STAT_RSS,
                                                          .val = rss_kib(running.view->pid) };
        return (int)n;
}

/* Processors */

static void put_cpu_map(pid_t tid, unsigned char *map, int length)
{
        cpu_set_t set;

        memset(map, 0, (size_t)length);
        if (tid <= 0 || sched_getaffinity(tid, sizeof(set), &set) < 0)
                return;
        for (int cpu = 0; cpu < length * 8 && cpu < CPU_SETSIZE; cpu++)
                if (CPU_ISSET(cpu, &set))
                        map[cpu / 8] |= (unsigned char)(1 << cpu % 8);
}

int qemu_domain_get_vcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char *cpumaps, int maplen,
                          Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const GuestFacts *facts = view_facts(view);
        int n;

        if (!view)
                return -1;
        if (!view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "cannot retrieve vcpu information for inactive domain");
        n = facts ? MIN((int)facts->vcpu_pids->len, maxinfo) : 0;
        for (int i = 0; i < n; i++) {
                pid_t tid = g_array_index(facts->vcpu_pids, pid_t, i);
                CpuFigures cpu;

                if (info) {
                        info[i] = (virVcpuInfo){ .number = (unsigned)i, .state = VIR_VCPU_RUNNING, .cpu = -1 };
                        if (cpu_figures(view->pid, tid, &cpu)) {
                                info[i].cpuTime = cpu.user_ns + cpu.system_ns;
                                info[i].cpu = cpu.cpu;
                        }
                }
                if (cpumaps)
                        put_cpu_map(tid, cpumaps + (size_t)i * (size_t)maplen, maplen);
        }
        return n;
}
