/* Candidates for values. Silent whatever happens: the user is in the middle of a line. */
#include "virsh.h"

#include <string.h>

static char **finish(GPtrArray *found)
{
        g_ptr_array_add(found, NULL);
        return (char **)g_ptr_array_free(found, FALSE);
}

/* One completer per kind of object: list all, take each name, free. */
#define COMPLETE_NAMES(function, type, list_all, get_name, release)                                                    \
        char **function(Shell *shell, const ShellArgs *args, unsigned flags)                                           \
        {                                                                                                              \
                GPtrArray *found = g_ptr_array_new();                                                                  \
                type *objects = NULL;                                                                                  \
                int n = virsh_connect(shell) ? list_all(connection_of(shell), &objects, flags) : 0;                    \
                                                                                                                       \
                (void)args;                                                                                            \
                for (int i = 0; i < n; i++) {                                                                          \
                        g_ptr_array_add(found, g_strdup(get_name(objects[i])));                                        \
                        release(objects[i]);                                                                           \
                }                                                                                                      \
                free(objects);                                                                                         \
                return finish(found);                                                                                  \
        }

COMPLETE_NAMES(complete_domains, virDomainPtr, virConnectListAllDomains, virDomainGetName, virDomainFree)
COMPLETE_NAMES(complete_networks, virNetworkPtr, virConnectListAllNetworks, virNetworkGetName, virNetworkFree)
COMPLETE_NAMES(complete_pools, virStoragePoolPtr, virConnectListAllStoragePools, virStoragePoolGetName,
               virStoragePoolFree)
COMPLETE_NAMES(complete_node_devices, virNodeDevicePtr, virConnectListAllNodeDevices, virNodeDeviceGetName,
               virNodeDeviceFree)

char **complete_secrets(Shell *shell, const ShellArgs *args, unsigned variant)
{
        GPtrArray *found = g_ptr_array_new();
        virSecretPtr *secrets = NULL;
        int n = virsh_connect(shell) ? virConnectListAllSecrets(connection_of(shell), &secrets, variant) : 0;

        (void)args;
        for (int i = 0; i < n; i++) {
                char uuid[VIR_UUID_STRING_BUFLEN];

                if (virSecretGetUUIDString(secrets[i], uuid) == 0)
                        g_ptr_array_add(found, g_strdup(uuid));
                virSecretFree(secrets[i]);
        }
        free(secrets);
        return finish(found);
}

char **complete_volumes(Shell *shell, const ShellArgs *args, unsigned variant)
{
        const char *name = args_knows(args, "pool") ? args_text(args, "pool") : NULL;
        g_autoptr(virStoragePool) pool = NULL;
        GPtrArray *found = g_ptr_array_new();
        virStorageVolPtr *volumes = NULL;
        int n = 0;

        (void)variant;
        if (name && virsh_connect(shell))
                pool = virStoragePoolLookupByName(connection_of(shell), name);
        n = pool ? virStoragePoolListAllVolumes(pool, &volumes, 0) : 0;
        for (int i = 0; i < n; i++) {
                g_ptr_array_add(found, g_strdup(virStorageVolGetName(volumes[i])));
                virStorageVolFree(volumes[i]);
        }
        free(volumes);
        return finish(found);
}

static virDomainPtr domain_quietly(Shell *shell, const ShellArgs *args)
{
        const char *name = args_knows(args, "domain") ? args_text(args, "domain") : NULL;

        return name && virsh_connect(shell) ? virDomainLookupByName(connection_of(shell), name) : NULL;
}

char **complete_snapshots(Shell *shell, const ShellArgs *args, unsigned variant)
{
        g_autoptr(virDomain) domain = domain_quietly(shell, args);
        GPtrArray *found = g_ptr_array_new();
        virDomainSnapshotPtr *snapshots = NULL;
        int n = domain ? virDomainListAllSnapshots(domain, &snapshots, variant) : 0;

        for (int i = 0; i < n; i++) {
                g_ptr_array_add(found, g_strdup(virDomainSnapshotGetName(snapshots[i])));
                virDomainSnapshotFree(snapshots[i]);
        }
        free(snapshots);
        return finish(found);
}

static char **complete_from_domain(Shell *shell, const ShellArgs *args, const char *path)
{
        g_autoptr(virDomain) domain = domain_quietly(shell, args);
        GPtrArray *found = g_ptr_array_new();
        g_autofree char *text = domain ? virDomainGetXMLDesc(domain, 0) : NULL;
        g_autoptr(Xml) xml = text ? xml_parse(shell, text, "(domain)") : NULL;
        g_autofree XmlNode **nodes = xml ? xml_nodes(xml, NULL, path) : NULL;

        for (XmlNode **node = nodes; node && *node; node++)
                g_ptr_array_add(found, xml_string(xml, *node, "string(.)"));
        return finish(found);
}

char **complete_disks(Shell *shell, const ShellArgs *args, unsigned variant)
{
        (void)variant;
        return complete_from_domain(shell, args, "/domain/devices/disk/target/@dev");
}

char **complete_interfaces(Shell *shell, const ShellArgs *args, unsigned variant)
{
        (void)variant;
        return complete_from_domain(shell, args,
                                    "/domain/devices/interface/target/@dev | /domain/devices/interface/mac/@address");
}
