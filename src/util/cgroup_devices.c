/* Which devices a group may open: a list in version 1, a program in version 2 (cgroup_bpf.c). */
#include "cgroup_private.h"

static int write_device(const Cgroup *group, const char *file, const char *value, Error *err)
{
        g_autofree char *path = NULL;

        if (!group->folders[CGROUP_DEVICES])
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "the host's cgroup controller 'devices' is not there");
        path = g_build_filename(group->folders[CGROUP_DEVICES], file, NULL);
        return cgroup_write(path, value, err);
}

bool cgroup_devices_change(const Cgroup *group)
{
        return !group->unified[CGROUP_DEVICES];
}

int cgroup_allow_device(const Cgroup *group, const CgroupDevice *device, bool allow, Error *err)
{
        g_autofree char *minor = device->minor < 0 ? g_strdup("*") : g_strdup_printf("%d", device->minor);
        g_autofree char *text =
                g_strdup_printf("%c %u:%s %s", device->type, device->major, minor, device->write ? "rw" : "r");

        return write_device(group, allow ? "devices.allow" : "devices.deny", text, err);
}

int cgroup_set_devices(const Cgroup *group, const CgroupDevice *devices, size_t n, Error *err)
{
        if (group->folders[CGROUP_DEVICES] && group->unified[CGROUP_DEVICES])
                return cgroup_bpf_devices(group->folders[CGROUP_DEVICES], devices, n, err);
        if (write_device(group, "devices.deny", "a", err) < 0)
                return -1;
        for (size_t i = 0; i < n; i++)
                if (cgroup_allow_device(group, &devices[i], true, err) < 0)
                        return -1;
        return 0;
}
