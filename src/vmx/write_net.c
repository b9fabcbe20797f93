/* Network cards. */
#include "write.h"

#include <string.h>

#include "util/text.h"

enum { ETHERNETS_SINCE = 7 };

/* Which addresses VMware hands out itself and which it leaves to people; others it takes only unchecked. */
typedef enum { MAC_GENERATED, MAC_STATIC, MAC_VCENTER, MAC_FOREIGN } MacRange;

static MacRange range_of(const Mac *mac)
{
        static const unsigned char generated[] = { 0x00, 0x0c, 0x29 }, own[] = { 0x00, 0x50, 0x56 };
        enum { STATIC_END = 0x40, VCENTER_START = 0x80, VCENTER_END = 0xc0 };
        unsigned char fourth = mac->bytes[3];

        if (memcmp(mac->bytes, generated, sizeof(generated)) == 0)
                return MAC_GENERATED;
        if (memcmp(mac->bytes, own, sizeof(own)) != 0)
                return MAC_FOREIGN;
        if (fourth < STATIC_END)
                return MAC_STATIC;
        return fourth >= VCENTER_START && fourth < VCENTER_END ? MAC_VCENTER : MAC_FOREIGN;
}

static void fill_address(VmxWriter *writer, const Interface *interface, VmxEthernet *entries)
{
        MacRange range = range_of(&interface->mac);
        char mac[MAC_TEXT_LENGTH];
        const char *text;
        bool is_static = interface->mac_type == MAC_TYPE_STATIC ||
                         (interface->mac_type == MAC_TYPE_DEFAULT && (range == MAC_STATIC || range == MAC_FOREIGN));

        mac_format(&interface->mac, mac);
        text = vmx_printf(writer, "%s", mac);
        entries->check = interface->mac_check;
        if (!mac_is_set(&interface->mac)) {
                entries->address_type = "generated";
                return;
        }
        entries->address_type = is_static ? "static" : range == MAC_VCENTER ? "vpx" : "generated";
        if (!is_static) {
                entries->generated = text;
                if (range != MAC_VCENTER)
                        entries->generated_offset = VMX_NUMBER_OF(0);
                return;
        }
        entries->address = text;
        if (range == MAC_FOREIGN && entries->check == YESNO_ABSENT)
                entries->check = YESNO_NO;
}

static int fill_model(const Interface *interface, VmxEthernet *entries, Error *err)
{
        if (!interface->model)
                return 0;
        for (const VmxEthernetModel *known = vmx_ethernet_models; known->model; known++) {
                if (!vmx_is(interface->model, known->model))
                        continue;
                entries->model = known->device;
                entries->features = (VmxNumber){ .value = known->features, .set = known->features != 0 };
        }
        if (!entries->model)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting domain XML entry 'devices/interface/model' to be 'vlance' or 'vmxnet' or "
                                 "'vmxnet2' or 'vmxnet3' or 'e1000' or 'e1000e' but found '%s'",
                                 interface->model);
        return 0;
}

static int fill_number(const char *text, const char *what, VmxNumber *ret, Error *err)
{
        ret->set = text && text_to_int64(text, 10, &ret->value);
        if (!ret->set)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "the %s of a distributed switch must be a number, found '%s'", what,
                                 text ? text : "nothing");
        return 0;
}

static int fill_distributed(VmxWriter *writer, const VdsInterface *vds, VmxEthernet *entries, Error *err)
{
        Uuid uuid;

        if (!vds->switchid || !uuid_parse(vds->switchid, uuid))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "the switchid of a distributed switch must be a uuid");
        entries->dvs_switch = vmx_uuid_text(writer, uuid);
        entries->dvs_portgroup = vds->portgroupid;
        if (fill_number(vds->portid, "portid", &entries->dvs_port, err) < 0)
                return -1;
        return fill_number(vds->connectionid, "connectionid", &entries->dvs_connection, err);
}

static int fill_connection(VmxWriter *writer, const Interface *interface, VmxEthernet *entries, Error *err)
{
        switch (interface->type) {
        case INTERFACE_BRIDGE:
                entries->network = interface->bridge.bridge;
                entries->connection = interface->target ? "custom" : "bridged";
                entries->vnet = interface->target;
                return 0;
        case INTERFACE_USER: entries->connection = "nat"; return 0;
        case INTERFACE_VDS: return fill_distributed(writer, &interface->vds, entries, err);
        case INTERFACE_NULL: return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported net type '%s'",
                                 enum_text(InterfaceType, interface->type));
        }
}

int vmx_write_interfaces(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;
        unsigned most = writer->hardware < ETHERNETS_SINCE ? VMX_ETHERNETS_OLD : VMX_ETHERNETS;

        for (size_t i = 0; i < d->n_interfaces; i++) {
                const Interface *interface = &d->interfaces[i];
                VmxEthernet entries = { .present = YESNO_YES };

                if (i >= most)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "Ethernet controller index %zu out of [0..%u] range", i, most - 1);
                if (fill_model(interface, &entries, err) < 0 || fill_connection(writer, interface, &entries, err) < 0)
                        return -1;
                fill_address(writer, interface, &entries);
                vmx_put(writer->out, vmx_printf(writer, "ethernet%zu.", i), vmx_ethernet_keys, &entries);
        }
        return 0;
}
