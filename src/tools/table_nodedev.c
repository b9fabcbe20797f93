/* The commands on devices of the host, and secrets: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption nodedev_autostart_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { "disable", OPTION_BOOL, 0, "turn it off" },
        { NULL },
};

static const ShellOption nodedev_create_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption nodedev_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption nodedev_destroy_options[] = {
        { "name", OPTION_ALIAS, 0, "device" },
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { NULL },
};

static const ShellOption nodedev_detach_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { "driver", OPTION_STRING, 0, "a driver" },
        { NULL },
};

static const ShellOption nodedev_dumpxml_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption nodedev_event_options[] = {
        { "device", OPTION_STRING, 0, "a device", complete_node_devices },
        { "event", OPTION_STRING, 0, "which kind of event to wait for" },
        { "loop", OPTION_BOOL, 0, "go on until interrupted" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "list", OPTION_BOOL, 0, "list the kinds and leave" },
        { "timestamp", OPTION_BOOL, 0, "print the time before each event" },
        { NULL },
};

static const ShellOption nodedev_info_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { NULL },
};

static const ShellOption nodedev_list_options[] = {
        { "tree", OPTION_BOOL, 0, "as a tree" },
        { "cap", OPTION_STRING, 0, "a capability" },
        { "inactive", OPTION_BOOL, 0, "the stored definition instead of the running one" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { NULL },
};

static const ShellOption nodedev_reattach_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { NULL },
};

static const ShellOption nodedev_reset_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { NULL },
};

static const ShellOption nodedev_start_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { NULL },
};

static const ShellOption nodedev_undefine_options[] = {
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_node_devices },
        { NULL },
};

const ShellCommand nodedev_commands[] = {
        { "nodedev-autostart", cmd_nodedev_autostart, 0, nodedev_autostart_options,
          "turn start-at-boot of a mediated device on or off" },
        { "nodedev-create", cmd_nodedev_create, 0, nodedev_create_options, "make a host device from XML" },
        { "nodedev-define", cmd_nodedev_define, 0, nodedev_define_options,
          "store a persistent host device definition" },
        { "nodedev-destroy", cmd_nodedev_destroy, 0, nodedev_destroy_options, "remove a virtual host device" },
        { "nodedev-detach", cmd_nodedev_detach, 0, nodedev_detach_options,
          "unbind a host device from its host driver" },
        { "nodedev-dettach", cmd_nodedev_detach, COMMAND_HIDDEN, nodedev_detach_options,
          "unbind a host device from its host driver" },
        { "nodedev-dumpxml", cmd_nodedev_dumpxml, 0, nodedev_dumpxml_options, "print a host device's XML" },
        { "nodedev-event", cmd_nodedev_event, 0, nodedev_event_options, "wait for and print host device events" },
        { "nodedev-info", cmd_nodedev_info, 0, nodedev_info_options, "print a summary of a host device" },
        { "nodedev-list", cmd_nodedev_list, 0, nodedev_list_options, "list host devices" },
        { "nodedev-reattach", cmd_nodedev_reattach, 0, nodedev_reattach_options,
          "give a host device back to its host driver" },
        { "nodedev-reset", cmd_nodedev_reset, 0, nodedev_reset_options, "reset a host device" },
        { "nodedev-start", cmd_nodedev_start, 0, nodedev_start_options, "start a defined mediated device" },
        { "nodedev-undefine", cmd_nodedev_undefine, 0, nodedev_undefine_options, "remove a host device definition" },
        { NULL },
};

static const ShellOption secret_define_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption secret_dumpxml_options[] = {
        { "secret", OPTION_DATA, OPTION_REQUIRED, "secret: UUID", complete_secrets },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption secret_event_options[] = {
        { "secret", OPTION_STRING, 0, "secret: UUID", complete_secrets },
        { "event", OPTION_STRING, 0, "which kind of event to wait for" },
        { "loop", OPTION_BOOL, 0, "go on until interrupted" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "list", OPTION_BOOL, 0, "list the kinds and leave" },
        { "timestamp", OPTION_BOOL, 0, "print the time before each event" },
        { NULL },
};

static const ShellOption secret_get_value_options[] = {
        { "secret", OPTION_DATA, OPTION_REQUIRED, "secret: UUID", complete_secrets },
        { "plain", OPTION_BOOL, 0, "as it is, without decoding" },
        { NULL },
};

static const ShellOption secret_list_options[] = {
        { "ephemeral", OPTION_BOOL, 0, "keep it in memory only" },
        { "no-ephemeral", OPTION_BOOL, 0, "keep it on disk" },
        { "private", OPTION_BOOL, 0, "keep it from being read back" },
        { "no-private", OPTION_BOOL, 0, "let it be read back" },
        { NULL },
};

static const ShellOption secret_set_value_options[] = {
        { "secret", OPTION_DATA, OPTION_REQUIRED, "secret: UUID", complete_secrets },
        { "file", OPTION_STRING, OPTION_NAMED, "path of a file" },
        { "plain", OPTION_BOOL, 0, "as it is, without decoding" },
        { "interactive", OPTION_BOOL, 0, "stop at every difference" },
        { "base64", OPTION_STRING, 0, "in base64" },
        { NULL },
};

static const ShellOption secret_undefine_options[] = {
        { "secret", OPTION_DATA, OPTION_REQUIRED, "secret: UUID", complete_secrets },
        { NULL },
};

const ShellCommand secret_commands[] = {
        { "secret-define", cmd_secret_define, 0, secret_define_options, "store a secret definition from XML" },
        { "secret-dumpxml", cmd_secret_dumpxml, 0, secret_dumpxml_options, "print a secret's XML" },
        { "secret-event", cmd_secret_event, 0, secret_event_options, "wait for and print secret events" },
        { "secret-get-value", cmd_secret_get_value, 0, secret_get_value_options, "print a secret's value" },
        { "secret-list", cmd_secret_list, 0, secret_list_options, "list secrets" },
        { "secret-set-value", cmd_secret_set_value, 0, secret_set_value_options, "set a secret's value" },
        { "secret-undefine", cmd_secret_undefine, 0, secret_undefine_options, "remove a secret" },
        { NULL },
};
