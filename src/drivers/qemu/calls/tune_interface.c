/* How much a card may send and receive. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/bandwidths.h"
#include "host/bandwidth.h"

enum { AFFECT = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG };

typedef struct RateParam {
        const char *name;
        bool inbound;
        size_t offset;
} RateParam;

static const RateParam rate_params[] = {
        { VIR_DOMAIN_BANDWIDTH_IN_AVERAGE, true, offsetof(BandwidthRate, average) },
        { VIR_DOMAIN_BANDWIDTH_IN_PEAK, true, offsetof(BandwidthRate, peak) },
        { VIR_DOMAIN_BANDWIDTH_IN_BURST, true, offsetof(BandwidthRate, burst) },
        { VIR_DOMAIN_BANDWIDTH_IN_FLOOR, true, offsetof(BandwidthRate, floor) },
        { VIR_DOMAIN_BANDWIDTH_OUT_AVERAGE, false, offsetof(BandwidthRate, average) },
        { VIR_DOMAIN_BANDWIDTH_OUT_PEAK, false, offsetof(BandwidthRate, peak) },
        { VIR_DOMAIN_BANDWIDTH_OUT_BURST, false, offsetof(BandwidthRate, burst) },
};

typedef struct Rates {
        const char *device;
        BandwidthRate inbound, outbound;
        bool set_inbound, set_outbound;
} Rates;

static unsigned *member(BandwidthRate *rate, const RateParam *param)
{
        return (unsigned *)(void *)((char *)rate + param->offset);
}

static int take(Rates *rates, const virTypedParameter *given, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(rate_params); i++) {
                const RateParam *param = &rate_params[i];

                if (strcmp(param->name, given->field) != 0)
                        continue;
                if (given->type != VIR_TYPED_PARAM_UINT)
                        return error_set(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'", given->field);
                *member(param->inbound ? &rates->inbound : &rates->outbound, param) = given->value.ui;
                rates->set_inbound |= param->inbound;
                rates->set_outbound |= !param->inbound;
                return 0;
        }
        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported", given->field);
}

/* A direction is replaced as a whole; without a rate there is no limit. */
static void replace(BandwidthRate **rate, const BandwidthRate *with)
{
        g_clear_pointer(rate, g_free);
        if (with->average || with->floor)
                *rate = g_memdup2(with, sizeof(*with));
}

static Bandwidth **place_of(Interface *nic)
{
        return nic->actual && nic->actual->bandwidth ? &nic->actual->bandwidth : &nic->bandwidth;
}

static void set_rates(Interface *nic, const Rates *rates)
{
        Bandwidth **at = place_of(nic);

        if (!*at) {
                *at = g_new0(Bandwidth, 1);
                rows_init(&Bandwidth_rows, *at);
        }
        if (rates->set_inbound)
                replace(&(*at)->inbound, &rates->inbound);
        if (rates->set_outbound)
                replace(&(*at)->outbound, &rates->outbound);
        if (!(*at)->inbound && !(*at)->outbound)
                g_clear_pointer(at, g_free);
}

static int edit(Domain *definition, bool live, const Change *change, Error *err)
{
        const Rates *rates = change->input;
        Interface *nic = call_find_interface(definition, rates->device);

        if (!nic)
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is not a known interface", rates->device);
        set_rates(nic, rates);
        return live ? bandwidth_check(nic, bandwidth_of(nic), err) : 0;
}

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_bandwidths_apply(guest, from, to, err);
}

int qemu_domain_set_interface_parameters(virDomainPtr dom, const char *device, virTypedParameterPtr params, int nparams,
                                         unsigned int flags, Error *err)
{
        Rates rates = { .device = device };
        Change change = { .name = "bandwidth", .flags = flags, .input = &rates, .edit = edit, .apply = apply };

        if (check_call_flags(flags, AFFECT, "qemuDomainSetInterfaceParameters", err) < 0)
                return -1;
        for (int i = 0; i < nparams; i++)
                if (take(&rates, &params[i], err) < 0)
                        return -1;
        return change_run(dom, &change, err);
}

int qemu_domain_get_interface_parameters(virDomainPtr dom, const char *device, virTypedParameterPtr params,
                                         int *nparams, unsigned int flags, Error *err)
{
        enum { KNOWN = AFFECT | VIR_TYPED_PARAM_STRING_OKAY };
        g_autoptr(DomainView) view = domain_view_of(dom, err);
        const Domain *definition;
        const Interface *nic = NULL;
        const Bandwidth *bandwidth;
        Params list = { 0 };

        if (!view || check_call_flags(flags, KNOWN, "qemuDomainGetInterfaceParameters", err) < 0)
                return -1;
        definition = domain_view_pick(view, flags & AFFECT, err);
        if (!definition)
                return -1;
        nic = call_find_interface(definition, device);
        if (!nic && *nparams > 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is not a known interface", device);
        bandwidth = nic ? bandwidth_of(nic) : NULL;
        for (size_t i = 0; i < G_N_ELEMENTS(rate_params); i++) {
                BandwidthRate none = { 0 };
                BandwidthRate *rate = !bandwidth               ? NULL
                                      : rate_params[i].inbound ? bandwidth->inbound
                                                               : bandwidth->outbound;

                params_uint(&list, rate_params[i].name, *member(rate ? rate : &none, &rate_params[i]));
        }
        return params_give(&list, params, nparams);
}
