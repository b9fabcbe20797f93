/* Operations that are more than one call, or none at all. */
#include "calls_by_hand.h"

#include "remote_private.h"
#include "stubs.h"
#include "util/auto.h"

/* Asked once. The text is one of few and lives for ever. */
const char *remote_connect_get_type(virConnectPtr conn, Error *err)
{
        Remote *remote = remote_of(conn);
        const char *type = g_atomic_pointer_get(&remote->type);

        if (type)
                return type;
        type = remote_stub_hypervisor.connect_get_type(conn, err);
        g_atomic_pointer_set(&remote->type, type);
        return type;
}

int remote_connect_is_alive(virConnectPtr conn, Error *err)
{
        return client_is_alive(remote_of(conn)->client);
}

int remote_connect_is_encrypted(virConnectPtr conn, Error *err)
{
        return remote_of(conn)->transport->encrypted;
}

/* The whole way counts: ours to the daemon, and the daemon's to its hypervisor. */
int remote_connect_is_secure(virConnectPtr conn, Error *err)
{
        Remote *remote = remote_of(conn);
        CallArg ret = { 0 };

        if (remote_procedure(remote, PROGRAM_REMOTE, REMOTE_CONNECT_IS_SECURE, NULL, 0, &ret, err) < 0)
                return -1;
        return remote->transport->secure && ret.i == 1;
}

/* 1: the far end does not answer pings. */
int remote_connect_set_keep_alive(virConnectPtr conn, int interval, unsigned int count, Error *err)
{
        Remote *remote = remote_of(conn);
        int r = remote_feature(remote, FEATURE_KEEPALIVE, &remote->keepalive, err);

        if (r < 0)
                return -1;
        if (r == 0)
                return 1;
        client_keepalive(remote->client, interval, count);
        return 0;
}

/* A handle of a guest that was just stopped has no id any more. */
static int stopped(virDomainPtr domain, int result)
{
        if (result == 0)
                domain->id = -1;
        return result;
}

int remote_domain_destroy_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        return stopped(domain, remote_stub_hypervisor.domain_destroy_flags(domain, flags, err));
}

int remote_domain_save_flags(virDomainPtr domain, const char *to, const char *dxml, unsigned int flags, Error *err)
{
        return stopped(domain, remote_stub_hypervisor.domain_save_flags(domain, to, dxml, flags, err));
}

int remote_domain_managed_save(virDomainPtr domain, unsigned int flags, Error *err)
{
        return stopped(domain, remote_stub_hypervisor.domain_managed_save(domain, flags, err));
}
