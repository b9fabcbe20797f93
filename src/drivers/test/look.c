/* Figures of an invented domain. Time passes for it as for the host. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "conf/rows.h"

enum { CPUS = 8, LAST_CPU = 15 };

int test_get_info(virDomainPtr domain, virDomainInfoPtr info, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition;

        if (!view)
                return -1;
        definition = domain_view_current(view);
        memset(info, 0, sizeof(*info));
        info->state = view->state;
        info->maxMem = definition->memory_kib;
        info->memory = definition->current_memory_kib;
        info->nrVirtCpu = definition->vcpu_current ? definition->vcpu_current : definition->vcpu_max;
        info->cpuTime = view->id >= 0 ? g_get_real_time() * 1000ull : 0;
        return 0;
}

static unsigned vcpus_of(const Domain *definition)
{
        return definition->vcpu_current ? definition->vcpu_current : definition->vcpu_max;
}

static const Bitmap *pin_of(const Domain *definition, unsigned vcpu)
{
        const Cputune *tune = definition->cputune;

        for (size_t i = 0; tune && i < tune->n_vcpupins; i++)
                if (tune->vcpupins[i].vcpu == vcpu)
                        return tune->vcpupins[i].cpuset;
        return definition->vcpu_cpuset;
}

/* The processors of a pin, all of them where there is none. */
static void put_map(const Bitmap *pin, unsigned char *map, int maplen)
{
        memset(map, 0, maplen);
        if (pin)
                bitmap_to_bytes(pin, map, maplen);
        else
                map[0] = (1u << CPUS) - 1;
}

int test_get_vcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char *cpumaps, int maplen,
                   Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(domain, err);
        int n;

        if (!view)
                return -1;
        n = MIN((unsigned)maxinfo, vcpus_of(view->live));
        for (int i = 0; i < n; i++) {
                if (info)
                        info[i] = (virVcpuInfo){ .number = i,
                                                 .state = VIR_VCPU_RUNNING,
                                                 .cpu = LAST_CPU,
                                                 .cpuTime = (g_get_real_time() - view->started_ns / 1000) * 1000 };
                if (cpumaps)
                        put_map(pin_of(view->live, i), VIR_GET_CPUMAP(cpumaps, maplen, i), maplen);
        }
        return n;
}

int test_get_vcpu_pins(virDomainPtr domain, int n, unsigned char *cpumaps, int maplen, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;

        if (!definition)
                return -1;
        n = MIN((unsigned)n, definition->vcpu_max);
        for (int i = 0; i < n; i++)
                put_map(pin_of(definition, i), VIR_GET_CPUMAP(cpumaps, maplen, i), maplen);
        return n;
}

int test_get_emulator_pin(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;

        if (!definition)
                return -1;
        put_map(definition->cputune && definition->cputune->emulatorpin ? definition->cputune->emulatorpin
                                                                        : definition->vcpu_cpuset,
                cpumap, maplen);
        return 1;
}

static const Bitmap *iothread_pin_of(const Domain *definition, unsigned id)
{
        const Cputune *tune = definition->cputune;

        for (size_t i = 0; tune && i < tune->n_iothreadpins; i++)
                if (tune->iothreadpins[i].iothread == id)
                        return tune->iothreadpins[i].cpuset;
        return definition->vcpu_cpuset;
}

/* Unlike vcpus, threads without a pin stay on as many processors as the domain has vcpus. */
static void put_iothread_map(const Domain *definition, const Bitmap *pin, unsigned char *map)
{
        *map = (1u << MIN(definition->vcpu_max, (unsigned)CPUS)) - 1;
        if (pin)
                put_map(pin, map, 1);
}

int test_get_iothreads(virDomainPtr domain, virDomainIOThreadInfoPtr **info, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;

        if (!definition)
                return -1;
        *info = g_new0(virDomainIOThreadInfoPtr, definition->n_iothread_ids + 1);
        for (size_t i = 0; i < definition->n_iothread_ids; i++) {
                virDomainIOThreadInfoPtr thread = g_new0(virDomainIOThreadInfo, 1);

                thread->iothread_id = definition->iothread_ids[i].id;
                thread->cpumaplen = 1;
                thread->cpumap = g_malloc0(1);
                put_iothread_map(definition, iothread_pin_of(definition, thread->iothread_id), thread->cpumap);
                (*info)[i] = thread;
        }
        return definition->n_iothread_ids;
}

/* What a hypervisor would complain about. */

static bool uses_scripts(const Domain *d)
{
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (d->interfaces[i].script)
                        return true;
        return false;
}

static bool uses_raw_io(const Domain *d)
{
        for (size_t i = 0; i < d->n_disks; i++)
                if (d->disks[i].rawio == YESNO_YES)
                        return true;
        return false;
}

static bool uses_host_cdrom(const Domain *d)
{
        for (size_t i = 0; i < d->n_disks; i++)
                if (d->disks[i].device == DISK_DEVICE_CDROM && d->disks[i].source.type == SOURCE_BLOCK)
                        return true;
        return false;
}

static bool uses_host_cpu(const Domain *d)
{
        return d->cpu && d->cpu->mode == CPU_MODE_HOST_PASSTHROUGH;
}

static bool uses_device_tree(const Domain *d)
{
        return d->os.dtb;
}

/* Models with this beginning stand for those on their way out. */
static bool uses_deprecated(const Domain *d)
{
        return d->cpu && d->cpu->model && g_str_has_prefix(d->cpu->model, "Deprecated-");
}

/* In the order of libvirt's list of taints. */
static const struct {
        bool (*applies)(const Domain *d);
        const char *text;
} taints[] = {
        { uses_raw_io, "running with undesirable elevated privileges" },
        { uses_scripts, "network configuration using opaque shell scripts" },
        { uses_host_cpu, "use of host CPU" },
        { uses_host_cdrom, "use of host cdrom passthrough" },
        { uses_device_tree, "custom device tree blob used" },
        { uses_deprecated, "use of deprecated configuration settings" },
};

int test_get_messages(virDomainPtr domain, char ***messages, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        GPtrArray *texts;
        int n;

        if (!view)
                return -1;
        texts = g_ptr_array_new();
        for (size_t i = 0; i < G_N_ELEMENTS(taints) && view->live; i++)
                if ((!flags || (flags & VIR_DOMAIN_MESSAGE_TAINTING)) && taints[i].applies(view->live))
                        g_ptr_array_add(texts, g_strconcat("tainted: ", taints[i].text, NULL));
        if ((!flags || (flags & VIR_DOMAIN_MESSAGE_DEPRECATION)) && view->live && uses_deprecated(view->live))
                g_ptr_array_add(texts,
                                g_strdup_printf("deprecated configuration: CPU model %s", view->live->cpu->model));
        n = texts->len;
        g_ptr_array_add(texts, NULL);
        *messages = (char **)g_ptr_array_free(texts, FALSE);
        return n;
}

int test_get_security_label(virDomainPtr domain, virSecurityLabelPtr label, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        if (!view)
                return -1;
        memset(label, 0, sizeof(*label));
        g_strlcpy(label->label, "libvirt-test", sizeof(label->label));
        label->enforcing = 1;
        return 0;
}

int test_get_control(virDomainPtr domain, virDomainControlInfoPtr info, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(domain, err);

        if (!view)
                return -1;
        memset(info, 0, sizeof(*info));
        return 0;
}

/* Its clock runs with the host's. */
int test_get_time(virDomainPtr domain, long long *seconds, unsigned *nseconds, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(domain, err);
        gint64 now = g_get_real_time();

        if (!view)
                return -1;
        if (seconds)
                *seconds = now / G_USEC_PER_SEC;
        if (nseconds)
                *nseconds = (unsigned)(now % G_USEC_PER_SEC) * 1000;
        return 0;
}

char *test_get_hostname(virDomainPtr domain, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(domain, err);

        return view ? g_strdup_printf("%shost", domain->name) : NULL;
}

/* Statistics: the state is all there is. */

static virDomainStatsRecordPtr record_of(virConnectPtr conn, DomainEntry *entry, const DomainView *view)
{
        virDomainStatsRecordPtr record = g_new0(virDomainStatsRecord, 1);

        record->dom = domain_handle(conn, entry);
        record->params = g_new0(virTypedParameter, 2);
        record->nparams = 2;
        g_strlcpy(record->params[0].field, "state.state", VIR_TYPED_PARAM_FIELD_LENGTH);
        record->params[0].type = VIR_TYPED_PARAM_INT;
        record->params[0].value.i = view->state;
        g_strlcpy(record->params[1].field, "state.reason", VIR_TYPED_PARAM_FIELD_LENGTH);
        record->params[1].type = VIR_TYPED_PARAM_INT;
        record->params[1].value.i = view->reason;
        return record;
}

/* The entries asked for: those of the handles that are still there, else all. */
static DomainEntry **entries_of(DomainList *list, virDomainPtr *domains, unsigned n)
{
        DomainEntry **entries;
        size_t found = 0;

        if (!n)
                return domain_list_all(list, NULL);
        entries = g_new0(DomainEntry *, n + 1);
        for (unsigned i = 0; i < n; i++) {
                entries[found] = domain_list_find_uuid(list, domains[i]->uuid);
                if (entries[found])
                        found++;
        }
        return entries;
}

static bool wanted(const DomainView *view, unsigned flags)
{
        bool active = flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE;
        bool inactive = flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE;

        return active == inactive || (view->id >= 0) == active;
}

int test_get_stats(virConnectPtr conn, virDomainPtr *domains, unsigned n, unsigned stats,
                   virDomainStatsRecordPtr **records, unsigned flags, Error *err)
{
        DomainEntry **entries;
        GPtrArray *array;
        int count;

        if (stats && !(stats & VIR_DOMAIN_STATS_STATE))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Stats types bits 0x%x are not supported by this daemon", stats);
        entries = entries_of(test_host_of(conn)->list.domains, domains, n);
        array = g_ptr_array_new();
        for (size_t i = 0; entries[i]; i++) {
                g_autoptr(DomainView) view = domain_view_get(entries[i]);

                if (view && wanted(view, flags))
                        g_ptr_array_add(array, record_of(conn, entries[i], view));
        }
        domain_entries_free(entries);
        count = array->len;
        g_ptr_array_add(array, NULL);
        *records = (virDomainStatsRecordPtr *)g_ptr_array_free(array, FALSE);
        return count;
}
