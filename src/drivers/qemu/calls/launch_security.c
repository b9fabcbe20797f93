/* Guests whose memory the host cannot read: what the platform says of them, and what their owner gives them. */
#include "calls/caps_question.h"
#include "calls/lifecycle.h"
#include "calls/params.h"
#include "calls/target.h"
#include "caps/host_offer.h"
#include "guest/instance.h"

typedef struct LaunchOrder {
        Guest *guest;
        Params *params;
        const char *header, *secret;
        uint64_t address;
        bool has_address;
} LaunchOrder;

static bool is_sev(const Domain *live)
{
        return live->launch_security && live->launch_security->type == LAUNCH_SECURITY_SEV;
}

/* Measurement */

static void fill_params(Params *params, const Json *state, const Json *measure)
{
        static const char *const numbers[][2] = {
                { VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MAJOR, "api-major" },
                { VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MINOR, "api-minor" },
                { VIR_DOMAIN_LAUNCH_SECURITY_SEV_BUILD_ID, "build-id" },
                { VIR_DOMAIN_LAUNCH_SECURITY_SEV_POLICY, "policy" },
        };
        uint64_t value = 0;

        params_string(params, VIR_DOMAIN_LAUNCH_SECURITY_SEV_MEASUREMENT, json_get_string(measure, "data"));
        for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
                if (json_get_uint(state, numbers[i][1], &value))
                        params_uint(params, numbers[i][0], (unsigned)value);
}

static int job_info(void *opaque, Error *err)
{
        const LaunchOrder *order = opaque;
        g_autoptr(DomainView) view = domain_view_get(order->guest->entry);
        g_autoptr(Qmp) qmp = NULL;
        g_autoptr(Json) state = NULL;
        g_autoptr(Json) measure = NULL;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (!is_sev(view->live))
                return 0;
        qmp = guest_monitor(order->guest, err);
        if (!qmp || qmp_call(qmp, "query-sev", NULL, MONITOR_MS, &state, err) < 0 ||
            qmp_call(qmp, "query-sev-launch-measure", NULL, MONITOR_MS, &measure, err) < 0)
                return -1;
        fill_params(order->params, state, measure);
        return 0;
}

int qemu_domain_get_launch_security_info(virDomainPtr domain, virTypedParameterPtr *params, int *nparams,
                                         unsigned int flags, Error *err)
{
        Params list = { 0 };
        LaunchOrder order = { .params = &list };
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, VIR_TYPED_PARAM_STRING_OKAY, "qemuDomainGetLaunchSecurityInfo", err) < 0)
                return -1;
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        order.guest = guest_of(entry);
        if (domain_job(entry, "launch-security-info", job_info, &order, err) < 0)
                return -1;
        *params = list.list;
        *nparams = list.n;
        return 0;
}

/* The owner's secret */

static int job_inject(void *opaque, Error *err)
{
        const LaunchOrder *order = opaque;
        g_autoptr(DomainView) view = domain_view_get(order->guest->entry);
        g_autoptr(Qmp) qmp = NULL;
        Json *arguments;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (!is_sev(view->live))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "setting a launch secret is only supported in SEV-enabled domains");
        if (view->state != VIR_DOMAIN_PAUSED)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain must be in a paused state");
        qmp = guest_monitor(order->guest, err);
        if (!qmp)
                return -1;
        arguments = json_object();
        json_set(arguments, "packet-header", json_string(order->header));
        json_set(arguments, "secret", json_string(order->secret));
        if (order->has_address)
                json_set(arguments, "gpa", json_uint(order->address));
        return qmp_call(qmp, "sev-inject-launch-secret", arguments, MONITOR_MS, NULL, err);
}

static int take_param(LaunchOrder *order, const virTypedParameter *param, Error *err)
{
        const struct {
                const char *name;
                const char **where;
        } texts[] = { { VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET_HEADER, &order->header },
                      { VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET, &order->secret } };

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
                if (g_str_equal(param->field, texts[i].name) && param->type == VIR_TYPED_PARAM_STRING) {
                        *texts[i].where = param->value.s;
                        return 0;
                }
        if (g_str_equal(param->field, VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET_SET_ADDRESS) &&
            param->type == VIR_TYPED_PARAM_ULLONG) {
                order->address = param->value.ul;
                order->has_address = true;
                return 0;
        }
        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' not supported, or not of that type", param->field);
}

int qemu_domain_set_launch_security_state(virDomainPtr domain, virTypedParameterPtr params, int nparams,
                                          unsigned int flags, Error *err)
{
        LaunchOrder order = { 0 };
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, 0, "qemuDomainSetLaunchSecurityState", err) < 0)
                return -1;
        for (int i = 0; i < nparams; i++)
                if (take_param(&order, &params[i], err) < 0)
                        return -1;
        if (!order.header || !order.secret)
                return error_set(err, VIR_ERR_INVALID_ARG, "Both secret and the secret header are required");
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        order.guest = guest_of(entry);
        return domain_job(entry, "launch-security-state", job_inject, &order, err);
}

/* The host */

int qemu_node_get_sev_info(virConnectPtr conn, virTypedParameterPtr *params, int *nparams, unsigned int flags,
                           Error *err)
{
        g_autoptr(QemuCaps) caps = NULL;
        g_auto(QemuHostOffer) host = {};
        const struct SummarySev *sev;
        VirtType type;
        Params list = { 0 };

        if (check_call_flags(flags, VIR_TYPED_PARAM_STRING_OKAY, "qemuNodeGetSEVInfo", err) < 0)
                return -1;
        caps = qemu_caps_asked(conn, NULL, NULL, NULL, &type, err);
        if (!caps)
                return -1;
        sev = caps->summary ? caps->summary->sev : NULL;
        if (!sev)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "QEMU does not support SEV guest");
        qemu_host_offer(instance_of(conn)->system, instance_of(conn)->conf->nvram, &host);
        params_string(&list, VIR_NODE_SEV_PDH, sev->pdh);
        params_string(&list, VIR_NODE_SEV_CERT_CHAIN, sev->cert_chain);
        params_string(&list, VIR_NODE_SEV_CPU0_ID, sev->cpu0_id);
        params_uint(&list, VIR_NODE_SEV_CBITPOS, sev->cbitpos);
        params_uint(&list, VIR_NODE_SEV_REDUCED_PHYS_BITS, sev->reduced_phys_bits);
        if (host.sev_guests.set)
                params_uint(&list, VIR_NODE_SEV_MAX_GUESTS, host.sev_guests.value);
        if (host.sev_es_guests.set)
                params_uint(&list, VIR_NODE_SEV_MAX_ES_GUESTS, host.sev_es_guests.value);
        *params = list.list;
        *nparams = list.n;
        return 0;
}
