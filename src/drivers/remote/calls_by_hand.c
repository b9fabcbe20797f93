/* Operations that are more than one call, or none at all. */
#include "remote-calls.h"
#include "remote_private.h"
#include "util/auto.h"

/* Asked once; the text lives as long as the connection. */
const char *remote_connect_get_type(virConnectPtr conn, Error *err)
{
        Remote *remote = remote_of(conn);
        CallArg ret = { 0 };
        char *known;

        pthread_mutex_lock(&remote->lock);
        known = remote->type;
        pthread_mutex_unlock(&remote->lock);
        if (known)
                return known;
        if (remote_procedure(remote, PROGRAM_REMOTE, REMOTE_CONNECT_GET_TYPE, NULL, 0, &ret, err) < 0)
                return NULL;
        LOCKED(&remote->lock);
        if (remote->type)
                g_free(ret.p); /* another thread was faster */
        else
                remote->type = ret.p;
        return remote->type;
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

/* A call that stops the guest: its handle has no id any more. */
static int stop_by(virDomainPtr domain, int number, CallArg *argv, Error *err)
{
        CallArg ret = { 0 };

        if (remote_call(domain->conn, call_find(PROGRAM_REMOTE, number), argv, &ret, err) < 0)
                return -1;
        domain->id = -1;
        return ret.i;
}

int remote_domain_destroy_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        CallArg argv[] = { { .p = domain }, { .u = flags } };

        return stop_by(domain, REMOTE_DOMAIN_DESTROY_FLAGS, argv, err);
}

int remote_domain_save_flags(virDomainPtr domain, const char *to, const char *dxml, unsigned int flags, Error *err)
{
        CallArg argv[] = { { .p = domain }, { .s = to }, { .s = dxml }, { .u = flags } };

        return stop_by(domain, REMOTE_DOMAIN_SAVE_FLAGS, argv, err);
}

int remote_domain_managed_save(virDomainPtr dom, unsigned int flags, Error *err)
{
        CallArg argv[] = { { .p = dom }, { .u = flags } };

        return stop_by(dom, REMOTE_DOMAIN_MANAGED_SAVE, argv, err);
}
