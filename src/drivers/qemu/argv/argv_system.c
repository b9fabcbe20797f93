/* Devices that a machine has at most a few of: balloon, watchdog, IOMMU, vsock. */
#include "argv/argv.h"

int argv_memballoon(QemuArgv *argv, Error *err)
{
        const Memballoon *balloon = argv->domain->memballoon;
        g_autoptr(Json) json = NULL;

        if (!balloon || balloon->model == BALLOON_NONE)
                return 0;
        json = qdev_new_virtio("virtio-balloon", &balloon->info,
                               balloon->model == BALLOON_VIRTIO_TRANSITIONAL       ? VIRTIO_TRANSITIONAL
                               : balloon->model == BALLOON_VIRTIO_NON_TRANSITIONAL ? VIRTIO_NON_TRANSITIONAL
                                                                                   : VIRTIO_PLAIN);
        argv->alias = balloon->info.alias;
        qdev_virtio(json, &balloon->virtio);
        qdev_string(json, "id", balloon->info.alias);
        qdev_switch(json, "deflate-on-oom", balloon->autodeflate);
        qdev_switch(json, "free-page-reporting", balloon->free_page_reporting);
        if (qdev_address(argv, json, &balloon->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        argv->alias = NULL;
        return 0;
}

/* Watchdog */

static int watchdog(QemuArgv *argv, const Watchdog *watchdog, Error *err)
{
        g_autoptr(Json) json = NULL;

        /* iTCO is part of the q35 machine; only its pin is strapped off there. */
        if (watchdog->model == WATCHDOG_ITCO) {
                argv_add_pair(argv, "-global", "ICH9-LPC.noreboot=off");
                return 0;
        }
        json = qdev_new(enum_text(WatchdogModel, watchdog->model));
        qdev_string(json, "id", watchdog->info.alias);
        if (qdev_address(argv, json, &watchdog->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static void watchdog_action(QemuArgv *argv, WatchdogAction action)
{
        const char *name = action == WATCHDOG_ACTION_DEFAULT ? "reset" : enum_text(WatchdogAction, action);
        Json *json = json_object();

        /* A dump is ours to make: QEMU only has to stop. */
        if (action == WATCHDOG_ACTION_DUMP)
                name = enum_text(WatchdogAction, WATCHDOG_ACTION_PAUSE);
        json_set(json, "action", json_string(name));
        argv_add_both(argv, "-watchdog-action", name, json);
}

int argv_watchdogs(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;

        for (size_t i = 0; i < domain->n_watchdogs; i++) {
                argv->alias = domain->watchdogs[i].info.alias;
                if (watchdog(argv, &domain->watchdogs[i], err) < 0)
                        return -1;
        }
        argv->alias = NULL;
        if (domain->n_watchdogs > 0)
                watchdog_action(argv, domain->watchdogs[0].action);
        return 0;
}

/* IOMMU: that of ARM boards is a property of the machine. */

static void intel_iommu(Json *json, const Iommu *iommu)
{
        qdev_on_off(json, "intremap", iommu->intremap);
        qdev_switch(json, "caching-mode", iommu->caching_mode);
        qdev_on_off(json, "eim", iommu->eim);
        qdev_switch(json, "device-iotlb", iommu->iotlb);
        if (iommu->aw_bits)
                json_set(json, "aw-bits", json_uint(iommu->aw_bits));
}

int argv_iommu(QemuArgv *argv, Error *err)
{
        const Iommu *iommu = argv->domain->iommu;
        g_autoptr(Json) json = NULL;

        if (!iommu || iommu->model == IOMMU_SMMUV3 || iommu->model == IOMMU_NONE)
                return 0;
        json = qdev_new(iommu->model == IOMMU_INTEL ? "intel-iommu" : "virtio-iommu");
        qdev_string(json, "id", iommu->info.alias);
        if (iommu->model == IOMMU_INTEL)
                intel_iommu(json, iommu);
        else if (qdev_address(argv, json, &iommu->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_vsock(QemuArgv *argv, Error *err)
{
        const Vsock *vsock = argv->domain->vsock;
        const QemuFdAsk ask = {
                .kind = QEMU_FD_VHOST_VSOCK,
                .path = "/dev/vhost-vsock",
                .alias = vsock ? vsock->info.alias : NULL,
        };
        g_autofree char *name = NULL;
        g_autoptr(Json) json = NULL;
        int fd;

        if (!vsock)
                return 0;
        fd = argv->host->open_fd(argv->host, &ask, err);
        if (fd < 0)
                return -1;
        argv->alias = vsock->info.alias;
        name = argv_fd_name(argv, fd);
        json = qdev_new_virtio("vhost-vsock", &vsock->info,
                               vsock->model == VSOCK_VIRTIO_TRANSITIONAL       ? VIRTIO_TRANSITIONAL
                               : vsock->model == VSOCK_VIRTIO_NON_TRANSITIONAL ? VIRTIO_NON_TRANSITIONAL
                                                                               : VIRTIO_PLAIN);
        qdev_virtio(json, &vsock->virtio);
        qdev_string(json, "id", vsock->info.alias);
        json_set(json, "guest-cid", json_uint(vsock->cid));
        qdev_string(json, "vhostfd", name);
        if (qdev_address(argv, json, &vsock->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        argv->alias = NULL;
        return 0;
}
