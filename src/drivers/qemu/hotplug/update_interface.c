/* A network interface: its link. */
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
        { "bandwidth", "changing the bandwidth of a running network interface is not supported yet" },
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

int hotplug_update_interface(Hotplug *hotplug, DevRef there, const Interface *given, Error *err)
{
        static const char *const free[] = { "link", NULL };
        Interface *nic = devref_at(hotplug->live, there);
        g_autofree char *path = update_first_change(&Interface_rows, given, nic, free);
        bool up = given->link != LINK_DOWN;
        Json *arguments;

        if (path)
                return refuse(path, err);
        if (up != (nic->link != LINK_DOWN)) {
                if (!nic->info.alias)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "can't change link state: device alias not found");
                arguments = json_object();
                json_set(arguments, "name", json_string(nic->info.alias));
                json_set(arguments, "up", json_bool(up));
                if (talk_call(hotplug->talk, "set_link", arguments, NULL, err) < 0)
                        return -1;
        }
        nic->link = given->link;
        return 0;
}
