/* The size of a running guest's disk. */
#include <string.h>

#include "blockdev/blockdev.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "hotplug/live.h"

typedef struct Resize {
        Guest *guest;
        const char *disk;
        uint64_t bytes;
} Resize;

static int job_resize(void *opaque, Error *err)
{
        const Resize *resize = opaque;
        g_autoptr(DomainView) view = domain_view_get(resize->guest->entry);
        g_autoptr(Qmp) qmp = guest_monitor(resize->guest, err);
        const Disk *disk;
        Json *arguments;

        if (!qmp || !view || !view->live)
                return qmp ? error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running") : -1;
        disk = call_find_disk(view->live, resize->disk);
        if (!disk)
                return error_set(err, VIR_ERR_INVALID_ARG, "disk '%s' was not found in the domain config",
                                 resize->disk);
        if (!block_top_node(disk))
                return error_set(err, VIR_ERR_OPERATION_INVALID, "disk '%s' is empty or read-only", disk->target);
        arguments = json_object();
        json_set(arguments, "node-name", json_string(block_top_node(disk)));
        json_set(arguments, "size", json_uint(resize->bytes));
        return qmp_call(qmp, "block_resize", arguments, MONITOR_MS, NULL, err);
}

int qemu_domain_block_resize(virDomainPtr dom, const char *disk, unsigned long long size, unsigned int flags,
                             Error *err)
{
        enum { SECTOR = 512 };
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        Resize resize = { .disk = disk };

        if (!entry || check_call_flags(flags, VIR_DOMAIN_BLOCK_RESIZE_BYTES, "qemuDomainBlockResize", err) < 0)
                return -1;
        if (!(flags & VIR_DOMAIN_BLOCK_RESIZE_BYTES) && size > UINT64_MAX / 1024)
                return error_set(err, VIR_ERR_OVERFLOW, "size must be less than %llu", UINT64_MAX / 1024ULL);
        resize.bytes = flags & VIR_DOMAIN_BLOCK_RESIZE_BYTES ? size : size * 1024;
        if (resize.bytes > INT64_MAX - SECTOR)
                return error_set(err, VIR_ERR_OVERFLOW, "size must be less than %lld", INT64_MAX - (long long)SECTOR);
        resize.bytes = (resize.bytes + SECTOR - 1) / SECTOR * SECTOR;
        resize.guest = guest_of(entry);
        return domain_job(entry, "block-resize", job_resize, &resize, err);
}
