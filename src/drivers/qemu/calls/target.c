/* See target.h. */
#include "calls/target.h"

#include <string.h>

#include "guest/disk_name.h"

int call_targets(const DomainView *view, unsigned flags, bool *ret_live, bool *ret_config, Error *err)
{
        unsigned affect = flags & (VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG);

        *ret_live = affect & VIR_DOMAIN_AFFECT_LIVE || (affect == 0 && view->live);
        *ret_config = affect & VIR_DOMAIN_AFFECT_CONFIG || (affect == 0 && !view->live);
        if (*ret_live && !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (*ret_config && !view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "transient domains do not have any persistent config");
        return 0;
}

int check_call_flags(unsigned flags, unsigned known, const char *function, Error *err)
{
        if (flags & ~known)
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x) in function %s", flags & ~known,
                                 function);
        return 0;
}

Disk *call_find_disk(const Domain *definition, const char *name)
{
        return (Disk *)disk_by_name(definition, name);
}

Interface *call_find_interface(const Domain *definition, const char *device)
{
        for (size_t i = 0; i < definition->n_interfaces; i++) {
                Interface *nic = &definition->interfaces[i];
                char mac[MAC_TEXT_LENGTH];

                mac_format(&nic->mac, mac);
                if (g_strcmp0(nic->target, device) == 0 || g_ascii_strcasecmp(mac, device) == 0)
                        return nic;
        }
        return NULL;
}
