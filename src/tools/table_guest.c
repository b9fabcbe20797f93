/* The commands on guests: what happens inside, and the way to their screens and consoles: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption console_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "devname", OPTION_STRING, 0, "alias of the device" },
        { "force", OPTION_BOOL, 0, "take it from another client" },
        { "resume", OPTION_BOOL, 0, "resume the guest when the console is open" },
        { "safe", OPTION_BOOL, 0, "only while nothing else has the console" },
        { NULL },
};

static const ShellOption domdisplay_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "include-password", OPTION_BOOL, 0, "with the password in the URI" },
        { "type", OPTION_STRING, 0, "a type" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { NULL },
};

static const ShellOption domfsfreeze_options[] = {
        OPT_DOMAIN(0),
        { "mountpoint", OPTION_ARGV, 0, "mount points in the guest" },
        { NULL },
};

static const ShellOption domfsinfo_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption domfsthaw_options[] = {
        OPT_DOMAIN(0),
        { "mountpoint", OPTION_ARGV, 0, "mount points in the guest" },
        { NULL },
};

static const ShellOption domfstrim_options[] = {
        OPT_DOMAIN(0),
        { "minimum", OPTION_INT, 0, "the least that was" },
        { "mountpoint", OPTION_STRING, 0, "mount points in the guest" },
        { NULL },
};

static const ShellOption domhostname_options[] = {
        OPT_DOMAIN(0),
        { "source", OPTION_STRING, 0, "where it comes from" },
        { NULL },
};

static const ShellOption domlaunchsecinfo_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption dompmsuspend_options[] = {
        OPT_DOMAIN(0),
        { "target", OPTION_DATA, OPTION_REQUIRED, "a target" },
        { "duration", OPTION_INT, OPTION_NAMED, "how long" },
        { NULL },
};

static const ShellOption dompmwakeup_options[] = {
        OPT_DOMAIN(0),
        { NULL },
};

static const ShellOption domsetlaunchsecstate_options[] = {
        OPT_DOMAIN(0),
        { "secrethdr", OPTION_STRING, OPTION_NAMED, "file with the secret's header" },
        { "secret", OPTION_STRING, OPTION_NAMED, "secret: UUID", complete_secrets },
        { "set-address", OPTION_INT, 0, "guest address of the secret" },
        { NULL },
};

static const ShellOption get_user_sshkeys_options[] = {
        OPT_DOMAIN(0),
        { "user", OPTION_DATA, OPTION_REQUIRED, "name of a user" },
        { NULL },
};

static const ShellOption guest_agent_timeout_options[] = {
        OPT_DOMAIN(0),
        { "timeout", OPTION_INT, OPTION_NAMED, "stop waiting after this many seconds" },
        { NULL },
};

static const ShellOption guestinfo_options[] = {
        OPT_DOMAIN(0),
        { "user", OPTION_BOOL, 0, "name of a user" },
        { "os", OPTION_BOOL, 0, "the operating system" },
        { "timezone", OPTION_BOOL, 0, "the time zone" },
        { "hostname", OPTION_BOOL, 0, "the host name" },
        { "filesystem", OPTION_BOOL, 0, "the file systems" },
        { "disk", OPTION_BOOL, 0, "the disks" },
        { "interface", OPTION_BOOL, 0, "interface: name or MAC address" },
        { NULL },
};

static const ShellOption inject_nmi_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption lxc_enter_namespace_options[] = {
        OPT_DOMAIN(0),
        { "noseclabel", OPTION_BOOL, 0, "without the file's label" },
        { "cmd", OPTION_ARGV, OPTION_REQUIRED, "the command" },
        { NULL },
};

static const ShellOption qemu_agent_command_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "timeout", OPTION_INT, OPTION_NAMED, "stop waiting after this many seconds" },
        { "async", OPTION_BOOL, 0, "do not wait for a cancelled job to end" },
        { "block", OPTION_BOOL, 0, "wait until the image is accessible" },
        { "pretty", OPTION_BOOL, 0, "with line breaks and indentation" },
        { "cmd", OPTION_ARGV, OPTION_REQUIRED, "the command" },
        { NULL },
};

static const ShellOption qemu_attach_options[] = {
        { "pid", OPTION_DATA, OPTION_REQUIRED, "a process number" },
        { NULL },
};

static const ShellOption qemu_monitor_command_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "hmp", OPTION_BOOL, 0, "the command is for people's monitor" },
        { "pretty", OPTION_BOOL, 0, "with line breaks and indentation" },
        { "return-value", OPTION_BOOL, 0, "what the guest answered" },
        { "pass-fds", OPTION_STRING, OPTION_NAMED, "descriptors to pass, separated by commas" },
        { "cmd", OPTION_ARGV, OPTION_REQUIRED, "the command" },
        { NULL },
};

static const ShellOption qemu_monitor_event_options[] = {
        { "domain", OPTION_STRING, 0, "guest: name, id or UUID", complete_domains },
        { "event", OPTION_STRING, 0, "which kind of event to wait for" },
        { "pretty", OPTION_BOOL, 0, "with line breaks and indentation" },
        { "loop", OPTION_BOOL, 0, "go on until interrupted" },
        { "timeout", OPTION_INT, 0, "stop waiting after this many seconds" },
        { "regex", OPTION_BOOL, 0, "event names are a regular expression" },
        { "no-case", OPTION_BOOL, 0, "names in any case" },
        { "timestamp", OPTION_BOOL, 0, "print the time before each event" },
        { NULL },
};

static const ShellOption screenshot_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "file", OPTION_STRING, 0, "where to store the picture" },
        { "screen", OPTION_INT, 0, "number of the screen" },
        { NULL },
};

static const ShellOption send_key_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "codeset", OPTION_STRING, OPTION_NAMED, "names of keys: linux, xt, atset1, ..." },
        { "holdtime", OPTION_INT, OPTION_NAMED, "milliseconds the keys stay pressed" },
        { "keycode", OPTION_ARGV, OPTION_REQUIRED, "keys: names or numbers" },
        { NULL },
};

static const ShellOption send_process_signal_options[] = {
        OPT_DOMAIN(0),
        { "pid", OPTION_DATA, OPTION_REQUIRED, "process in the guest" },
        { "signame", OPTION_DATA, OPTION_REQUIRED, "number or name of a signal" },
        { NULL },
};

static const ShellOption set_user_password_options[] = {
        OPT_DOMAIN(0),
        { "user", OPTION_DATA, OPTION_REQUIRED, "name of a user" },
        { "password", OPTION_DATA, OPTION_REQUIRED, "the password" },
        { "encrypted", OPTION_BOOL, 0, "through TLS" },
        { NULL },
};

static const ShellOption set_user_sshkeys_options[] = {
        OPT_DOMAIN(0),
        { "user", OPTION_DATA, OPTION_REQUIRED, "name of a user" },
        { "file", OPTION_STRING, 0, "path of a file" },
        { "reset", OPTION_BOOL, 0, "reset first" },
        { "remove", OPTION_BOOL, 0, "remove it" },
        { NULL },
};

static const ShellOption ttyconsole_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

static const ShellOption vncdisplay_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { NULL },
};

const ShellCommand guest_commands[] = {
        { "console", cmd_console, 0, console_options, "attach the terminal to a guest's serial or virtio console" },
        { "domdisplay", cmd_domdisplay, 0, domdisplay_options, "print URIs for the guest's graphical displays" },
        { "domfsfreeze", cmd_domfsfreeze, 0, domfsfreeze_options, "ask the agent to freeze guest filesystems" },
        { "domfsinfo", cmd_domfsinfo, 0, domfsinfo_options, "list filesystems mounted in the guest" },
        { "domfsthaw", cmd_domfsthaw, 0, domfsthaw_options, "ask the agent to unfreeze guest filesystems" },
        { "domfstrim", cmd_domfstrim, 0, domfstrim_options, "ask the agent to discard unused blocks" },
        { "domhostname", cmd_domhostname, 0, domhostname_options, "print the guest's own host name" },
        { "domlaunchsecinfo", NULL, 0, domlaunchsecinfo_options, "show launch security (SEV) data of a guest" },
        { "dompmsuspend", cmd_dompmsuspend, 0, dompmsuspend_options,
          "put the guest to sleep through its power management" },
        { "dompmwakeup", cmd_dompmwakeup, 0, dompmwakeup_options, "wake a guest that sleeps" },
        { "domsetlaunchsecstate", NULL, 0, domsetlaunchsecstate_options,
          "inject a launch secret into a confidential guest" },
        { "get-user-sshkeys", cmd_get_user_sshkeys, 0, get_user_sshkeys_options,
          "list authorized SSH keys of a guest user through the agent" },
        { "guest-agent-timeout", cmd_guest_agent_timeout, 0, guest_agent_timeout_options,
          "set how long to wait for agent replies" },
        { "guestinfo", cmd_guestinfo, 0, guestinfo_options, "show guest details gathered by the agent" },
        { "inject-nmi", cmd_inject_nmi, 0, inject_nmi_options, "send an NMI to the guest" },
        { "lxc-enter-namespace", NULL, 0, lxc_enter_namespace_options,
          "run a command inside an LXC guest's namespaces" },
        { "qemu-agent-command", cmd_qemu_agent_command, 0, qemu_agent_command_options,
          "send a raw command to the QEMU guest agent" },
        { "qemu-attach", cmd_qemu_attach, 0, qemu_attach_options, "take over a QEMU process started elsewhere" },
        { "qemu-monitor-command", cmd_qemu_monitor_command, 0, qemu_monitor_command_options,
          "send a raw QMP or HMP command" },
        { "qemu-monitor-event", cmd_qemu_monitor_event, 0, qemu_monitor_event_options,
          "wait for and print raw QMP events" },
        { "screenshot", cmd_screenshot, 0, screenshot_options, "capture the guest display into an image file" },
        { "send-key", cmd_send_key, 0, send_key_options, "type key codes into the guest" },
        { "send-process-signal", cmd_send_process_signal, 0, send_process_signal_options,
          "send a signal to a process inside the guest" },
        { "set-user-password", cmd_set_user_password, 0, set_user_password_options,
          "set a guest user's password through the agent" },
        { "set-user-sshkeys", cmd_set_user_sshkeys, 0, set_user_sshkeys_options,
          "write authorized SSH keys of a guest user through the agent" },
        { "ttyconsole", cmd_ttyconsole, 0, ttyconsole_options, "print the host device of the guest's text console" },
        { "vncdisplay", cmd_vncdisplay, 0, vncdisplay_options, "print the VNC display of a guest" },
        { NULL },
};
