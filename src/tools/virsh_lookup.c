/* Names, numbers and UUIDs that users write, to objects. */
#include "virsh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_id(const char *text, int *ret)
{
        char *end = NULL;
        long value = 0;

        errno = 0;
        value = strtol(text, &end, 10);
        if (errno || end == text || *end || value < 0 || value > G_MAXINT)
                return false;
        *ret = (int)value;
        return true;
}

/* The order matters: a guest may be called "7". */
static virDomainPtr try_domain(virConnectPtr connection, const char *name, unsigned by)
{
        virDomainPtr domain = NULL;
        int id = 0;

        if ((by & BY_ID) && is_id(name, &id))
                domain = virDomainLookupByID(connection, id);
        if (!domain && (by & BY_UUID) && strlen(name) == VIR_UUID_STRING_BUFLEN - 1)
                domain = virDomainLookupByUUIDString(connection, name);
        if (!domain && (by & BY_NAME))
                domain = virDomainLookupByName(connection, name);
        return domain;
}

virDomainPtr domain_find(Shell *shell, const char *name, unsigned by)
{
        virDomainPtr domain = try_domain(connection_of(shell), name, by);

        /* That there is no such guest is all there is to say; anything else (a lost connection) is reported too. */
        if (domain || shell_error_code() == VIR_ERR_NO_DOMAIN || shell_error_code() == VIR_ERR_INVALID_ARG)
                shell_forget_error();
        if (!domain)
                shell_error(shell, "failed to get domain '%s'", name);
        return domain;
}

virDomainPtr domain_get_by(Shell *shell, const ShellArgs *args, unsigned by)
{
        const char *name = NULL;

        if (args_string(shell, args, "domain", &name) <= 0)
                return NULL;
        return domain_find(shell, name, by);
}

virDomainPtr domain_get(Shell *shell, const ShellArgs *args)
{
        return domain_get_by(shell, args, BY_ANY);
}

virNetworkPtr network_get(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        virNetworkPtr network = NULL;

        if (args_string(shell, args, "network", &name) <= 0)
                return NULL;
        if (strlen(name) == VIR_UUID_STRING_BUFLEN - 1)
                network = virNetworkLookupByUUIDString(connection_of(shell), name);
        if (!network)
                network = virNetworkLookupByName(connection_of(shell), name);
        if (network)
                shell_forget_error();
        else
                shell_error(shell, "failed to get network '%s'", name);
        return network;
}

virStoragePoolPtr pool_get(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        virStoragePoolPtr pool = NULL;

        if (args_string(shell, args, "pool", &name) <= 0)
                return NULL;
        if (strlen(name) == VIR_UUID_STRING_BUFLEN - 1)
                pool = virStoragePoolLookupByUUIDString(connection_of(shell), name);
        if (!pool)
                pool = virStoragePoolLookupByName(connection_of(shell), name);
        if (pool)
                shell_forget_error();
        else
                shell_error(shell, "failed to get pool '%s'", name);
        return pool;
}

int domain_state(virDomainPtr domain, int *ret_reason)
{
        virDomainInfo info;
        int state = 0;

        if (ret_reason)
                *ret_reason = -1;
        if (virDomainGetState(domain, &state, ret_reason, 0) == 0)
                return state;
        /* Older daemons know only the call without reasons. */
        shell_forget_error();
        return virDomainGetInfo(domain, &info) < 0 ? -1 : info.state;
}
