/* Migration, driven by the client: not offered yet, so every form says so by its name after its handles were checked. */
#define ERROR_DOMAIN VIR_FROM_DOMAIN
#include "vireo/calls.h"
#include "vireo/entry.h"

/* Always -1 with @err filled. */
static int refuse(virDomainPtr domain, virConnectPtr target, bool needs_target, const char *function, Error *err)
{
        if (!object_check_in(domain, OBJECT_DOMAIN, function, ERROR_DOMAIN, err))
                return -1;
        if (entry_writable(domain->conn, function, err) < 0)
                return -1;
        if (needs_target && !object_check_in(target, OBJECT_CONNECT, function, ERROR_DOMAIN, err))
                return -1;
        return entry_no_support(err, function);
}

static int refuse_and_report(virDomainPtr domain, virConnectPtr target, bool needs_target, const char *function)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        refuse(domain, target, needs_target, function, &err);
        return entry_failed(entry_connect(domain), &err);
}

virDomainPtr virDomainMigrate(virDomainPtr domain, virConnectPtr dconn, unsigned long flags, const char *dname,
                              const char *uri, unsigned long bandwidth)
{
        refuse_and_report(domain, dconn, true, __func__);
        return NULL;
}

virDomainPtr virDomainMigrate2(virDomainPtr domain, virConnectPtr dconn, const char *dxml, unsigned long flags,
                               const char *dname, const char *uri, unsigned long bandwidth)
{
        refuse_and_report(domain, dconn, true, __func__);
        return NULL;
}

virDomainPtr virDomainMigrate3(virDomainPtr domain, virConnectPtr dconn, virTypedParameterPtr params,
                               unsigned int nparams, unsigned int flags)
{
        refuse_and_report(domain, dconn, true, __func__);
        return NULL;
}

int virDomainMigrateToURI(virDomainPtr domain, const char *duri, unsigned long flags, const char *dname,
                          unsigned long bandwidth)
{
        return refuse_and_report(domain, NULL, false, __func__);
}

int virDomainMigrateToURI2(virDomainPtr domain, const char *dconnuri, const char *miguri, const char *dxml,
                           unsigned long flags, const char *dname, unsigned long bandwidth)
{
        return refuse_and_report(domain, NULL, false, __func__);
}

int virDomainMigrateToURI3(virDomainPtr domain, const char *dconnuri, virTypedParameterPtr params, unsigned int nparams,
                           unsigned int flags)
{
        return refuse_and_report(domain, NULL, false, __func__);
}
