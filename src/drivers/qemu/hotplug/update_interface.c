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
        { "vlan", "changing the VLAN of a running network interface is not supported yet" },
};

static int refuse(const char *path, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
                if (g_str_has_prefix(path, reasons[i].path))
                        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "%s", reasons[i].words);
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot modify '%s' of a running network interface", path);
}

static void set_bandwidth(Interface *nic, const Bandwidth *bandwidth)
{
        if (nic->bandwidth)
                rows_drop(&Bandwidth_rows, nic->bandwidth);
        g_clear_pointer(&nic->bandwidth, g_free);
        if (!bandwidth)
                return;
        nic->bandwidth = g_malloc0(sizeof(*nic->bandwidth));
        rows_copy(&Bandwidth_rows, nic->bandwidth, bandwidth);
}

static bool same_bandwidth(const Bandwidth *a, const Bandwidth *b)
{
        return a && b ? !rows_compare(&Bandwidth_rows, a, b, 0, NULL, NULL) : a == b;
}

/* A document without limits takes them away. */
static int update_bandwidth(Hotplug *hotplug, Interface *nic, const Bandwidth *given, Error *err)
{
        if (same_bandwidth(nic->bandwidth, given))
                return 0;
        if (!hotplug->host->limit_tap)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "changing the bandwidth of a running network interface is not possible here");
        set_bandwidth(nic, given);
        return hotplug->host->limit_tap(hotplug->host, nic, err);
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
} Port;

static Port port_of(const Interface *nic)
{
        return (Port){ .bridge = nic->type == INTERFACE_BRIDGE ? nic->bridge.bridge : NULL,
                       .isolated = nic->port_isolated,
                       .frames = nic->coalesce_rx_frames };
}

static bool same_port(const Port *a, const Port *b)
{
        return g_strcmp0(a->bridge, b->bridge) == 0 && (a->isolated == YESNO_YES) == (b->isolated == YESNO_YES) &&
               a->frames == b->frames;
}

static void set_port(Interface *nic, const Port *port)
{
        if (nic->type == INTERFACE_BRIDGE)
                nic->bridge.bridge = port->bridge;
        nic->port_isolated = port->isolated;
        nic->coalesce_rx_frames = port->frames;
}

static int update_port(Hotplug *hotplug, Interface *nic, const Interface *given, Error *err)
{
        Port was = port_of(nic), wanted = port_of(given);

        if (same_port(&was, &wanted))
                return 0;
        if (!hotplug->host->move_tap || !nic->target)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "unable to change the port of a network interface that has no tap on this host");
        wanted.bridge = g_strdup(wanted.bridge);
        set_port(nic, &wanted);
        if (hotplug->host->move_tap(hotplug->host, nic, err) < 0) {
                set_port(nic, &was);
                hotplug->host->move_tap(hotplug->host, nic, NULL);
                g_free(wanted.bridge);
                return -1;
        }
        g_free(was.bridge);
        return 0;
}

int hotplug_update_interface(Hotplug *hotplug, DevRef there, const Interface *given, Error *err)
{
        static const char *const free[] = { "link", "bandwidth", "source/@bridge", "port", "coalesce", NULL };
        Interface *nic = devref_at(hotplug->live, there);
        g_autofree char *path = update_first_change(&Interface_rows, given, nic, free);
        bool was_up = nic->link != LINK_DOWN, up = given->link != LINK_DOWN;
        ERROR_AUTO Error why = ERROR_INIT;

        if (path)
                return refuse(path, err);
        if (up != was_up && set_link(hotplug, nic, up, err) < 0)
                return -1;
        if (update_port(hotplug, nic, given, &why) < 0 || update_bandwidth(hotplug, nic, given->bandwidth, &why) < 0) {
                if (up != was_up)
                        set_link(hotplug, nic, was_up, NULL);
                return error_move(err, &why);
        }
        nic->link = given->link;
        return 0;
}
