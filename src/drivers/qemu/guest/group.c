/* See group.h. */
#define LOG_SOURCE "qemu.group"
#include "guest/group.h"
#include "guest/machine.h"
#include "guest/machine_name.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/log.h"

enum { PTY_MAJOR = 136, BLOCK_WEIGHT_MIN = 1, KILL_MS = 5000, SHARES_USUAL = 1024, WEIGHT_USUAL = 500 };

/* In a scope of systemd's all is one folder deeper: the scope itself stays systemd's. */
static const char nested_name[] = "libvirt";

/* What stands beside other guests: the group, or the scope that it is in. Weights are compared there. */
static Cgroup *whole_of(const Cgroup *group)
{
        static const char *const nested[] = { nested_name, NULL };

        return cgroup_up(group, nested);
}

static int set_weight(const Cgroup *group, CgroupSetting setting, uint64_t value, Error *err)
{
        g_autoptr(Cgroup) whole = whole_of(group);

        return cgroup_set(whole, setting, value, err);
}

static int set_io(const Cgroup *group, const char *path, CgroupIo what, uint64_t value, Error *err)
{
        g_autoptr(Cgroup) whole = what == CGROUP_DEVICE_WEIGHT ? whole_of(group) : NULL;

        return cgroup_set_io(whole ? whole : group, path, what, value, err);
}

static char *group_name(const QemuInstance *instance, const Domain *live)
{
        g_autofree char *machine = machine_name(instance, live);

        return g_strconcat(machine, ".libvirt-qemu", NULL);
}

/* "/a/b" is /a.partition/b.partition there, but for names that mean something already. */
static char *partition_path(const Domain *live)
{
        g_auto(GStrv) names = g_strsplit(machine_partition(live), "/", -1);
        GString *path = g_string_new(NULL);

        for (char **name = names; *name; name++) {
                bool known = strcmp(*name, "machine") == 0 || strcmp(*name, "system") == 0 ||
                             strcmp(*name, "user") == 0 || strchr(*name, '.');

                if (**name)
                        g_string_append_printf(path, "/%s%s", *name, known ? "" : ".partition");
        }
        return g_string_free(path, FALSE);
}

static unsigned wanted_controllers(const QemuInstance *instance)
{
        const char *const *named = (const char *const *)instance->conf->cgroup_controllers;
        unsigned wanted = 0;

        if (!instance->system || geteuid() != 0)
                return 0;
        for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++)
                if (!named || g_strv_contains(named, cgroup_controller_names[i]))
                        wanted |= 1U << i;
        return wanted;
}

/* Limits of the whole guest */

static OptUint64 lifted(OptUint64 from, OptUint64 to, uint64_t usual)
{
        return !to.set && from.set ? (OptUint64){ usual, true } : to;
}

static int need(const Cgroup *group, CgroupController controller, const char *what, Error *err)
{
        return cgroup_has(group, controller)
                       ? 0
                       : error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s is not available on this host", what);
}

static int set_kib(const Cgroup *group, CgroupSetting setting, OptUint64 kib, Error *err)
{
        if (!kib.set)
                return 0;
        return cgroup_set(group, setting,
                          kib.value >= VIR_DOMAIN_MEMORY_PARAM_UNLIMITED ? CGROUP_UNLIMITED : kib.value * 1024, err);
}

/* Version 1 keeps memory within memory and swap: whichever grows goes first. */
static int set_memory_and_swap(const Cgroup *group, const Memtune *tune, Error *err)
{
        if (set_kib(group, CGROUP_MEMORY_HARD, tune->hard_limit_kib, NULL) == 0)
                return set_kib(group, CGROUP_MEMORY_SWAP, tune->swap_hard_limit_kib, err);
        if (set_kib(group, CGROUP_MEMORY_SWAP, tune->swap_hard_limit_kib, err) < 0)
                return -1;
        return set_kib(group, CGROUP_MEMORY_HARD, tune->hard_limit_kib, err);
}

static int limit_memory(const Cgroup *group, const Memtune *tune, Error *err)
{
        if (!tune || (!tune->hard_limit_kib.set && !tune->soft_limit_kib.set && !tune->swap_hard_limit_kib.set))
                return 0;
        if (need(group, CGROUP_MEMORY, "Memory cgroup", err) < 0 || set_memory_and_swap(group, tune, err) < 0)
                return -1;
        return set_kib(group, CGROUP_MEMORY_SOFT, tune->soft_limit_kib, err);
}

static int limit_device(const Cgroup *group, const BlkioDevice *device, Error *err)
{
        const struct {
                CgroupIo what;
                uint64_t value;
        } limits[] = {
                { CGROUP_DEVICE_WEIGHT, device->weight },        { CGROUP_READ_IOPS, device->read_iops_sec },
                { CGROUP_WRITE_IOPS, device->write_iops_sec },   { CGROUP_READ_BYTES, device->read_bytes_sec },
                { CGROUP_WRITE_BYTES, device->write_bytes_sec },
        };

        for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
                if (limits[i].value && set_io(group, device->path, limits[i].what, limits[i].value, err) < 0)
                        return -1;
        return 0;
}

static int limit_block(const Cgroup *group, const Blkiotune *tune, Error *err)
{
        if (!tune || (!tune->weight && tune->n_devices == 0))
                return 0;
        if (need(group, CGROUP_BLKIO, "Block I/O tuning", err) < 0 ||
            (tune->weight && set_weight(group, CGROUP_BLKIO_WEIGHT, tune->weight, err) < 0))
                return -1;
        for (size_t i = 0; i < tune->n_devices; i++)
                if (limit_device(group, &tune->devices[i], err) < 0)
                        return -1;
        return 0;
}

static int limit_cpu(const Cgroup *group, const Cputune *tune, Error *err)
{
        if (!tune)
                return 0;
        if ((tune->shares.set || tune->global_period || tune->global_quota || tune->period || tune->quota ||
             tune->emulator_period || tune->emulator_quota || tune->iothread_period || tune->iothread_quota) &&
            need(group, CGROUP_CPU, "CPU tuning", err) < 0)
                return -1;
        if (tune->shares.set && set_weight(group, CGROUP_CPU_SHARES, tune->shares.value, err) < 0)
                return -1;
        if (!tune->global_period && !tune->global_quota)
                return 0;
        return cgroup_set_bandwidth(group, tune->global_period, tune->global_quota, err);
}

static int limit_nodes(const Cgroup *group, const Numatune *tune, Error *err)
{
        g_autofree char *nodes = NULL;

        if (!tune || !tune->nodeset ||
            (tune->mode != NUMA_MODE_STRICT && tune->mode != NUMA_MODE_DEFAULT && tune->mode != NUMA_MODE_RESTRICTIVE))
                return 0;
        /* Without the controller QEMU's own policy is what there is. */
        if (!cgroup_has(group, CGROUP_CPUSET))
                return 0;
        nodes = bitmap_format(tune->nodeset);
        return cgroup_set_text(group, CGROUP_CPUSET_MEMS, nodes, err);
}

static int limit(const Cgroup *group, const Domain *live, Error *err)
{
        if (limit_memory(group, live->memtune, err) < 0 || limit_block(group, live->blkiotune, err) < 0 ||
            limit_cpu(group, live->cputune, err) < 0)
                return -1;
        return limit_nodes(group, live->numatune, err);
}

void guest_group_name(const QemuInstance *instance, Domain *live)
{
        g_autoptr(Cgroup) top = instance->system ? cgroup_find("", "", "", NULL) : NULL;

        if (!top || (live->resource && live->resource->partition))
                return;
        if (!live->resource) {
                live->resource = g_new0(Resource, 1);
                rows_init(&Resource_rows, live->resource);
        }
        live->resource->partition = g_strdup(machine_partition(live));
}

Cgroup *guest_group_make(const QemuInstance *instance, const Domain *live, Error *err)
{
        g_autofree char *partition = partition_path(live);
        g_autofree char *name = group_name(instance, live);
        g_autoptr(Cgroup) group = NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        unsigned wanted = wanted_controllers(instance);

        if (wanted)
                group = cgroup_make("", partition, name, wanted, &why);
        if (error_is_set(&why)) {
                error_move(err, &why);
                return NULL;
        }
        if (limit(group, live, err) < 0) {
                if (group)
                        cgroup_remove(group, NULL);
                return NULL;
        }
        return g_steal_pointer(&group);
}

/* As a machine of systemd's */

static int move_to_part(const Cgroup *group, const Cgroup *part, pid_t pid, Error *err)
{
        int fds[CGROUP_CONTROLLERS];
        int n = cgroup_open_joins(group, part, fds, err), r = n < 0 ? -1 : 0;

        while (n > 0) {
                int fd = fds[--n];

                if (r == 0 && dprintf(fd, "%d", pid) < 0)
                        r = error_errno(err, errno, "cannot put process %d into its cgroup", pid);
                close(fd);
        }
        return r;
}

int guest_group_take(const Cgroup *group, pid_t pid, Error *err)
{
        g_autoptr(Cgroup) emulator = guest_group_part(group, "emulator", 0);
        ERROR_AUTO Error why = ERROR_INIT;

        if (move_to_part(group, emulator, pid, &why) == 0 || process_start_time(pid) == 0)
                return 0;
        return error_move(err, &why);
}

/* systemd writes weights of units again whenever it likes: it has to know them. */
static int keep_weights(const QemuInstance *instance, const Cgroup *group, const Domain *from, const Domain *to,
                        Error *err)
{
        static const Cputune no_cpu;
        static const Blkiotune no_block;
        OptUint64 before = (from->cputune ? from->cputune : &no_cpu)->shares;
        OptUint64 shares = lifted(before, (to->cputune ? to->cputune : &no_cpu)->shares, SHARES_USUAL);
        unsigned old = (from->blkiotune ? from->blkiotune : &no_block)->weight;
        unsigned weight = (to->blkiotune ? to->blkiotune : &no_block)->weight;
        g_autoptr(Cgroup) whole = whole_of(group);
        const struct {
                CgroupController controller;
                const char *properties[2]; /* version 1, 2 */
                bool changes;
                uint64_t value;
        } rows[] = {
                { CGROUP_CPU,
                  { "CPUShares", "CPUWeight" },
                  shares.set && (!before.set || before.value != shares.value),
                  shares.value },
                { CGROUP_BLKIO, { "BlockIOWeight", "IOWeight" }, old != weight, weight ? weight : WEIGHT_USUAL },
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                g_autofree char *unit = NULL;

                if (!rows[i].changes || !cgroup_has(whole, rows[i].controller))
                        continue;
                unit = g_path_get_basename(cgroup_path(whole, rows[i].controller));
                if (g_str_has_suffix(unit, ".scope") &&
                    machine_weigh(instance, unit, rows[i].properties[cgroup_is_unified(whole, rows[i].controller)],
                                  rows[i].value, err) < 0)
                        return -1;
        }
        return 0;
}

bool guest_group_machine(const QemuInstance *instance)
{
        return wanted_controllers(instance) && machine_offered(instance);
}

Cgroup *guest_group_register(const QemuInstance *instance, const Domain *live, pid_t leader, Error *err)
{
        g_autoptr(Domain) nothing = domain_new();
        g_autoptr(Cgroup) emulator = NULL;
        g_autofree char *scope = NULL;
        g_autoptr(Cgroup) group = NULL;

        if (machine_create(instance, live, leader, err) < 0)
                return NULL;
        scope = machine_scope(leader, err);
        group = scope ? cgroup_make_around("", scope, nested_name, wanted_controllers(instance), leader, err) : NULL;
        if (!group || limit(group, live, err) < 0 || keep_weights(instance, group, nothing, live, err) < 0)
                return NULL;
        emulator = guest_emulator_make(group, live, err);
        if (!emulator || move_to_part(group, emulator, leader, err) < 0)
                return NULL;
        return g_steal_pointer(&group);
}

/* Devices */

static bool device_at(const char *path, bool write, CgroupDevice *ret)
{
        struct stat info;

        if (stat(path, &info) < 0 || (!S_ISCHR(info.st_mode) && !S_ISBLK(info.st_mode)))
                return false;
        *ret = (CgroupDevice){ .type = S_ISBLK(info.st_mode) ? 'b' : 'c',
                               .major = major(info.st_rdev),
                               .minor = (int)minor(info.st_rdev),
                               .write = write };
        return true;
}

int guest_group_devices(const Cgroup *group, const char *const *nodes, const DomainFiles *files, Error *err)
{
        g_autoptr(GArray) devices = NULL;
        CgroupDevice device = { .type = 'c', .major = PTY_MAJOR, .minor = -1, .write = true };

        if (!cgroup_has(group, CGROUP_DEVICES))
                return 0;
        devices = g_array_new(FALSE, FALSE, sizeof(CgroupDevice));
        g_array_append_val(devices, device);
        for (; *nodes; nodes++)
                if (device_at(*nodes, true, &device))
                        g_array_append_val(devices, device);
        for (guint i = 0; i < files->len; i++) {
                const DomainFile *file = g_ptr_array_index(files, i);

                if (device_at(file->path, file->flags & DOMAIN_FILE_WRITE, &device))
                        g_array_append_val(devices, device);
        }
        return cgroup_set_devices(group, (const CgroupDevice *)(void *)devices->data, devices->len, err);
}

int guest_group_change(const Cgroup *group, const char *const *nodes, const DomainFiles *files,
                       const DomainFiles *changed, bool allow, Error *err)
{
        CgroupDevice device;

        if (!cgroup_has(group, CGROUP_DEVICES))
                return 0;
        if (!cgroup_devices_change(group))
                return guest_group_devices(group, nodes, files, err);
        for (guint i = 0; i < changed->len; i++) {
                const DomainFile *file = g_ptr_array_index(changed, i);

                if (device_at(file->path, !allow || file->flags & DOMAIN_FILE_WRITE, &device) &&
                    cgroup_allow_device(group, &device, allow, err) < 0)
                        return -1;
        }
        return 0;
}

/* While it runs */

/* What is not named after a guest is the daemon's own, or the user's. */
static bool is_guests(const char *folder)
{
        g_autofree char *name = g_path_get_basename(folder);
        g_autofree char *parent = g_path_get_dirname(folder);

        if (strcmp(name, nested_name) == 0)
                return is_guests(parent);
        return g_pattern_match_simple("qemu-*", name) || g_pattern_match_simple("machine-qemu*", name);
}

Cgroup *guest_group_of(Guest *guest, Error *err)
{
        static const char *const parts[] = { "emulator", "vcpu*", "iothread*", NULL };
        pid_t pid = atomic_load(&guest->pid);
        g_autoptr(Cgroup) place = pid > 0 ? cgroup_of_process("", pid, err) : NULL;
        g_autoptr(Cgroup) group = NULL;

        if (!place)
                return NULL;
        group = cgroup_up(place, parts);
        for (CgroupController i = 0; i < CGROUP_CONTROLLERS; i++)
                if (cgroup_has(group, i) && !is_guests(cgroup_path(group, i)))
                        cgroup_drop(group, i);
        return g_steal_pointer(&group);
}

Cgroup *guest_group_part(const Cgroup *group, const char *format, unsigned number)
{
        g_autofree char *name = g_strdup_printf("%s%u", format, number);
        bool numbered = strcmp(format, "emulator") != 0;

        return group ? cgroup_child(group, numbered ? name : format, false, NULL) : NULL;
}

/* A family of limits of a guest that runs. */

static Cgroup *need_group(Guest *guest, CgroupController controller, Error *err)
{
        static const char *const missing[CGROUP_CONTROLLERS] = {
                [CGROUP_CPU] = "cgroup CPU controller is not mounted",
                [CGROUP_CPUACCT] = "cgroup CPUACCT controller is not mounted",
                [CGROUP_CPUSET] = "cgroup cpuset controller is not mounted",
                [CGROUP_MEMORY] = "cgroup memory controller is not mounted",
                [CGROUP_BLKIO] = "blkio cgroup isn't mounted",
                [CGROUP_DEVICES] = "cgroup devices controller is not mounted",
        };
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);

        if (error_is_set(&why)) {
                error_move(err, &why);
                return NULL;
        }
        if (!cgroup_has(group, controller))
                return error_null(err, VIR_ERR_OPERATION_INVALID, "%s", missing[controller]);
        return g_steal_pointer(&group);
}

int guest_group_need(Guest *guest, CgroupController controller, Error *err)
{
        g_autoptr(Cgroup) group = need_group(guest, controller, err);

        return group ? 0 : -1;
}

/* @put: the limits of @to; what only @from says is lifted. */
typedef int (*PutLimits)(const Cgroup *group, const Domain *from, const Domain *to, Error *err);

static int apply(Guest *guest, CgroupController controller, PutLimits put, const Domain *from, const Domain *to,
                 Error *err)
{
        g_autoptr(Cgroup) group = need_group(guest, controller, err);
        ERROR_AUTO Error why = ERROR_INIT;

        if (!group)
                return -1;
        if (put(group, from, to, &why) == 0 && keep_weights(guest->instance, group, from, to, &why) == 0)
                return 0;
        put(group, to, from, NULL);
        return error_move(err, &why);
}

static int put_memory(const Cgroup *group, const Domain *from, const Domain *to, Error *err)
{
        static const Memtune none;
        const Memtune *a = from->memtune ? from->memtune : &none, *b = to->memtune ? to->memtune : &none;
        const Memtune tune = {
                .hard_limit_kib = lifted(a->hard_limit_kib, b->hard_limit_kib, VIR_DOMAIN_MEMORY_PARAM_UNLIMITED),
                .soft_limit_kib = lifted(a->soft_limit_kib, b->soft_limit_kib, VIR_DOMAIN_MEMORY_PARAM_UNLIMITED),
                .swap_hard_limit_kib =
                        lifted(a->swap_hard_limit_kib, b->swap_hard_limit_kib, VIR_DOMAIN_MEMORY_PARAM_UNLIMITED),
        };

        return limit_memory(group, &tune, err);
}

int guest_group_apply_memory(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        return apply(guest, CGROUP_MEMORY, put_memory, from, to, err);
}

static const BlkioDevice *device_like(const Blkiotune *tune, const BlkioDevice *device)
{
        for (size_t i = 0; tune && i < tune->n_devices; i++)
                if (g_strcmp0(tune->devices[i].path, device->path) == 0)
                        return &tune->devices[i];
        return NULL;
}

static int put_device(const Cgroup *group, const BlkioDevice *from, const BlkioDevice *to, Error *err)
{
        static const BlkioDevice none;
        const BlkioDevice *a = from ? from : &none, *b = to ? to : &none;
        const struct {
                CgroupIo what;
                uint64_t from, to;
        } limits[] = {
                { CGROUP_DEVICE_WEIGHT, a->weight, b->weight },
                { CGROUP_READ_IOPS, a->read_iops_sec, b->read_iops_sec },
                { CGROUP_WRITE_IOPS, a->write_iops_sec, b->write_iops_sec },
                { CGROUP_READ_BYTES, a->read_bytes_sec, b->read_bytes_sec },
                { CGROUP_WRITE_BYTES, a->write_bytes_sec, b->write_bytes_sec },
        };

        for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
                if (limits[i].from != limits[i].to &&
                    set_io(group, to ? to->path : from->path, limits[i].what, limits[i].to, err) < 0)
                        return -1;
        return 0;
}

static int put_block(const Cgroup *group, const Domain *from, const Domain *to, Error *err)
{
        const Blkiotune *a = from->blkiotune, *b = to->blkiotune;
        unsigned before = a ? a->weight : 0, after = b ? b->weight : 0;

        if (before != after && set_weight(group, CGROUP_BLKIO_WEIGHT, after ? after : WEIGHT_USUAL, err) < 0)
                return -1;
        for (size_t i = 0; b && i < b->n_devices; i++)
                if (put_device(group, device_like(a, &b->devices[i]), &b->devices[i], err) < 0)
                        return -1;
        for (size_t i = 0; a && i < a->n_devices; i++)
                if (!device_like(b, &a->devices[i]) && put_device(group, &a->devices[i], NULL, err) < 0)
                        return -1;
        return 0;
}

int guest_group_apply_block(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        return apply(guest, CGROUP_BLKIO, put_block, from, to, err);
}

/* A share of the processors' time. */
typedef struct CpuBandwidth {
        uint64_t period;
        int64_t quota;
} CpuBandwidth;

static CpuBandwidth lifted_bandwidth(CpuBandwidth from, CpuBandwidth to)
{
        enum { PERIOD_USUAL = 100000 };

        return (CpuBandwidth){ to.period     ? to.period
                               : from.period ? PERIOD_USUAL
                                             : 0,
                               to.quota     ? to.quota
                               : from.quota ? -1
                                            : 0 };
}

static int put_part(const Cgroup *group, const char *format, unsigned number, CpuBandwidth from, CpuBandwidth to,
                    Error *err)
{
        g_autoptr(Cgroup) part = guest_group_part(group, format, number);
        CpuBandwidth now = lifted_bandwidth(from, to);

        return part && (now.period || now.quota) ? cgroup_set_bandwidth(part, now.period, now.quota, err) : 0;
}

static int put_cpu(const Cgroup *group, const Domain *from, const Domain *to, Error *err)
{
        static const Cputune none;
        const Cputune *a = from->cputune ? from->cputune : &none, *b = to->cputune ? to->cputune : &none;
        OptUint64 shares = lifted(a->shares, b->shares, SHARES_USUAL);
        CpuBandwidth whole = lifted_bandwidth((CpuBandwidth){ a->global_period, a->global_quota },
                                              (CpuBandwidth){ b->global_period, b->global_quota });

        if ((shares.set && set_weight(group, CGROUP_CPU_SHARES, shares.value, err) < 0) ||
            ((whole.period || whole.quota) && cgroup_set_bandwidth(group, whole.period, whole.quota, err) < 0) ||
            put_part(group, "emulator", 0, (CpuBandwidth){ a->emulator_period, a->emulator_quota },
                     (CpuBandwidth){ b->emulator_period, b->emulator_quota }, err) < 0)
                return -1;
        for (unsigned i = 0; i < to->vcpu_max; i++)
                if (put_part(group, "vcpu", i, (CpuBandwidth){ a->period, a->quota },
                             (CpuBandwidth){ b->period, b->quota }, err) < 0)
                        return -1;
        for (size_t i = 0; i < to->n_iothread_ids; i++)
                if (put_part(group, "iothread", to->iothread_ids[i].id,
                             (CpuBandwidth){ a->iothread_period, a->iothread_quota },
                             (CpuBandwidth){ b->iothread_period, b->iothread_quota }, err) < 0)
                        return -1;
        return 0;
}

int guest_group_apply_cpu(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        return apply(guest, CGROUP_CPU, put_cpu, from, to, err);
}

/* NUMA nodes: those of a part are among those of the whole. */

static int put_part_nodes(const Cgroup *group, const char *format, unsigned number, const char *nodes, Error *err)
{
        g_autoptr(Cgroup) part = guest_group_part(group, format, number);

        if (!cgroup_has(part, CGROUP_CPUSET))
                return 0;
        cgroup_set(part, CGROUP_CPUSET_MIGRATE, 1, NULL);
        return cgroup_set_text(part, CGROUP_CPUSET_MEMS, nodes, err);
}

static int put_parts_nodes(const Cgroup *group, const Domain *live, const char *nodes, Error *err)
{
        if (put_part_nodes(group, "emulator", 0, nodes, err) < 0)
                return -1;
        for (unsigned i = 0; i < live->vcpu_max; i++)
                if (put_part_nodes(group, "vcpu", i, nodes, err) < 0)
                        return -1;
        for (size_t i = 0; i < live->n_iothread_ids; i++)
                if (put_part_nodes(group, "iothread", live->iothread_ids[i].id, nodes, err) < 0)
                        return -1;
        return 0;
}

static int put_nodes(const Cgroup *group, const Domain *from, const Domain *to, Error *err)
{
        g_autofree char *before = cgroup_get_text(group, CGROUP_CPUSET_MEMS, err);
        g_autofree char *nodes = to->numatune && to->numatune->nodeset ? bitmap_format(to->numatune->nodeset) : NULL;
        g_autofree char *both = NULL;

        if (!before)
                return -1;
        /* None of its own any more: those that it has. Those of other modes are a matter of its start. */
        if (!nodes || to->numatune->mode != NUMA_MODE_RESTRICTIVE)
                return 0;
        both = g_strdup_printf("%s,%s", before, nodes);
        cgroup_set(group, CGROUP_CPUSET_MIGRATE, 1, NULL);
        if (cgroup_set_text(group, CGROUP_CPUSET_MEMS, before[0] ? both : nodes, err) < 0 ||
            put_parts_nodes(group, to, nodes, err) < 0)
                return -1;
        return cgroup_set_text(group, CGROUP_CPUSET_MEMS, nodes, err);
}

int guest_group_apply_nodes(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        return apply(guest, CGROUP_CPUSET, put_nodes, from, to, err);
}

/* What the kernel says, in place of what the definition wished. */

static void read_kib(const Cgroup *group, CgroupSetting setting, OptUint64 *ret)
{
        uint64_t bytes = 0;

        if (cgroup_get(group, setting, &bytes, NULL) < 0)
                return;
        ret->value = MIN(bytes / 1024, VIR_DOMAIN_MEMORY_PARAM_UNLIMITED);
        ret->set = true;
}

static void read_part(const Cgroup *part, uint64_t *period, int64_t *quota)
{
        if (cgroup_has(part, CGROUP_CPU))
                cgroup_get_bandwidth(part, period, quota, NULL);
}

static void read_cpu(const Cgroup *group, const Domain *live, Cputune *tune)
{
        g_autoptr(Cgroup) emulator = guest_group_part(group, "emulator", 0);
        g_autoptr(Cgroup) vcpu = guest_group_part(group, "vcpu", 0);
        g_autoptr(Cgroup) iothread =
                live->n_iothread_ids > 0 ? guest_group_part(group, "iothread", live->iothread_ids[0].id) : NULL;
        g_autoptr(Cgroup) whole = whole_of(group);
        uint64_t shares = 0;

        if (cgroup_get(whole, CGROUP_CPU_SHARES, &shares, NULL) == 0)
                tune->shares = (OptUint64){ shares, true };
        read_part(group, &tune->global_period, &tune->global_quota);
        read_part(emulator, &tune->emulator_period, &tune->emulator_quota);
        read_part(vcpu, &tune->period, &tune->quota);
        read_part(iothread, &tune->iothread_period, &tune->iothread_quota);
}

static void *member(void **at, const Rows *rows)
{
        if (!*at) {
                *at = g_malloc0(rows->size);
                rows_init(rows, *at);
        }
        return *at;
}

int guest_group_read(Guest *guest, Domain *live, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);
        g_autoptr(Cgroup) whole = group ? whole_of(group) : NULL;
        uint64_t weight = 0;

        if (error_is_set(&why))
                return error_move(err, &why);
        if (cgroup_has(group, CGROUP_CPU))
                read_cpu(group, live, member((void **)&live->cputune, &Cputune_rows));
        if (cgroup_has(group, CGROUP_MEMORY)) {
                Memtune *tune = member((void **)&live->memtune, &Memtune_rows);

                read_kib(group, CGROUP_MEMORY_HARD, &tune->hard_limit_kib);
                read_kib(group, CGROUP_MEMORY_SOFT, &tune->soft_limit_kib);
                read_kib(group, CGROUP_MEMORY_SWAP, &tune->swap_hard_limit_kib);
        }
        if (cgroup_has(group, CGROUP_BLKIO) && cgroup_get(whole, CGROUP_BLKIO_WEIGHT, &weight, NULL) == 0)
                ((Blkiotune *)member((void **)&live->blkiotune, &Blkiotune_rows))->weight = (unsigned)weight;
        return 0;
}

int guest_group_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        static const struct {
                CgroupController controller;
                PutLimits put;
        } families[] = { { CGROUP_CPU, put_cpu },
                         { CGROUP_MEMORY, put_memory },
                         { CGROUP_BLKIO, put_block },
                         { CGROUP_CPUSET, put_nodes } };
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);

        if (error_is_set(&why))
                return error_move(err, &why);
        for (size_t i = 0; i < ARRAY_SIZE(families); i++)
                if (cgroup_has(group, families[i].controller) && families[i].put(group, from, to, err) < 0)
                        return -1;
        return 0;
}

/* The guest is gone; what is still in its group is a child of a daemon that was killed, on its way to become QEMU. */
static void end_group(const Domain *live, const char *partition, const char *name)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Cgroup) group = cgroup_find("", partition, name, NULL);

        if (group && (cgroup_kill(group, KILL_MS, &err) < 0 || cgroup_remove(group, &err) < 0))
                log_warn("domain '%s': %s", live->name, err.message);
}

/* Scopes go by themselves when nobody is in them any more; systemd does not know of what we have below. */
static void end_machine(const QemuInstance *instance, const Domain *live)
{
        g_autofree char *machine = machine_name(instance, live);
        g_autofree char *unit = machine_unit_of(machine);
        g_autofree char *slice = machine_slice_of(machine_partition(live));
        g_autofree char *path = machine_slice_path(slice);
        g_autoptr(Cgroup) scope = cgroup_find("", path, unit, NULL);

        if (!scope)
                return;
        end_group(live, path, unit);
        machine_terminate(instance, machine);
}

Cgroup *guest_group_find(const QemuInstance *instance, const Domain *live)
{
        g_autofree char *partition = partition_path(live);
        g_autofree char *name = group_name(instance, live);

        return wanted_controllers(instance) ? cgroup_find("", partition, name, NULL) : NULL;
}

void guest_group_end(const QemuInstance *instance, const Domain *live)
{
        g_autofree char *partition = partition_path(live);
        g_autofree char *name = group_name(instance, live);

        if (!wanted_controllers(instance))
                return;
        end_group(live, partition, name);
        end_machine(instance, live);
}
