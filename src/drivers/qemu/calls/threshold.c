/* An event when an image is written beyond so many bytes. QEMU watches the node of the image's bytes, once. */
#include <string.h>

#include "blockdev/blockdev.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/disk_name.h"
#include "guest/instance.h"
#include "util/auto.h"

typedef struct Threshold {
        Guest *guest;
        const char *dev;
        uint64_t bytes;
} Threshold;

/* With its number the event comes by that name, without by the disk's. Known as long as the daemon lives: QEMU watches
 * on, and another daemon tells the disk's name. */
static void remember(const Threshold *threshold, const char *node)
{
        LOCKED(&threshold->guest->mutex);

        if (!threshold->guest->thresholds)
                threshold->guest->thresholds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_replace(threshold->guest->thresholds, g_strdup(node), g_strdup(threshold->dev));
}

static int job_threshold(void *opaque, Error *err)
{
        const Threshold *threshold = opaque;
        g_autoptr(DomainView) view = domain_view_get(threshold->guest->entry);
        g_autoptr(Qmp) qmp = NULL;
        const Source *source;
        const char *node;
        Json *arguments;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        source = disk_source_by_name(view->live, threshold->dev, NULL);
        if (!source)
                return error_set(err, VIR_ERR_INVALID_ARG, "failed to find disk '%s'", threshold->dev);
        node = block_node(source, BLOCK_NODE_STORAGE);
        if (!node)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "threshold currently can't be set for block device '%s'", threshold->dev);
        qmp = guest_monitor(threshold->guest, err);
        if (!qmp)
                return -1;
        remember(threshold, node);
        arguments = json_object();
        json_set(arguments, "node-name", json_string(node));
        json_set(arguments, "write-threshold", json_uint(threshold->bytes));
        return qmp_call(qmp, "block-set-write-threshold", arguments, MONITOR_MS, NULL, err);
}

int qemu_domain_set_block_threshold(virDomainPtr domain, const char *dev, unsigned long long threshold,
                                    unsigned int flags, Error *err)
{
        Threshold order = { .dev = dev, .bytes = threshold };
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, 0, "qemuDomainSetBlockThreshold", err) < 0)
                return -1;
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        order.guest = guest_of(entry);
        return domain_job(entry, "block-threshold", job_threshold, &order, err);
}
