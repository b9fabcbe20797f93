/* Figures of many guests at once: every guest is asked first, then each gets what is left of its 200 ms. */
#include <string.h>

#include "calls/lifecycle.h"
#include "host/net_stats.h"
#include "calls/stats_record.h"
#include "guest/machine_name.h"
#include "host/perf.h"
#include "host/resctrl.h"

static void record_clear(void *opaque)
{
        Record *record = opaque;

        domain_view_unref(record->view);
        domain_entry_unref(record->entry);
        figures_unref(record->figures);
        params_done(&record->params);
}

static void put_state(Record *record)
{
        params_int(&record->params, "state.state", record->view->state);
        params_int(&record->params, "state.reason", record->view->reason);
}

/* The kernel counts in files of the process' virtual machine; a guest without one never polls. */
static void put_halt_poll(Record *record)
{
        uint64_t success = 0, fail = 0;

        if (record->view->live->type == VIRT_KVM && !halt_poll_figures(record->view->pid, &success, &fail))
                return;
        params_ullong(&record->params, "cpu.haltpoll.success.time", success);
        params_ullong(&record->params, "cpu.haltpoll.fail.time", fail);
}

static void put_bank(Params *params, const char *group, unsigned index, const ResctrlNode *node)
{
        params_uint_of(params, group, index, "id", node->id);
        params_uint_of(params, group, index, "bytes", (unsigned)MIN(node->occupied, UINT_MAX));
}

static void put_node(Params *params, const char *group, unsigned index, const ResctrlNode *node)
{
        params_uint_of(params, group, index, "id", node->id);
        params_ullong_of(params, group, index, "bytes.local", node->local);
        params_ullong_of(params, group, index, "bytes.total", node->total);
}

/* What the kernel counts of caches and memory: figures have names like "GROUP.0.PART.1.id". */
static const struct Monitors {
        const char *group, *part;
        void (*put)(Params *params, const char *group, unsigned index, const ResctrlNode *node);
} cache_monitors = { "cpu.cache.monitor", "bank", put_bank },
  memory_monitors = { "memory.bandwidth.monitor", "node", put_node };

static void put_monitor(Params *params, const struct Monitors *kind, unsigned index, const ResctrlFigures *figures)
{
        g_autofree char *part_count = g_strconcat(kind->part, ".count", NULL);
        g_autofree char *parts = g_strdup_printf("%s.%u.%s", kind->group, index, kind->part);

        params_string_of(params, kind->group, index, "name", figures->name);
        params_string_of(params, kind->group, index, "vcpus", figures->vcpus);
        params_uint_of(params, kind->group, index, part_count, figures->nodes->len);
        for (guint i = 0; i < figures->nodes->len; i++)
                kind->put(params, parts, i, &g_array_index(figures->nodes, ResctrlNode, i));
}

/* Of a guest that runs. */
static void put_monitors(Record *record, const struct Monitors *kind)
{
        bool memory = kind == &memory_monitors;
        g_autofree char *machine = machine_name(record->guest->instance, record->view->live);
        g_autofree char *count = g_strconcat(kind->group, ".count", NULL);
        g_autoptr(GPtrArray) all = guest_resctrl_figures("", machine, record->view->live, memory);

        if (all->len > 0 || !memory)
                params_uint(&record->params, count, all->len);
        for (guint i = 0; i < all->len; i++)
                put_monitor(&record->params, kind, i, g_ptr_array_index(all, i));
}

static void put_memory(Record *record)
{
        if (record->view->live)
                put_monitors(record, &memory_monitors);
}

static void put_cpu(Record *record)
{
        CpuFigures cpu;

        if (!record->view->live || !cpu_figures(record->view->pid, 0, &cpu))
                return;
        params_ullong(&record->params, "cpu.time", cpu.user_ns + cpu.system_ns);
        params_ullong(&record->params, "cpu.user", cpu.user_ns);
        params_ullong(&record->params, "cpu.system", cpu.system_ns);
        put_monitors(record, &cache_monitors);
        put_halt_poll(record);
}

static void put_balloon(Record *record)
{
        static const struct {
                const char *name;
                int tag;
        } rows[] = {
                { "balloon.swap_in", VIR_DOMAIN_MEMORY_STAT_SWAP_IN },
                { "balloon.swap_out", VIR_DOMAIN_MEMORY_STAT_SWAP_OUT },
                { "balloon.major_fault", VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT },
                { "balloon.minor_fault", VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT },
                { "balloon.unused", VIR_DOMAIN_MEMORY_STAT_UNUSED },
                { "balloon.available", VIR_DOMAIN_MEMORY_STAT_AVAILABLE },
                { "balloon.usable", VIR_DOMAIN_MEMORY_STAT_USABLE },
                { "balloon.last-update", VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE },
                { "balloon.disk_caches", VIR_DOMAIN_MEMORY_STAT_DISK_CACHES },
                { "balloon.hugetlb_pgalloc", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC },
                { "balloon.hugetlb_pgfail", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL },
        };
        const Domain *definition = domain_view_current(record->view);
        const MemoryFigures *memory = record->figures ? &record->figures->memory : NULL;
        uint64_t current = definition->current_memory_kib ? definition->current_memory_kib : definition->memory_kib;

        if (memory && memory->has[VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON])
                current = memory->value[VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON];
        params_ullong(&record->params, "balloon.current", current);
        params_ullong(&record->params, "balloon.maximum", definition->memory_kib);
        for (size_t i = 0; memory && i < G_N_ELEMENTS(rows); i++)
                if (memory->has[rows[i].tag])
                        params_ullong(&record->params, rows[i].name, memory->value[rows[i].tag]);
        if (record->view->live)
                params_ullong(&record->params, "balloon.rss", rss_kib(record->view->pid));
}

static void put_kernel(Record *record, int vcpu)
{
        for (guint i = 0; record->figures && i < record->figures->kernel->len; i++) {
                const KernelFigure *figure = g_ptr_array_index(record->figures->kernel, i);
                g_autofree char *field = vcpu < 0 ? g_strdup_printf("vm.%s.%s", figure->name, figure->kind)
                                                  : g_strdup_printf("vcpu.%d.%s.%s", vcpu, figure->name, figure->kind);

                if (figure->vcpu == vcpu)
                        params_ullong(&record->params, field, figure->value);
        }
}

static void put_vcpus(Record *record)
{
        const Domain *definition = domain_view_current(record->view);
        const GuestFacts *facts = view_facts(record->view);

        params_uint(&record->params, "vcpu.current",
                    definition->vcpu_current ? definition->vcpu_current : definition->vcpu_max);
        params_uint(&record->params, "vcpu.maximum", definition->vcpu_max);
        for (guint i = 0; facts && i < facts->vcpu_pids->len; i++) {
                g_autofree char *state = g_strdup_printf("vcpu.%u.state", i);
                CpuFigures cpu;

                if (!cpu_figures(record->view->pid, g_array_index(facts->vcpu_pids, pid_t, i), &cpu))
                        continue;
                params_int(&record->params, state, VIR_VCPU_RUNNING);
                params_ullong_of(&record->params, "vcpu", i, "time", cpu.user_ns + cpu.system_ns);
                params_ullong_of(&record->params, "vcpu", i, "wait", 0);
                params_ullong_of(&record->params, "vcpu", i, "delay", cpu.wait_ns);
                put_kernel(record, (int)i);
        }
}

static void put_interface(Record *record, unsigned i, const Interface *nic)
{
        virDomainInterfaceStatsStruct stats;

        if (!nic->target)
                return;
        params_string_of(&record->params, "net", i, "name", nic->target);
        if (net_stats_read(nic->target, &stats, NULL) < 0)
                return;
        params_ullong_of(&record->params, "net", i, "rx.bytes", (unsigned long long)stats.rx_bytes);
        params_ullong_of(&record->params, "net", i, "rx.pkts", (unsigned long long)stats.rx_packets);
        params_ullong_of(&record->params, "net", i, "rx.errs", (unsigned long long)stats.rx_errs);
        params_ullong_of(&record->params, "net", i, "rx.drop", (unsigned long long)stats.rx_drop);
        params_ullong_of(&record->params, "net", i, "tx.bytes", (unsigned long long)stats.tx_bytes);
        params_ullong_of(&record->params, "net", i, "tx.pkts", (unsigned long long)stats.tx_packets);
        params_ullong_of(&record->params, "net", i, "tx.errs", (unsigned long long)stats.tx_errs);
        params_ullong_of(&record->params, "net", i, "tx.drop", (unsigned long long)stats.tx_drop);
}

static void put_interfaces(Record *record)
{
        const Domain *live = record->view->live;

        if (!live)
                return;
        params_uint(&record->params, "net.count", (unsigned)live->n_interfaces);
        for (size_t i = 0; i < live->n_interfaces; i++)
                put_interface(record, (unsigned)i, &live->interfaces[i]);
}

static void put_iothreads(Record *record)
{
        const GArray *threads = record->figures ? record->figures->iothreads : NULL;

        if (!threads || threads->len == 0)
                return;
        params_uint(&record->params, "iothread.count", threads->len);
        for (guint i = 0; i < threads->len; i++) {
                const IothreadFigures *thread = &g_array_index(threads, IothreadFigures, i);

                params_ullong_of(&record->params, "iothread", thread->id, "poll-max-ns", thread->poll_max_ns);
                params_uint_of(&record->params, "iothread", thread->id, "poll-grow", thread->poll_grow);
                params_uint_of(&record->params, "iothread", thread->id, "poll-shrink", thread->poll_shrink);
        }
}

static void put_dirty_rate(Record *record)
{
        const DirtyRateFigures *rate = record->figures ? &record->figures->dirty_rate : NULL;

        if (!rate || !rate->told)
                return;
        params_int(&record->params, "dirtyrate.calc_status", rate->status);
        params_llong(&record->params, "dirtyrate.calc_start_time", rate->start_time);
        params_int(&record->params, "dirtyrate.calc_period", rate->period);
        params_string(&record->params, "dirtyrate.calc_mode", rate->mode);
        if (rate->status != VIR_DOMAIN_DIRTYRATE_MEASURED)
                return;
        params_llong(&record->params, "dirtyrate.megabytes_per_second", rate->megabytes_per_second);
        for (guint i = 0; rate->vcpus && i < rate->vcpus->len; i++)
                params_ullong_of(&record->params, "dirtyrate.vcpu", i, "megabytes_per_second",
                                 g_array_index(rate->vcpus, uint64_t, i));
}

static void put_machine(Record *record)
{
        put_kernel(record, -1);
}

static void put_perf(Record *record)
{
        for (size_t i = 0; record->view->live && i < PERF_EVENTS; i++) {
                g_autofree char *field = g_strconcat("perf.", perf_event_name(i), NULL);
                uint64_t value;

                if (guest_perf_read(record->guest->perf, i, &value))
                        params_ullong(&record->params, field, value);
        }
}

static const struct {
        unsigned group;
        bool asks; /* QEMU has to be asked */
        void (*put)(Record *record);
} groups[] = {
        { VIR_DOMAIN_STATS_STATE, false, put_state },
        { VIR_DOMAIN_STATS_CPU_TOTAL, false, put_cpu },
        { VIR_DOMAIN_STATS_BALLOON, true, put_balloon },
        { VIR_DOMAIN_STATS_VCPU, true, put_vcpus },
        { VIR_DOMAIN_STATS_INTERFACE, false, put_interfaces },
        { VIR_DOMAIN_STATS_BLOCK, true, stats_put_blocks },
        { VIR_DOMAIN_STATS_PERF, false, put_perf },
        { VIR_DOMAIN_STATS_IOTHREAD, true, put_iothreads },
        { VIR_DOMAIN_STATS_MEMORY, false, put_memory },
        { VIR_DOMAIN_STATS_DIRTYRATE, true, put_dirty_rate },
        { VIR_DOMAIN_STATS_VM, true, put_machine },
};

static unsigned known_groups(void)
{
        unsigned known = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
                known |= groups[i].group;
        return known;
}

static int check_groups(unsigned *stats, unsigned flags, Error *err)
{
        unsigned known = known_groups();

        if (*stats == 0)
                *stats = known;
        if (flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS && *stats & ~known)
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "Stats types bits 0x%x are not supported by this daemon", *stats & ~known);
        return 0;
}

static bool asks_qemu(unsigned stats)
{
        for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
                if (groups[i].asks && stats & groups[i].group)
                        return true;
        return false;
}

static bool is_wanted(const DomainView *view, unsigned flags)
{
        bool active = view->live;
        bool wanted = true;

        if (flags & (VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE | VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE))
                wanted &= active ? !!(flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE)
                                 : !!(flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE);
        if (flags & (VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT | VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT))
                wanted &= view->persistent ? !!(flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT)
                                           : !!(flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT);
        if (flags & (VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING | VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED |
                     VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF | VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER)) {
                unsigned state = view->state == VIR_DOMAIN_RUNNING   ? VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING
                                 : view->state == VIR_DOMAIN_PAUSED  ? VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED
                                 : view->state == VIR_DOMAIN_SHUTOFF ? VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF
                                                                     : VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER;

                wanted &= !!(flags & state);
        }
        return wanted;
}

static void add_record(GArray *records, DomainEntry *entry, unsigned flags)
{
        Record record = { .view = domain_view_get(entry) };

        if (!record.view || !domain_view_current(record.view) || !is_wanted(record.view, flags)) {
                domain_view_unref(record.view);
                return;
        }
        record.entry = domain_entry_ref(entry);
        record.guest = guest_of(entry);
        g_array_append_val(records, record);
}

static int find_records(GArray *records, QemuInstance *instance, virDomainPtr *doms, unsigned ndoms, unsigned flags,
                        Error *err)
{
        size_t n = 0;
        DomainEntry **entries;

        for (unsigned i = 0; i < ndoms; i++) {
                g_autoptr(DomainEntry) entry = domain_list_find_uuid(instance->list.domains, doms[i]->uuid);

                /* One that went meanwhile has no figures: that is no reason to tell nothing of the others. */
                if (entry)
                        add_record(records, entry, flags);
        }
        if (ndoms > 0)
                return 0;
        entries = domain_list_all(instance->list.domains, &n);
        for (size_t i = 0; i < n; i++)
                add_record(records, entries[i], flags);
        domain_entries_free(entries);
        return 0;
}

static void fill(Record *record, unsigned stats)
{
        if (record->asked)
                record->figures = stats_collect(record->guest, &record->age_ms);
        for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
                if (stats & groups[i].group)
                        groups[i].put(record);
        /* Ours: how old the figures are that QEMU did not tell afresh. */
        if (record->age_ms > 0)
                params_ullong(&record->params, "vireo.age", (unsigned long long)record->age_ms);
}

static virDomainStatsRecordPtr hand_over(virConnectPtr conn, Record *record)
{
        virDomainStatsRecordPtr result = g_new0(virDomainStatsRecord, 1);

        result->dom = domain_handle(conn, record->entry);
        result->params = g_steal_pointer(&record->params.list);
        result->nparams = record->params.n;
        record->params = (Params){ 0 };
        return result;
}

int qemu_connect_get_all_domain_stats(virConnectPtr conn, virDomainPtr *doms, unsigned int ndoms, unsigned int stats,
                                      virDomainStatsRecordPtr **retStats, unsigned int flags, Error *err)
{
        g_autoptr(GArray) records = g_array_new(FALSE, TRUE, sizeof(Record));
        bool asks;

        g_array_set_clear_func(records, record_clear);
        if (check_groups(&stats, flags, err) < 0 ||
            find_records(records, instance_of(conn), doms, ndoms, flags, err) < 0)
                return -1;
        asks = asks_qemu(stats) && !(flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
        for (guint i = 0; asks && i < records->len; i++) {
                Record *record = &g_array_index(records, Record, i);

                record->asked = record->view->live;
                if (record->asked)
                        stats_ask(record->guest, record->view);
        }
        *retStats = g_new0(virDomainStatsRecordPtr, records->len + 1);
        for (guint i = 0; i < records->len; i++) {
                Record *record = &g_array_index(records, Record, i);

                record->chains = flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING && record->view->live;
                fill(record, stats);
                (*retStats)[i] = hand_over(conn, record);
        }
        return (int)records->len;
}
