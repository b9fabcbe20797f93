/* Freeing what calls allocated for their callers. All accept NULL, none reports anything. */
#include <libvirt/libvirt.h>

#include "vireo/entry.h"

void virDomainFSInfoFree(virDomainFSInfoPtr info)
{
        if (!info)
                return;
        g_free(info->mountpoint);
        g_free(info->name);
        g_free(info->fstype);
        for (size_t i = 0; i < info->ndevAlias; i++)
                g_free(info->devAlias[i]);
        g_free(info->devAlias);
        g_free(info);
}

void virDomainInterfaceFree(virDomainInterfacePtr iface)
{
        if (!iface)
                return;
        g_free(iface->name);
        g_free(iface->hwaddr);
        for (unsigned i = 0; i < iface->naddrs; i++)
                g_free(iface->addrs[i].addr);
        g_free(iface->addrs);
        g_free(iface);
}

void virDomainIOThreadInfoFree(virDomainIOThreadInfoPtr info)
{
        if (!info)
                return;
        g_free(info->cpumap);
        g_free(info);
}

void virDomainStatsRecordListFree(virDomainStatsRecordPtr *stats)
{
        for (virDomainStatsRecordPtr *record = stats; record && *record; record++) {
                virTypedParamsFree((*record)->params, (*record)->nparams);
                object_unref((*record)->dom);
                g_free(*record);
        }
        g_free(stats);
}

void virNetworkDHCPLeaseFree(virNetworkDHCPLeasePtr lease)
{
        if (!lease)
                return;
        g_free(lease->iface);
        g_free(lease->mac);
        g_free(lease->iaid);
        g_free(lease->ipaddr);
        g_free(lease->hostname);
        g_free(lease->clientid);
        g_free(lease);
}
