/* A network interface: its link, how much may go over it, and where its cable ends. */
#include <string.h>

#include "hotplug/hotplug.h"
#include "hotplug/update.h"

/* Why what stands there cannot change, by the beginning of its path. */
static const struct {
        const char *path, *words;
} reasons[] = {
        { "@type", "cannot change network interface type" },
        { "source", "cannot change config of a running network interface" },
        { "mac", "cannot change network interface mac address" },
        { "model", "cannot modify network device model" },
        { "driver", "cannot modify virtio network device driver attributes" },
        { "script", "cannot modify network device script attribute" },
        { "target", "cannot modify network device tap name" },
        { "address", "cannot modify network device guest PCI address" },
        { "rom", "cannot modify network device rom bar setting" },
        { "boot", "cannot modify network device boot index setting" },
        { "mtu", "cannot modify MTU" },
        { "filterref", "changing the filter of a running network interface is not supported yet" },
        { "virtualport", "cannot modify the virtual port of a running network interface" },
};

static int refuse(const char *path, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
                if (g_str_has_prefix(path, reasons[i].path))
                        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "%s", reasons[i].words);
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot modify '%s' of a running network interface", path);
}

/* What @slot, of @rows, points to becomes a copy of @with. */
static void replace_part(const Rows *rows, void **slot, const void *with)
{
        if (*slot)
                rows_drop(rows, *slot);
        g_clear_pointer(slot, g_free);
        if (!with)
                return;
        *slot = g_malloc0(rows->size);
        rows_copy(rows, *slot, with);
}

static bool same_part(const Rows *rows, const void *a, const void *b)
{
        return a && b ? !rows_compare(rows, a, b, 0, NULL, NULL) : a == b;
}

static int put_bandwidth(Hotplug *hotplug, const Interface *was, const Interface *nic, Error *err)
{
        if (same_part(&Bandwidth_rows, was->bandwidth, nic->bandwidth))
                return 0;
        if (!hotplug->host->limit_tap)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "changing the bandwidth of a running network interface is not possible here");
        if (hotplug->host->limit_tap(hotplug->host, nic, err) == 0)
                return 0;
        hotplug->host->limit_tap(hotplug->host, was, NULL);
        return -1;
}

static int set_link(Hotplug *hotplug, const Interface *nic, bool up, Error *err)
{
        Json *arguments;

        if (!nic->info.alias)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "can't change link state: device alias not found");
        arguments = json_object();
        json_set(arguments, "name", json_string(nic->info.alias));
        json_set(arguments, "up", json_bool(up));
        return talk_call(hotplug->talk, "set_link", arguments, NULL, err);
}

/* What can change of the host's end. */
typedef struct Port {
        char *bridge; /* NULL: not on one */
        YesNo isolated;
        unsigned frames;
        const Vlan *vlan;
} Port;

static Port port_of(const Interface *nic)
{
        return (Port){ .bridge = nic->type == INTERFACE_BRIDGE ? nic->bridge.bridge : NULL,
                       .isolated = nic->port_isolated,
                       .frames = nic->coalesce_rx_frames,
                       .vlan = nic->vlan };
}

static bool same_port(const Port *a, const Port *b)
{
        return g_strcmp0(a->bridge, b->bridge) == 0 && (a->isolated == YESNO_YES) == (b->isolated == YESNO_YES) &&
               a->frames == b->frames && same_part(&Vlan_rows, a->vlan, b->vlan);
}

static void set_port(Interface *nic, const Port *port)
{
        if (nic->type == INTERFACE_BRIDGE) {
                g_free(nic->bridge.bridge);
                nic->bridge.bridge = g_strdup(port->bridge);
        }
        nic->port_isolated = port->isolated;
        nic->coalesce_rx_frames = port->frames;
        if (!same_part(&Vlan_rows, nic->vlan, port->vlan))
                replace_part(&Vlan_rows, (void **)&nic->vlan, port->vlan);
}

static int put_port(Hotplug *hotplug, const Interface *was, const Interface *nic, Error *err)
{
        Port before = port_of(was), wanted = port_of(nic);

        if (same_port(&before, &wanted))
                return 0;
        if (!hotplug->host->move_tap || !nic->target)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "unable to change the port of a network interface that has no tap on this host");
        if (hotplug->host->move_tap(hotplug->host, nic, err) == 0)
                return 0;
        hotplug->host->move_tap(hotplug->host, was, NULL);
        return -1;
}

static bool is_up(const Interface *nic)
{
        return nic->link != LINK_DOWN;
}

int hotplug_put_interface(Hotplug *hotplug, const Interface *was, const Interface *nic, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (is_up(nic) != is_up(was) && set_link(hotplug, nic, is_up(nic), err) < 0)
                return -1;
        if (put_port(hotplug, was, nic, &why) == 0) {
                if (put_bandwidth(hotplug, was, nic, &why) == 0)
                        return 0;
                put_port(hotplug, nic, was, NULL);
        }
        if (is_up(nic) != is_up(was))
                set_link(hotplug, nic, is_up(was), NULL);
        return error_move(err, &why);
}

/* A document without limits takes them away. */
static void take_given(Interface *nic, const Interface *given)
{
        Port port = port_of(given);

        nic->link = given->link;
        set_port(nic, &port);
        if (!same_part(&Bandwidth_rows, nic->bandwidth, given->bandwidth))
                replace_part(&Bandwidth_rows, (void **)&nic->bandwidth, given->bandwidth);
}

int hotplug_update_interface(Hotplug *hotplug, DevRef there, const Interface *given, Error *err)
{
        static const char *const free[] = { "link", "bandwidth", "source/@bridge", "port", "coalesce", "vlan", NULL };
        g_autoptr(Domain) before = domain_copy(hotplug->live);
        Interface *nic = devref_at(hotplug->live, there);
        g_autofree char *path = devref_first_change(&Interface_rows, given, nic, free);

        if (path)
                return refuse(path, err);
        take_given(nic, given);
        if (hotplug->ahead && hotplug->ahead(hotplug, err) < 0)
                return -1;
        return hotplug_put_interface(hotplug, devref_at(before, there), nic, err);
}
