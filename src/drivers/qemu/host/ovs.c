/* See ovs.h. The database keeps a port when its interface is gone: each one made is to be removed. */
#define LOG_SOURCE "qemu.ovs"
#include "host/ovs.h"

#include <string.h>

#include "host/records.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/process.h"
#include "util/text.h"

/* The program gives up itself; we do so when it hangs. */
enum { ANSWER_S = 5, PROGRAM_MS = 2 * ANSWER_S * 1000 };

bool ovs_is(const Interface *nic)
{
        InterfaceType type = interface_actual_type(nic);
        const VirtualPort *port = interface_virtual_port(nic);

        return (type == INTERFACE_BRIDGE || type == INTERFACE_NETWORK) && port &&
               port->type == VIRTUAL_PORT_OPENVSWITCH;
}

static Process *vsctl(void)
{
        Process *process = process_new("ovs-vsctl");

        process_add_format(process, "--timeout=%d", ANSWER_S);
        return process;
}

static int run(Process *process, char **ret_out, Error *err)
{
        int r = process_run(process, PROGRAM_MS, ret_out, NULL, NULL, err);

        process_free(process);
        return r;
}

/* What it prints; NULL: nothing of the kind is there. The caller frees. */
static char *ask(const char *verb, const char *a, const char *b, const char *c)
{
        Process *process = vsctl();
        char *text = NULL;

        process_add(process, verb);
        process_add(process, a);
        if (b)
                process_add_pair(process, b, c);
        if (run(process, &text, NULL) < 0)
                g_clear_pointer(&text, g_free);
        return text ? g_strstrip(text) : NULL;
}

static void add_tags(Process *process, const Vlan *vlan)
{
        g_autoptr(GString) trunks = g_string_new("trunks=");

        /* One tag is the port's own, unless it is said to be a trunk's. */
        if (vlan->n_tags == 1 && vlan->trunk != YESNO_YES && vlan->tags[0].native_mode == VLAN_MODE_DEFAULT) {
                process_add_format(process, "tag=%u", vlan->tags[0].id);
                return;
        }
        for (size_t i = 0; i < vlan->n_tags; i++) {
                const VlanTag *tag = &vlan->tags[i];

                g_string_append_printf(trunks, "%s%u", i > 0 ? "," : "", tag->id);
                if (tag->native_mode == VLAN_MODE_DEFAULT)
                        continue;
                process_add_format(process, "tag=%u", tag->id);
                process_add_format(process, "vlan_mode=native-%s", enum_text(VlanMode, tag->native_mode));
        }
        process_add(process, trunks->str);
}

static void add_columns(Process *process, const Interface *nic, const char *name)
{
        const Vlan *vlan = interface_vlan(nic);

        process_add(process, "--");
        process_add(process, "set");
        process_add(process, "Port");
        process_add(process, name);
        process_add_format(process, "protected=%s", interface_is_isolated(nic) ? "true" : "false");
        if (vlan && vlan->n_tags > 0)
                add_tags(process, vlan);
}

static void add_id(Process *process, const char *key, const char *value)
{
        /* Quoted as the database's own values are, for colons and spaces. */
        g_autofree char *quoted = g_strescape(value, NULL);

        process_add_format(process, "external_ids:%s=\"%s\"", key, quoted);
}

static void add_ids(Process *process, const Interface *nic, const char *name, const char *owner)
{
        const VirtualPortParameters *says = &interface_virtual_port(nic)->parameters;
        char mac[MAC_TEXT_LENGTH], id[UUID_TEXT_LENGTH];

        mac_format(&nic->mac, mac);
        uuid_format(says->interfaceid, id);
        process_add(process, "--");
        process_add(process, "set");
        process_add(process, "Interface");
        process_add(process, name);
        add_id(process, "attached-mac", mac);
        add_id(process, "iface-id", id);
        add_id(process, "vm-id", owner);
        if (says->profileid)
                add_id(process, "port-profile", says->profileid);
        add_id(process, "iface-status", "active");
}

int ovs_join(const Interface *nic, const char *name, const char *bridge, const char *owner, Error *err)
{
        g_autofree char *where = ask("iface-to-br", name, NULL, NULL);
        Process *process = vsctl();

        if (g_strcmp0(where, bridge) == 0) {
                /* A port that is there is not interrupted. */
                process_add_pair(process, "--", "clear");
                process_add_pair(process, "Port", name);
                process_add_pair(process, "tag", "trunks");
                process_add(process, "vlan_mode");
        } else {
                process_add_pair(process, "--", "--if-exists");
                process_add_pair(process, "del-port", name);
                process_add_pair(process, "--", "add-port");
                process_add_pair(process, bridge, name);
        }
        add_columns(process, nic, name);
        add_ids(process, nic, name, owner);
        if (run(process, NULL, err) == 0)
                return 0;
        return error_prefix(err, "Unable to add port %s to OVS bridge %s", name, bridge);
}

void ovs_leave(const char *name, const Mac *mac)
{
        ERROR_AUTO Error err = ERROR_INIT;
        /* One of somebody else may have the name: then ours was never made. */
        g_autofree char *has = ask("get", "Interface", name, "external_ids:attached-mac");
        char address[MAC_TEXT_LENGTH];
        Process *process;

        mac_format(mac, address);
        if (!has || !strstr(has, address))
                return;
        process = vsctl();
        process_add_pair(process, "--", "--if-exists");
        process_add_pair(process, "del-port", name);
        if (run(process, NULL, &err) < 0)
                log_warn("Unable to delete port %s of Open vSwitch: %s", name, err.message);
}

void ovs_sweep(const char *records, GHashTable *used)
{
        g_autoptr(GPtrArray) left = records_left(records, used);
        g_autofree char *answer = left->len > 0 ? ask("get", "Open_vSwitch", ".", "_uuid") : NULL;

        /* When the switch does not answer, the next daemon asks again. */
        for (guint i = 0; answer && i < left->len; i++) {
                const Record *record = g_ptr_array_index(left, i);

                ovs_leave(record->name, &record->mac);
                record_drop(records, record->name);
        }
}
