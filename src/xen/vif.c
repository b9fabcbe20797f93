/* Network interfaces: the value of `vif` in xl and xm, and the parts that xend's S-expressions share with it. */
#include "formats.h"

#include <string.h>

#include "util/text.h"

/* What people leave to Xen. */
static const char ovs_script[] = "vif-openvswitch";

int xen_mac_read(const char *text, Mac *ret, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, ":", 7);

        for (unsigned i = 0; i < sizeof(ret->bytes); i++) {
                unsigned byte;

                if (g_strv_length(parts) != sizeof(ret->bytes) || !text_to_uint(parts[i], 16, &byte) || byte > 0xff)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed mac address '%s'", text);
                ret->bytes[i] = (unsigned char)byte;
        }
        return 0;
}

void xen_mac_write(const Mac *mac, GString *out)
{
        for (unsigned i = 0; i < sizeof(mac->bytes); i++)
                g_string_append_printf(out, "%s%02x", i ? ":" : "", mac->bytes[i]);
}

/* NUMBER[KMG](B|b)/s[@INTERVAL] */
static int parse_rate(const char *text, unsigned *ret_kib, Error *err)
{
        size_t digits = strspn(text, "0123456789");
        g_autofree char *number = g_strndup(text, digits);
        const char *unit = text + digits;
        uint64_t value;
        char scale = *unit && strchr("KMG", *unit) ? *unit++ : '\0';

        if (!text_to_uint64(number, 10, &value) || (*unit != 'B' && *unit != 'b') ||
            !g_str_has_prefix(unit + 1, "/s") || (unit[3] && unit[3] != '@') || value > UINT32_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid rate '%s' specified", text);
        if (scale == 'G')
                value *= 1024 * 1024;
        else if (scale == 'M')
                value *= 1024;
        if (*unit == 'b')
                value /= 8;
        if (!scale)
                value /= 1024;
        if (value > UINT32_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid rate '%s' specified", text);
        *ret_kib = (unsigned)value;
        return 0;
}

static void add_tag(Vlan *vlan, const char *text, VlanMode mode)
{
        unsigned id;
        VlanTag *tag;

        if (!text_to_uint(text, 10, &id))
                return;
        tag = rows_list_insert(&VlanTag_rows, &vlan->tags, &vlan->n_tags, vlan->n_tags);
        tag->id = id;
        tag->native_mode = mode;
}

/* NAME[.TAG][:TRUNK...]: with trunks a tag is the one that travels untagged. */
static void read_ovs_bridge(Interface *interface, const char *text)
{
        g_auto(GStrv) trunks = g_strsplit(text, ":", 64);
        char *dot = strchr(trunks[0], '.');
        bool trunk = trunks[1];

        interface->virtual_port = g_new0(VirtualPort, 1);
        interface->virtual_port->type = VIRTUAL_PORT_OPENVSWITCH;
        if (dot)
                *dot = '\0';
        interface->bridge.bridge = g_strdup(trunks[0]);
        if (!dot && !trunk)
                return;
        interface->vlan = g_new0(Vlan, 1);
        interface->vlan->trunk = trunk ? YESNO_YES : YESNO_ABSENT;
        if (dot)
                add_tag(interface->vlan, dot + 1, trunk ? VLAN_MODE_UNTAGGED : VLAN_MODE_DEFAULT);
        for (char **at = trunks + 1; trunk && *at; at++)
                add_tag(interface->vlan, *at, VLAN_MODE_DEFAULT);
}

void xen_bridge_read(Interface *interface, const char *text)
{
        interface->type = INTERFACE_BRIDGE;
        if (g_strcmp0(interface->script, ovs_script) == 0)
                read_ovs_bridge(interface, text);
        else
                interface->bridge.bridge = g_strdup(text);
}

void xen_bridge_write(const Interface *interface, GString *out)
{
        const Vlan *vlan = interface->vlan;

        if (interface->type != INTERFACE_BRIDGE)
                return;
        g_string_append(out, interface->bridge.bridge ? interface->bridge.bridge : "");
        if (!vlan || !interface->virtual_port || interface->virtual_port->type != VIRTUAL_PORT_OPENVSWITCH)
                return;
        for (size_t i = 0; i < vlan->n_tags; i++) {
                bool native = vlan->trunk != YESNO_YES || vlan->tags[i].native_mode != VLAN_MODE_DEFAULT;

                g_string_append_printf(out, "%c%u", native ? '.' : ':', vlan->tags[i].id);
        }
}

void xen_ips_read(Interface *interface, const char *text)
{
        g_auto(GStrv) words = g_strsplit_set(text, " \t;", 64);

        for (char **word = words; *word; word++) {
                IpAddress *ip;

                if (!**word)
                        continue;
                ip = rows_list_insert(&IpAddress_rows, &interface->ips, &interface->n_ips, interface->n_ips);
                ip->address = g_strdup(*word);
                ip->family = g_strdup(strchr(*word, ':') ? "ipv6" : "ipv4");
        }
}

void xen_ips_write(const Interface *interface, GString *out)
{
        for (size_t i = 0; i < interface->n_ips; i++)
                g_string_append_printf(out, "%s%s", i ? " " : "", interface->ips[i].address);
}

int xen_rate_read(Interface *interface, const char *text, Error *err)
{
        unsigned kib = 0;

        if (parse_rate(text, &kib, err) < 0)
                return -1;
        interface->bandwidth = g_new0(Bandwidth, 1);
        interface->bandwidth->outbound = g_new0(BandwidthRate, 1);
        interface->bandwidth->outbound->average = kib;
        return 0;
}

unsigned xen_rate(const Interface *interface)
{
        const Bandwidth *bandwidth = interface->bandwidth;

        return bandwidth && bandwidth->outbound ? bandwidth->outbound->average : 0;
}

/* The paravirtual card is called differently by xl and by xend. */
static bool is_paravirtual(const char *type)
{
        return g_strcmp0(type, "vif") == 0 || g_strcmp0(type, "netfront") == 0;
}

int xen_vif_read(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) options = g_strsplit(text, ",", 32);
        g_autofree char *mac = xen_option(options, "mac");
        g_autofree char *bridge = xen_option(options, "bridge");
        g_autofree char *ip = xen_option(options, "ip");
        g_autofree char *type = xen_option(options, "type");
        g_autofree char *rate = xen_option(options, "rate");
        Interface *interface = rows_list_insert(&Interface_rows, &d->interfaces, &d->n_interfaces, d->n_interfaces);

        interface->type = INTERFACE_ETHERNET;
        interface->script = xen_option(options, "script");
        interface->model = xen_option(options, "model");
        interface->target = xen_option(options, "vifname");
        interface->backend_domain = xen_option(options, "backend");
        if (!interface->model && is_paravirtual(type))
                interface->model = g_strdup("netfront");
        if (bridge && *bridge)
                xen_bridge_read(interface, bridge);
        if (ip)
                xen_ips_read(interface, ip);
        if (mac && *mac && xen_mac_read(mac, &interface->mac, err) < 0)
                return -1;
        return rate ? xen_rate_read(interface, rate, err) : 0;
}

int xen_interface_check(const Interface *interface, Error *err)
{
        if (interface->type == INTERFACE_NETWORK)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unsupported interface type 'network': the file must name the bridge; use "
                                 "<interface type='bridge'> with the bridge of network '%s'",
                                 interface->network.network ? interface->network.network : "");
        if (interface->type != INTERFACE_BRIDGE && interface->type != INTERFACE_ETHERNET)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unsupported interface type '%s': Xen knows bridge and ethernet",
                                 enum_text(InterfaceType, interface->type));
        return 0;
}

static void write_model(const Domain *d, const Interface *interface, XenDialect dialect, GString *out)
{
        bool netfront = g_strcmp0(interface->model, "netfront") == 0;

        if (xen_is_hvm(d) && netfront)
                xen_put_option(out, "type", dialect == XEN_XL ? "vif" : "netfront");
        else
                xen_put_option(out, "model", interface->model);
}

char *xen_vif_write(const Domain *d, const Interface *interface, XenDialect dialect, Error *err)
{
        g_autoptr(GString) out = g_string_new("mac=");

        if (xen_interface_check(interface, err) < 0)
                return NULL;
        xen_mac_write(&interface->mac, out);
        if (interface->type == INTERFACE_BRIDGE) {
                g_string_append(out, ",bridge=");
                xen_bridge_write(interface, out);
        }
        if (interface->n_ips > 0) {
                g_string_append(out, ",ip=");
                xen_ips_write(interface, out);
        }
        xen_put_option(out, "script", interface->script);
        write_model(d, interface, dialect, out);
        xen_put_option(out, "vifname", interface->target);
        xen_put_option(out, "backend", interface->backend_domain);
        if (xen_rate(interface))
                g_string_append_printf(out, ",rate=%uKB/s", xen_rate(interface));
        return g_string_free(g_steal_pointer(&out), FALSE);
}
