/* Calls about domains that are answered without a call of their own. */
#define ERROR_DOMAIN VIR_FROM_DOMAIN
#include "vireo/calls.h"
#include "vireo/entry.h"

unsigned int virDomainGetID(virDomainPtr domain)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(domain, OBJECT_DOMAIN, &err))
                return entry_failed(NULL, &err);
        return domain->id;
}

/* The number of domains, all of one connection; -1. */
static int count_domains(virDomainPtr *domains, const char *function, Error *err)
{
        int n = 0;

        for (; domains[n]; n++) {
                if (!object_check_in(domains[n], OBJECT_DOMAIN, function, ERROR_DOMAIN, err))
                        return -1;
                if (domains[n]->conn != domains[0]->conn)
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "domains in 'doms' array must belong to a single connection");
        }
        if (!n)
                return error_set(err, VIR_ERR_INVALID_ARG, "doms array in %s must contain at least one domain",
                                 function);
        return n;
}

int virDomainListGetStats(virDomainPtr *doms, unsigned int stats, virDomainStatsRecordPtr **retStats,
                          unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int r = -1;

        entry_begin();
        if (!doms)
                entry_argument_null(&err, __func__, "doms");
        else if (!retStats)
                entry_argument_null(&err, __func__, "retStats");
        else
                r = count_domains(doms, __func__, &err);
        if (r < 0)
                return entry_failed(NULL, &err);

        r = call_connect_get_all_domain_stats(doms[0]->conn, doms, r, stats, retStats, flags, &err);
        return r < 0 ? entry_failed(doms[0]->conn, &err) : r;
}
