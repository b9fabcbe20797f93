/* Which counters of the kernel run for a guest. The bulk statistics tell what they have counted. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "host/perf.h"

enum { AFFECT = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG };

typedef struct Events {
        const virTypedParameter *list;
        int n;
} Events;

static int find_event(const char *name)
{
        return enum_value(PerfEventName, PERF_EVENT, name);
}

static int check(const Events *events, Error *err)
{
        for (int i = 0; i < events->n; i++) {
                if (find_event(events->list[i].field) < 0)
                        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported",
                                         events->list[i].field);
                if (events->list[i].type != VIR_TYPED_PARAM_BOOLEAN)
                        return error_set(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'",
                                         events->list[i].field);
        }
        return 0;
}

/* They stand in the order in which the API tells them. */
static PerfEvent *place_of(Domain *definition, PerfEventName name)
{
        size_t i = 0;
        PerfEvent *event;

        while (i < definition->n_perf_events && definition->perf_events[i].name < name)
                i++;
        if (i < definition->n_perf_events && definition->perf_events[i].name == name)
                return &definition->perf_events[i];
        event = rows_list_insert(&PerfEvent_rows, &definition->perf_events, &definition->n_perf_events, i);
        event->name = name;
        return event;
}

static int edit(Domain *definition, bool live, const Change *change, Error *err)
{
        const Events *events = change->input;

        for (int i = 0; i < events->n; i++) {
                PerfEventName name = (PerfEventName)find_event(events->list[i].field);

                place_of(definition, name)->enabled = events->list[i].value.b ? YESNO_YES : YESNO_NO;
        }
        return 0;
}

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_perf_apply(guest->perf, atomic_load(&guest->pid), to, err);
}

int qemu_domain_set_perf_events(virDomainPtr dom, virTypedParameterPtr params, int nparams, unsigned int flags,
                                Error *err)
{
        Events events = { params, nparams };
        Change change = { .name = "perf-events", .flags = flags, .input = &events, .edit = edit, .apply = apply };

        if (check_call_flags(flags, AFFECT, "qemuDomainSetPerfEvents", err) < 0 || check(&events, err) < 0)
                return -1;
        return change_run(dom, &change, err);
}

int qemu_domain_get_perf_events(virDomainPtr dom, virTypedParameterPtr *params, int *nparams, unsigned int flags,
                                Error *err)
{
        enum { KNOWN = AFFECT | VIR_TYPED_PARAM_STRING_OKAY };
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        g_autoptr(DomainView) view = entry ? domain_view_of(dom, err) : NULL;
        const Domain *definition;
        Params list = { 0 };
        uint64_t value;

        if (!view || check_call_flags(flags, KNOWN, "qemuDomainGetPerfEvents", err) < 0)
                return -1;
        definition = domain_view_pick(view, flags & AFFECT, err);
        if (!definition)
                return -1;
        for (size_t i = 0; i < PERF_EVENTS; i++)
                params_boolean(&list, perf_event_name(i),
                               definition == view->live ? guest_perf_read(guest_of(entry)->perf, i, &value)
                                                        : perf_is_wanted(definition, i));
        *params = list.list;
        *nparams = list.n;
        return 0;
}
