/* Network cards. */
#include "read.h"

#include <string.h>

#include "conf/network_parts.h"
#include "util/text.h"

enum { ETHERNET_NUMBERS = 1000 };

static const char class[] = "ethernet";

static int read_mac(const char *prefix, const VmxEthernet *entries, Interface *interface, Error *err)
{
        bool is_static = vmx_is(entries->address_type, "static");
        const char *address = is_static ? entries->address : entries->generated;

        if (is_static)
                interface->mac_type = MAC_TYPE_STATIC;
        else if (vmx_is(entries->address_type, "generated") || vmx_is(entries->address_type, "vpx"))
                interface->mac_type = MAC_TYPE_GENERATED;
        else if (entries->address_type)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting VMX entry '%saddressType' to be 'generated' or 'static' or 'vpx' but found '%s'",
                        prefix, entries->address_type);
        if (address && *address && !mac_parse(address, &interface->mac))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry '%s%s' to be MAC address but found '%s'", prefix,
                                 is_static ? "address" : "generatedAddress", address);
        interface->mac_check = entries->check;
        return 0;
}

static int read_model(const char *prefix, const VmxEthernet *entries, Interface *interface, Error *err)
{
        if (!entries->model)
                return 0;
        for (const VmxEthernetModel *known = vmx_ethernet_models; known->model && !interface->model; known++)
                if (vmx_is(entries->model, known->device) &&
                    (!known->features || known->features == entries->features.value))
                        interface->model = g_strdup(known->model);
        if (!interface->model)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting VMX entry '%svirtualDev' to be 'vlance' or 'vmxnet' or 'vmxnet3' or 'e1000' or "
                        "'e1000e' but found '%s'",
                        prefix, entries->model);
        return 0;
}

/* A port of a distributed switch. */
static int read_distributed(const char *prefix, const VmxEthernet *entries, Interface *interface, Error *err)
{
        char text[UUID_TEXT_LENGTH];
        Uuid uuid;

        if (vmx_read_uuid(entries->dvs_switch, uuid, err) < 0)
                return -1;
        if (!entries->dvs_portgroup)
                return vmx_missing(prefix, "dvs.portgroupId", err);
        if (!entries->dvs_port.set)
                return vmx_missing(prefix, "dvs.portId", err);
        if (!entries->dvs_connection.set)
                return vmx_missing(prefix, "dvs.connectionId", err);
        uuid_format(uuid, text);
        interface->type = INTERFACE_VDS;
        interface->vds.switchid = g_strdup(text);
        interface->vds.portgroupid = g_strdup(entries->dvs_portgroup);
        interface->vds.portid = g_strdup_printf("%" G_GINT64_FORMAT, entries->dvs_port.value);
        interface->vds.connectionid = g_strdup_printf("%" G_GINT64_FORMAT, entries->dvs_connection.value);
        return 0;
}

static int read_bridge(const char *prefix, const VmxEthernet *entries, bool custom, Interface *interface, Error *err)
{
        if (!entries->network)
                return vmx_missing(prefix, "networkName", err);
        if (custom && !entries->vnet)
                return vmx_missing(prefix, "vnet", err);
        interface->type = INTERFACE_BRIDGE;
        interface->bridge.bridge = g_strdup(entries->network);
        interface->target = g_strdup(custom ? entries->vnet : NULL);
        return 0;
}

static int read_connection(const char *prefix, const VmxEthernet *entries, Interface *interface, Error *err)
{
        const char *connection = entries->connection;

        if (entries->dvs_switch)
                return read_distributed(prefix, entries, interface, err);
        if (!connection && !entries->network) {
                interface->type = INTERFACE_NULL;
                return 0;
        }
        if (!connection || vmx_is(connection, "bridged"))
                return read_bridge(prefix, entries, false, interface, err);
        if (vmx_is(connection, "custom"))
                return read_bridge(prefix, entries, true, interface, err);
        if (vmx_is(connection, "nat")) {
                interface->type = INTERFACE_USER;
                return 0;
        }
        if (vmx_is(connection, "hostonly"))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "No yet handled value '%s' for VMX entry '%sconnectionType'", connection, prefix);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid value '%s' for VMX entry '%sconnectionType'", connection,
                         prefix);
}

static int read_ethernet(VmxReader *reader, unsigned number, Error *err)
{
        char prefix[32];
        VmxEthernet entries = { 0 };
        Interface *interface;

        g_snprintf(prefix, sizeof(prefix), "%s%u.", class, number);
        if (vmx_take(reader->config, prefix, vmx_ethernet_keys, &entries, err) < 0)
                return -1;
        if (entries.present != YESNO_YES)
                return 0;
        interface = VMX_ADD(Interface, reader->d, interfaces);
        if (read_connection(prefix, &entries, interface, err) < 0 || read_mac(prefix, &entries, interface, err) < 0)
                return -1;
        return read_model(prefix, &entries, interface, err);
}

/* The number in "ethernetNUMBER.": -1: another key. */
static int number_of(const char *key)
{
        char *end;
        guint64 number;

        if (g_ascii_strncasecmp(key, class, strlen(class)) != 0 || !g_ascii_isdigit(key[strlen(class)]))
                return -1;
        number = g_ascii_strtoull(key + strlen(class), &end, 10);
        return *end == '.' && number < ETHERNET_NUMBERS ? (int)number : -1;
}

/* In the order of their numbers, which may have gaps. */
int vmx_read_interfaces(VmxReader *reader, Error *err)
{
        g_autofree bool *there = g_new0(bool, ETHERNET_NUMBERS);
        const VmxEntry *entry;

        for (size_t i = 0; (entry = vmx_config_each(reader->config, i)); i++) {
                int number = number_of(entry->key);

                if (number >= 0)
                        there[number] = true;
        }
        for (unsigned number = 0; number < ETHERNET_NUMBERS; number++)
                if (there[number] && read_ethernet(reader, number, err) < 0)
                        return -1;
        return 0;
}
