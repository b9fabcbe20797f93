/* lxc.cgroup.* into limits, lxc.idmap into ranges of ids. */
#include <string.h>

#include "parts.h"
#include "util/text.h"

enum { KIB = 1024, DEVICES_MAX = 1024, RANGES_MAX = 4096 };

static int read_limit(const GPtrArray *entries, const char *key, OptUint64 *ret_kib, Error *err)
{
        const char *text = lxc_entries_value(entries, key, NULL);
        uint64_t bytes;

        if (!text || strcmp(text, "-1") == 0 || strcmp(text, "max") == 0)
                return 0;
        if (!lxc_size(text, "", &bytes) || strchr(text, '%'))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s must be a number of bytes, with k, m or g, not '%s'",
                                 key, text);
        *ret_kib = (OptUint64){ .value = bytes / KIB, .set = true };
        return 0;
}

static int read_memory(const GPtrArray *entries, Domain *d, Error *err)
{
        Memtune limits = { 0 };

        if (read_limit(entries, "lxc.cgroup.memory.limit_in_bytes", &limits.hard_limit_kib, err) < 0 ||
            read_limit(entries, "lxc.cgroup2.memory.max", &limits.hard_limit_kib, err) < 0 ||
            read_limit(entries, "lxc.cgroup.memory.soft_limit_in_bytes", &limits.soft_limit_kib, err) < 0 ||
            read_limit(entries, "lxc.cgroup.memory.memsw.limit_in_bytes", &limits.swap_hard_limit_kib, err) < 0)
                return -1;
        if (limits.hard_limit_kib.set)
                d->memory_kib = d->current_memory_kib = limits.hard_limit_kib.value;
        if (limits.hard_limit_kib.set || limits.soft_limit_kib.set || limits.swap_hard_limit_kib.set)
                d->memtune = g_memdup2(&limits, sizeof(limits));
        return 0;
}

static int read_number(const GPtrArray *entries, const char *key, int64_t *ret, Error *err)
{
        const char *text = lxc_entries_value(entries, key, NULL);

        if (text && !text_to_int64(text, 10, ret))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s must be a number, not '%s'", key, text);
        return text != NULL;
}

static int read_cpu_time(const GPtrArray *entries, Domain *d, Error *err)
{
        int64_t shares = 0, quota = 0, period = 0;
        int has_shares = read_number(entries, "lxc.cgroup.cpu.shares", &shares, err);
        int has_quota = has_shares < 0 ? -1 : read_number(entries, "lxc.cgroup.cpu.cfs_quota_us", &quota, err);
        int has_period = has_quota < 0 ? -1 : read_number(entries, "lxc.cgroup.cpu.cfs_period_us", &period, err);

        if (has_period < 0)
                return -1;
        if (!has_shares && !has_quota && !has_period)
                return 0;
        if (shares < 0 || period < 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "lxc.cgroup.cpu.shares and cfs_period_us are not negative");
        d->cputune = g_new0(Cputune, 1);
        d->cputune->shares = (OptUint64){ .value = (uint64_t)shares, .set = has_shares };
        d->cputune->quota = quota;
        d->cputune->period = (uint64_t)period;
        return 0;
}

static int read_sets(const GPtrArray *entries, Domain *d, Error *err)
{
        const char *cpus = lxc_entries_value(entries, "lxc.cgroup.cpuset.cpus", "lxc.cgroup2.cpuset.cpus");
        const char *nodes = lxc_entries_value(entries, "lxc.cgroup.cpuset.mems", "lxc.cgroup2.cpuset.mems");

        if (cpus && !(d->vcpu_cpuset = bitmap_parse(cpus, 16384, err)))
                return error_prefix(err, "lxc.cgroup.cpuset.cpus");
        if (!nodes)
                return 0;
        d->numatune = g_new0(Numatune, 1);
        d->numatune->mode = NUMA_MODE_STRICT;
        d->numatune->nodeset = bitmap_parse(nodes, 1024, err);
        return d->numatune->nodeset ? 0 : error_prefix(err, "lxc.cgroup.cpuset.mems");
}

/* The device "MAJOR:MINOR" of @tune, made when it is not there yet. */
static BlkioDevice *device_get(Blkiotune *tune, const char *number)
{
        g_autofree char *path = g_strdup_printf("/dev/block/%s", number);
        BlkioDevice *device;

        for (size_t i = 0; i < tune->n_devices; i++)
                if (strcmp(tune->devices[i].path, path) == 0)
                        return &tune->devices[i];
        if (tune->n_devices >= DEVICES_MAX)
                return NULL;
        device = rows_list_insert(&BlkioDevice_rows, &tune->devices, &tune->n_devices, tune->n_devices);
        device->path = g_strdup(path);
        return device;
}

static void set_device(BlkioDevice *device, const char *key, uint64_t value)
{
        if (strcmp(key, "device_weight") == 0)
                device->weight = (unsigned)value;
        else if (strcmp(key, "throttle.read_bps_device") == 0)
                device->read_bytes_sec = value;
        else if (strcmp(key, "throttle.write_bps_device") == 0)
                device->write_bytes_sec = value;
        else if (strcmp(key, "throttle.read_iops_device") == 0)
                device->read_iops_sec = (unsigned)value;
        else
                device->write_iops_sec = (unsigned)value;
}

static bool is_device_number(const char *text)
{
        return strspn(text, "0123456789:") == strlen(text) && strchr(text, ':') && *text != ':' &&
               !g_str_has_suffix(text, ":");
}

/* "8:16 1000" */
static int read_device(const LxcEntry *entry, const char *key, Blkiotune *tune, Error *err)
{
        g_auto(GStrv) words = g_strsplit_set(entry->value, " \t", 2);
        const char *number = words[0] && words[1] ? g_strstrip(words[1]) : NULL;
        bool is_rate = g_str_has_suffix(key, "bps_device");
        BlkioDevice *device;
        uint64_t value;

        if (!number || !is_device_number(words[0]) || !text_to_uint64(number, 10, &value) ||
            (!is_rate && value > G_MAXUINT32))
                return lxc_entry_error(entry, "MAJOR:MINOR NUMBER", err);
        device = device_get(tune, words[0]);
        if (!device)
                return lxc_entry_error(entry, "one of at most 1024 devices", err);
        set_device(device, key, value);
        return 0;
}

static int read_blkio(const GPtrArray *entries, Domain *d, Error *err)
{
        static const char *const keys[] = { "device_weight",
                                            "throttle.read_bps_device",
                                            "throttle.write_bps_device",
                                            "throttle.read_iops_device",
                                            "throttle.write_iops_device",
                                            NULL };
        g_autofree Blkiotune *tune = g_new0(Blkiotune, 1);
        int64_t weight = 0;
        int has_weight = read_number(entries, "lxc.cgroup.blkio.weight", &weight, err);
        int r = 0;

        if (has_weight < 0)
                return -1;
        if (weight < 0 || weight > 10000)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "lxc.cgroup.blkio.weight must be from 10 to 1000");
        tune->weight = (unsigned)weight;
        for (guint i = 0; r == 0 && i < entries->len; i++) {
                const LxcEntry *entry = g_ptr_array_index(entries, i);
                const char *key = g_str_has_prefix(entry->key, "lxc.cgroup.blkio.")
                                          ? entry->key + strlen("lxc.cgroup.blkio.")
                                          : "";

                if (g_strv_contains(keys, key) && *entry->value)
                        r = read_device(entry, key, tune, err);
        }
        if (tune->weight || tune->n_devices)
                d->blkiotune = g_steal_pointer(&tune);
        return r;
}

int lxc_read_limits(const GPtrArray *entries, Domain *d, Error *err)
{
        if (read_memory(entries, d, err) < 0 || read_cpu_time(entries, d, err) < 0 || read_sets(entries, d, err) < 0)
                return -1;
        return read_blkio(entries, d, err);
}

/* "u 0 100000 65536": kind, two first ids, how many. */
typedef struct IdRange {
        char kind; /* 'u', 'g'; 'b' for both */
        unsigned first, second, count;
} IdRange;

static int parse_range(const LxcEntry *entry, IdRange *range, Error *err)
{
        g_auto(GStrv) words = g_strsplit_set(entry->value, " \t", -1);
        g_autoptr(GPtrArray) parts = g_ptr_array_new();

        for (char **word = words; *word; word++)
                if (**word)
                        g_ptr_array_add(parts, *word);
        if (parts->len != 4 || strlen(parts->pdata[0]) != 1 || !strchr("ugb", *(char *)parts->pdata[0]) ||
            !text_to_uint(parts->pdata[1], 10, &range->first) || !text_to_uint(parts->pdata[2], 10, &range->second) ||
            !text_to_uint(parts->pdata[3], 10, &range->count))
                return lxc_entry_error(entry, "u, g or b and three numbers", err);
        range->kind = *(char *)parts->pdata[0];
        return 0;
}

/* LXC says the container's id first, then the host's; configurations made for libvirt say the host's first. A container
 * has to have a root: the number that is 0 in one of the lines is the container's. */
static bool host_comes_first(const GArray *ranges)
{
        bool second = false;

        for (guint i = 0; i < ranges->len; i++) {
                const IdRange *range = &g_array_index(ranges, IdRange, i);

                if (range->first == 0)
                        return false;
                second = second || range->second == 0;
        }
        return second;
}

static void add_range(IdMapEntry **entries, size_t *n_entries, const IdRange *range, bool host_first)
{
        IdMapEntry *entry = rows_list_insert(&IdMapEntry_rows, entries, n_entries, *n_entries);

        entry->start = host_first ? range->second : range->first;
        entry->target = host_first ? range->first : range->second;
        entry->count = range->count;
}

int lxc_read_idmap(const GPtrArray *entries, Domain *d, Error *err)
{
        g_autoptr(GArray) ranges = g_array_new(FALSE, TRUE, sizeof(IdRange));
        bool host_first;

        for (guint i = 0; i < entries->len; i++) {
                const LxcEntry *entry = g_ptr_array_index(entries, i);
                IdRange range = { 0 };

                if (strcmp(entry->key, "lxc.idmap") != 0 && strcmp(entry->key, "lxc.id_map") != 0)
                        continue;
                if (*entry->value && parse_range(entry, &range, err) < 0)
                        return -1;
                if (*entry->value)
                        g_array_append_val(ranges, range);
                if (ranges->len > RANGES_MAX)
                        return lxc_entry_error(entry, "one of at most 4096 ranges", err);
        }
        if (ranges->len == 0)
                return 0;
        host_first = host_comes_first(ranges);
        d->idmap = g_new0(IdMap, 1);
        for (guint i = 0; i < ranges->len; i++) {
                const IdRange *range = &g_array_index(ranges, IdRange, i);

                if (range->kind != 'g')
                        add_range(&d->idmap->uids, &d->idmap->n_uids, range, host_first);
                if (range->kind != 'u')
                        add_range(&d->idmap->gids, &d->idmap->n_gids, range, host_first);
        }
        return 0;
}
