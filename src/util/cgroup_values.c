/* What is set in a group and read from it, in the words of either version. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cgroup_private.h"
#include "util/auto.h"
#include "util/file.h"

const char *const cgroup_controller_names[CGROUP_CONTROLLERS] = { "cpu",    "cpuacct", "cpuset",
                                                                  "memory", "blkio",   "devices" };

enum { VALUE_MAX = 64 * 1024, PAGE_MAX = 64 * 1024 };

/* Some kernels have the one file, some the other. */
typedef struct SettingNames {
        CgroupController controller;
        const char *v1[2], *v2[2];
} SettingNames;

static const SettingNames names[CGROUP_SETTINGS] = {
        [CGROUP_CPU_SHARES] = { CGROUP_CPU, { "cpu.shares" }, { "cpu.weight" } },
        [CGROUP_CPUSET_CPUS] = { CGROUP_CPUSET, { "cpuset.cpus" }, { "cpuset.cpus" } },
        [CGROUP_CPUSET_MEMS] = { CGROUP_CPUSET, { "cpuset.mems" }, { "cpuset.mems" } },
        [CGROUP_CPUSET_MIGRATE] = { CGROUP_CPUSET, { "cpuset.memory_migrate" }, { NULL } },
        [CGROUP_MEMORY_HARD] = { CGROUP_MEMORY, { "memory.limit_in_bytes" }, { "memory.max" } },
        [CGROUP_MEMORY_SOFT] = { CGROUP_MEMORY, { "memory.soft_limit_in_bytes" }, { "memory.high" } },
        [CGROUP_MEMORY_SWAP] = { CGROUP_MEMORY, { "memory.memsw.limit_in_bytes" }, { "memory.swap.max" } },
        [CGROUP_MEMORY_USED] = { CGROUP_MEMORY, { "memory.usage_in_bytes" }, { "memory.current" } },
        [CGROUP_BLKIO_WEIGHT] = { CGROUP_BLKIO,
                                  { "blkio.weight", "blkio.bfq.weight" },
                                  { "io.bfq.weight", "io.weight" } },
        [CGROUP_CPU_USED] = { CGROUP_CPUACCT, { "cpuacct.usage" }, { NULL } },
};

int cgroup_write(const char *path, const char *value, Error *err)
{
        AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
        size_t length = strlen(value);

        if (fd < 0 || write(fd, value, length) != (ssize_t)length)
                return error_errno(err, errno, "Unable to write to '%s'", path);
        return 0;
}

/* The file of @setting that is there; NULL: none. */
static char *setting_path(const Cgroup *group, CgroupSetting setting)
{
        const SettingNames *row = &names[setting];
        const char *folder = group->folders[row->controller];
        const char *const *files = group->unified[row->controller] ? row->v2 : row->v1;

        for (size_t i = 0; folder && i < 2 && files[i]; i++) {
                g_autofree char *path = g_build_filename(folder, files[i], NULL);

                if (access(path, F_OK) == 0)
                        return g_steal_pointer(&path);
        }
        return NULL;
}

static char *setting_file(const Cgroup *group, CgroupSetting setting, Error *err)
{
        const SettingNames *row = &names[setting];
        char *path = setting_path(group, setting);

        if (path)
                return path;
        return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "the host's cgroup controller '%s' has no '%s'",
                          cgroup_controller_names[row->controller], row->v1[0]);
}

int cgroup_set_text(const Cgroup *group, CgroupSetting setting, const char *value, Error *err)
{
        g_autofree char *path = setting_file(group, setting, err);

        return path ? cgroup_write(path, value, err) : -1;
}

char *cgroup_get_text(const Cgroup *group, CgroupSetting setting, Error *err)
{
        g_autofree char *path = setting_file(group, setting, err);
        char *text = NULL;

        if (!path || file_read(path, VALUE_MAX, &text, NULL, err) < 0)
                return NULL;
        return g_strstrip(text);
}

int cgroup_set(const Cgroup *group, CgroupSetting setting, uint64_t value, Error *err)
{
        bool unified = group->unified[names[setting].controller];
        g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);

        if (value == CGROUP_UNLIMITED)
                return cgroup_set_text(group, setting, unified ? "max" : "-1", err);
        return cgroup_set_text(group, setting, text, err);
}

/* Version 2 counts in microseconds, among others. */
static uint64_t field(const char *text, const char *name)
{
        g_autofree char *start = g_strdup_printf("\n%s ", name);
        g_autofree char *all = g_strconcat("\n", text, NULL);
        const char *found = strstr(all, start);

        return found ? g_ascii_strtoull(found + strlen(start), NULL, 10) : 0;
}

static char *stat_of(const Cgroup *group, CgroupController controller, const char *file, Error *err)
{
        g_autofree char *path = NULL;
        char *text = NULL;

        if (!group->folders[controller])
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "the host's cgroup controller '%s' is not there",
                                  cgroup_controller_names[controller]);
        path = g_build_filename(group->folders[controller], file, NULL);
        return file_read(path, VALUE_MAX, &text, NULL, err) < 0 ? NULL : text;
}

int cgroup_cpu_times(const Cgroup *group, uint64_t *ret_user, uint64_t *ret_system, Error *err)
{
        bool unified = group->unified[CGROUP_CPUACCT];
        g_autofree char *text = stat_of(group, CGROUP_CPUACCT, unified ? "cpu.stat" : "cpuacct.stat", err);
        uint64_t tick = 1000000000ULL / (uint64_t)sysconf(_SC_CLK_TCK);

        if (!text)
                return -1;
        *ret_user = unified ? field(text, "user_usec") * 1000 : field(text, "user") * tick;
        *ret_system = unified ? field(text, "system_usec") * 1000 : field(text, "system") * tick;
        return 0;
}

int cgroup_cpu_each(const Cgroup *group, uint64_t *times, size_t n, Error *err)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) words = NULL;

        if (group->unified[CGROUP_CPUACCT])
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "cgroups of version 2 do not tell the time on each processor");
        text = stat_of(group, CGROUP_CPUACCT, "cpuacct.usage_percpu", err);
        if (!text)
                return -1;
        words = g_strsplit_set(g_strstrip(text), " \n", -1);
        memset(times, 0, n * sizeof(*times));
        for (size_t i = 0; i < n && words[i]; i++)
                times[i] = g_ascii_strtoull(words[i], NULL, 10);
        return 0;
}

int cgroup_get(const Cgroup *group, CgroupSetting setting, uint64_t *ret, Error *err)
{
        g_autofree char *text = NULL;
        const char *digits;

        if (setting == CGROUP_CPU_USED && group->unified[CGROUP_CPUACCT]) {
                text = stat_of(group, CGROUP_CPUACCT, "cpu.stat", err);
                if (!text)
                        return -1;
                *ret = field(text, "usage_usec") * 1000;
                return 0;
        }
        text = cgroup_get_text(group, setting, err);
        if (!text)
                return -1;
        /* "default 100" of weights. */
        digits = g_str_has_prefix(text, "default ") ? text + strlen("default ") : text;
        *ret = strcmp(digits, "max") == 0 ? CGROUP_UNLIMITED : g_ascii_strtoull(digits, NULL, 10);
        /* Version 1 says it with the largest number of whole pages. */
        if (*ret >= INT64_MAX - PAGE_MAX)
                *ret = CGROUP_UNLIMITED;
        return 0;
}

/* Processor time */

static int cpu_file(const Cgroup *group, const char *file, char **ret, Error *err)
{
        if (!group->folders[CGROUP_CPU])
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the host's cgroup controller 'cpu' is not there");
        *ret = g_build_filename(group->folders[CGROUP_CPU], file, NULL);
        return 0;
}

static int read_number(const Cgroup *group, const char *file, int64_t *ret, Error *err)
{
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;

        if (cpu_file(group, file, &path, err) < 0 || file_read(path, VALUE_MAX, &text, NULL, err) < 0)
                return -1;
        *ret = g_ascii_strtoll(text, NULL, 10);
        return 0;
}

int cgroup_get_bandwidth(const Cgroup *group, uint64_t *ret_period, int64_t *ret_quota, Error *err)
{
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        int64_t period = 0, quota = -1;
        char *end = NULL;

        if (!group->unified[CGROUP_CPU]) {
                if (read_number(group, "cpu.cfs_period_us", &period, err) < 0 ||
                    read_number(group, "cpu.cfs_quota_us", &quota, err) < 0)
                        return -1;
                *ret_period = (uint64_t)period;
                *ret_quota = quota;
                return 0;
        }
        if (cpu_file(group, "cpu.max", &path, err) < 0 || file_read(path, VALUE_MAX, &text, NULL, err) < 0)
                return -1;
        if (g_str_has_prefix(text, "max"))
                end = text + strlen("max");
        else
                quota = g_ascii_strtoll(text, &end, 10);
        *ret_period = g_ascii_strtoull(end, NULL, 10);
        *ret_quota = quota;
        return 0;
}

static int write_number(const Cgroup *group, const char *file, int64_t value, Error *err)
{
        g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
        g_autofree char *path = NULL;

        return cpu_file(group, file, &path, err) < 0 ? -1 : cgroup_write(path, text, err);
}

static int set_max(const Cgroup *group, uint64_t period, int64_t quota, Error *err)
{
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        uint64_t old_period = 0;
        int64_t old_quota = 0;

        if (cpu_file(group, "cpu.max", &path, err) < 0 || cgroup_get_bandwidth(group, &old_period, &old_quota, err) < 0)
                return -1;
        period = period ? period : old_period;
        quota = quota ? quota : old_quota;
        text = quota < 0 ? g_strdup_printf("max %" G_GUINT64_FORMAT, period)
                         : g_strdup_printf("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT, quota, period);
        return cgroup_write(path, text, err);
}

int cgroup_set_bandwidth(const Cgroup *group, uint64_t period, int64_t quota, Error *err)
{
        if (group->unified[CGROUP_CPU])
                return set_max(group, period, quota, err);
        if (period && write_number(group, "cpu.cfs_period_us", (int64_t)period, err) < 0)
                return -1;
        return quota ? write_number(group, "cpu.cfs_quota_us", MAX(quota, -1), err) : 0;
}

/* Block devices */

static const struct {
        const char *v1[2], *v2; /* v2: the key in io.max */
} io_names[] = {
        [CGROUP_READ_BYTES] = { { "blkio.throttle.read_bps_device" }, "rbps" },
        [CGROUP_WRITE_BYTES] = { { "blkio.throttle.write_bps_device" }, "wbps" },
        [CGROUP_READ_IOPS] = { { "blkio.throttle.read_iops_device" }, "riops" },
        [CGROUP_WRITE_IOPS] = { { "blkio.throttle.write_iops_device" }, "wiops" },
        [CGROUP_DEVICE_WEIGHT] = { { "blkio.weight_device", "blkio.bfq.weight_device" }, NULL },
};

static char *io_value(bool unified, CgroupIo what, unsigned major_number, unsigned minor_number, uint64_t value)
{
        if (!unified || what == CGROUP_DEVICE_WEIGHT)
                return g_strdup_printf("%u:%u %" G_GUINT64_FORMAT, major_number, minor_number, value);
        if (value == 0)
                return g_strdup_printf("%u:%u %s=max", major_number, minor_number, io_names[what].v2);
        return g_strdup_printf("%u:%u %s=%" G_GUINT64_FORMAT, major_number, minor_number, io_names[what].v2, value);
}

int cgroup_set_io(const Cgroup *group, const char *path, CgroupIo what, uint64_t value, Error *err)
{
        const char *folder = group->folders[CGROUP_BLKIO];
        bool unified = group->unified[CGROUP_BLKIO];
        const char *files[2] = { io_names[what].v1[0], io_names[what].v1[1] };
        g_autofree char *text = NULL;
        struct stat info;

        if (unified) {
                files[0] = what == CGROUP_DEVICE_WEIGHT ? "io.weight" : "io.max";
                files[1] = what == CGROUP_DEVICE_WEIGHT ? "io.bfq.weight" : NULL;
        }
        if (stat(path, &info) < 0)
                return error_errno(err, errno, "Path '%s' is not accessible", path);
        if (!S_ISBLK(info.st_mode))
                return error_set(err, VIR_ERR_INVALID_ARG, "Path '%s' must be a block device", path);
        text = io_value(unified, what, major(info.st_rdev), minor(info.st_rdev), value);
        for (size_t i = 0; folder && i < 2 && files[i]; i++) {
                g_autofree char *file = g_build_filename(folder, files[i], NULL);

                if (access(file, F_OK) == 0)
                        return cgroup_write(file, text, err);
        }
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the host's cgroup controller 'blkio' has no '%s'", files[0]);
}
