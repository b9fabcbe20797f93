/* The commands on networks, interfaces of the host, packet filters: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption iface_bridge_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { "bridge", OPTION_DATA, OPTION_REQUIRED, "a bridge" },
        { "no-stp", OPTION_BOOL, 0, "without spanning tree" },
        { "delay", OPTION_INT, 0, "seconds of forwarding delay" },
        { "no-start", OPTION_BOOL, 0, "leave it stopped" },
        { NULL },
};

static const ShellOption iface_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption iface_destroy_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { NULL },
};

static const ShellOption iface_dumpxml_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption iface_edit_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { NULL },
};

static const ShellOption iface_list_options[] = {
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { NULL },
};

static const ShellOption iface_mac_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { NULL },
};

static const ShellOption iface_name_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { NULL },
};

static const ShellOption iface_start_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { NULL },
};

static const ShellOption iface_unbridge_options[] = {
        { "bridge", OPTION_DATA, OPTION_REQUIRED, "a bridge" },
        { "no-start", OPTION_BOOL, 0, "leave it stopped" },
        { NULL },
};

static const ShellOption iface_undefine_options[] = {
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address" },
        { NULL },
};

const ShellCommand interface_commands[] = {
        { "iface-begin", cmd_iface_begin, 0, NULL, "remember host interface setup so it can be undone" },
        { "iface-bridge", NULL, 0, iface_bridge_options, "make a bridge and enslave an existing interface" },
        { "iface-commit", cmd_iface_commit, 0, NULL, "keep interface changes made since iface-begin" },
        { "iface-define", cmd_iface_define, 0, iface_define_options, "store a host interface configuration from XML" },
        { "iface-destroy", cmd_iface_destroy, 0, iface_destroy_options, "take a host interface down" },
        { "iface-dumpxml", cmd_iface_dumpxml, 0, iface_dumpxml_options, "print a host interface's XML" },
        { "iface-edit", cmd_iface_edit, 0, iface_edit_options, "open a host interface's XML in an editor" },
        { "iface-list", cmd_iface_list, 0, iface_list_options, "list host interfaces" },
        { "iface-mac", cmd_iface_mac, 0, iface_mac_options, "print the MAC for an interface name" },
        { "iface-name", cmd_iface_name, 0, iface_name_options, "print the interface name for a MAC" },
        { "iface-rollback", cmd_iface_rollback, 0, NULL, "go back to the interface setup of iface-begin" },
        { "iface-start", cmd_iface_start, 0, iface_start_options, "bring a host interface up" },
        { "iface-unbridge", NULL, 0, iface_unbridge_options, "dissolve a bridge and free its slave interface" },
        { "iface-undefine", cmd_iface_undefine, 0, iface_undefine_options, "remove a host interface configuration" },
        { NULL },
};

static const ShellOption net_autostart_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "disable", OPTION_BOOL, 0, "turn it off" },
        { NULL },
};

static const ShellOption net_create_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption net_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption net_desc_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        OPT_LIVE,
        OPT_CONFIG,
        OPT_CURRENT,
        { "title", OPTION_BOOL, 0, "the title instead of the description" },
        { "edit", OPTION_BOOL, 0, "in an editor" },
        { "new-desc", OPTION_ARGV, 0, "the new text" },
        { NULL },
};

static const ShellOption net_destroy_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

static const ShellOption net_dhcp_leases_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "mac", OPTION_STRING, 0, "a MAC address" },
        { NULL },
};

static const ShellOption net_dumpxml_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption net_edit_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

static const ShellOption net_event_options[] = {
        { "network", OPTION_STRING, 0, "network: name or UUID", complete_networks },
        { "event", OPTION_STRING, 0, "which kind of event to wait for" },
        { "loop", OPTION_BOOL, 0, "go on until interrupted" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "list", OPTION_BOOL, 0, "list the kinds and leave" },
        { "timestamp", OPTION_BOOL, 0, "print the time before each event" },
        { NULL },
};

static const ShellOption net_info_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

static const ShellOption net_list_options[] = {
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { "all", OPTION_BOOL, 0, "all of them" },
        OPT_PERSISTENT,
        { "transient", OPTION_BOOL, 0, "transient ones only" },
        { "autostart", OPTION_BOOL, 0, "started with the host" },
        { "no-autostart", OPTION_BOOL, 0, "those not started with the host" },
        { "uuid", OPTION_BOOL, 0, "UUIDs only" },
        { "name", OPTION_BOOL, 0, "a name" },
        { "table", OPTION_BOOL, 0, "as a table (default)" },
        { "title", OPTION_BOOL, 0, "the title instead of the description" },
        { NULL },
};

static const ShellOption net_metadata_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "uri", OPTION_DATA, OPTION_REQUIRED, "a URI" },
        OPT_LIVE,
        OPT_CONFIG,
        OPT_CURRENT,
        { "edit", OPTION_BOOL, 0, "in an editor" },
        { "key", OPTION_STRING, 0, "a name space prefix" },
        { "set", OPTION_STRING, 0, "a value to set" },
        { "remove", OPTION_BOOL, 0, "remove it" },
        { NULL },
};

static const ShellOption net_name_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

static const ShellOption net_port_create_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption net_port_delete_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "port", OPTION_DATA, OPTION_REQUIRED, "a port" },
        { NULL },
};

static const ShellOption net_port_dumpxml_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "port", OPTION_DATA, OPTION_REQUIRED, "a port" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption net_port_list_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "uuid", OPTION_BOOL, 0, "UUIDs only" },
        { "table", OPTION_BOOL, 0, "as a table (default)" },
        { NULL },
};

static const ShellOption net_start_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

static const ShellOption net_undefine_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

static const ShellOption net_update_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { "command", OPTION_DATA, OPTION_REQUIRED, "the command" },
        { "section", OPTION_DATA, OPTION_REQUIRED, "part of the network's definition" },
        { "xml", OPTION_DATA, OPTION_REQUIRED, "XML to use instead, from a file" },
        { "parent-index", OPTION_INT, 0, "number of the parent's bus" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption net_uuid_options[] = {
        { "network", OPTION_DATA, OPTION_REQUIRED, "network: name or UUID", complete_networks },
        { NULL },
};

const ShellCommand network_commands[] = {
        { "net-autostart", cmd_net_autostart, 0, net_autostart_options, "turn start-at-boot of a network on or off" },
        { "net-create", cmd_net_create, 0, net_create_options, "start a transient network from XML" },
        { "net-define", cmd_net_define, 0, net_define_options, "store a persistent network from XML" },
        { "net-desc", cmd_net_desc, 0, net_desc_options, "print or change a network's title or description" },
        { "net-destroy", cmd_net_destroy, 0, net_destroy_options, "stop a network" },
        { "net-dhcp-leases", cmd_net_dhcp_leases, 0, net_dhcp_leases_options,
          "list DHCP leases handed out on a network" },
        { "net-dumpxml", cmd_net_dumpxml, 0, net_dumpxml_options, "print a network's XML" },
        { "net-edit", cmd_net_edit, 0, net_edit_options, "open a network's XML in an editor" },
        { "net-event", cmd_net_event, 0, net_event_options, "wait for and print network events" },
        { "net-info", cmd_net_info, 0, net_info_options, "print a summary of a network" },
        { "net-list", cmd_net_list, 0, net_list_options, "list networks" },
        { "net-metadata", cmd_net_metadata, 0, net_metadata_options,
          "read, set or remove custom metadata XML of a network" },
        { "net-name", cmd_net_name, 0, net_name_options, "print the name for a network UUID" },
        { "net-port-create", cmd_net_port_create, 0, net_port_create_options, "make a network port from XML" },
        { "net-port-delete", cmd_net_port_delete, 0, net_port_delete_options, "remove a network port" },
        { "net-port-dumpxml", cmd_net_port_dumpxml, 0, net_port_dumpxml_options, "print a network port's XML" },
        { "net-port-list", cmd_net_port_list, 0, net_port_list_options, "list the ports of a network" },
        { "net-start", cmd_net_start, 0, net_start_options, "start a defined network" },
        { "net-undefine", cmd_net_undefine, 0, net_undefine_options, "remove a network's configuration" },
        { "net-update", cmd_net_update, 0, net_update_options, "change one section of a network in place" },
        { "net-uuid", cmd_net_uuid, 0, net_uuid_options, "print the UUID for a network name" },
        { NULL },
};

static const ShellOption nwfilter_binding_create_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption nwfilter_binding_delete_options[] = {
        { "binding", OPTION_DATA, OPTION_REQUIRED, "port device of a binding" },
        { NULL },
};

static const ShellOption nwfilter_binding_dumpxml_options[] = {
        { "binding", OPTION_DATA, OPTION_REQUIRED, "port device of a binding" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption nwfilter_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption nwfilter_dumpxml_options[] = {
        { "nwfilter", OPTION_DATA, OPTION_REQUIRED, "filter: name or UUID" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption nwfilter_edit_options[] = {
        { "nwfilter", OPTION_DATA, OPTION_REQUIRED, "filter: name or UUID" },
        { NULL },
};

static const ShellOption nwfilter_undefine_options[] = {
        { "nwfilter", OPTION_DATA, OPTION_REQUIRED, "filter: name or UUID" },
        { NULL },
};

const ShellCommand filter_commands[] = {
        { "nwfilter-binding-create", cmd_nwfilter_binding_create, 0, nwfilter_binding_create_options,
          "bind a filter to a port from XML" },
        { "nwfilter-binding-delete", cmd_nwfilter_binding_delete, 0, nwfilter_binding_delete_options,
          "remove a filter binding" },
        { "nwfilter-binding-dumpxml", cmd_nwfilter_binding_dumpxml, 0, nwfilter_binding_dumpxml_options,
          "print a filter binding's XML" },
        { "nwfilter-binding-list", cmd_nwfilter_binding_list, 0, NULL, "list filter bindings" },
        { "nwfilter-define", cmd_nwfilter_define, 0, nwfilter_define_options,
          "store or replace a network filter from XML" },
        { "nwfilter-dumpxml", cmd_nwfilter_dumpxml, 0, nwfilter_dumpxml_options, "print a network filter's XML" },
        { "nwfilter-edit", cmd_nwfilter_edit, 0, nwfilter_edit_options, "open a network filter's XML in an editor" },
        { "nwfilter-list", cmd_nwfilter_list, 0, NULL, "list network filters" },
        { "nwfilter-undefine", cmd_nwfilter_undefine, 0, nwfilter_undefine_options, "remove a network filter" },
        { NULL },
};
