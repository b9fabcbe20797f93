/* Chardev: the names and the rows. Row order is output order. */
#include "conf/chardev.h"
#include "domain/hooks.h"

ENUM_TABLE(ChardevType, CHARDEV_MAX_) = {
        [CHARDEV_NULL] = "null",         [CHARDEV_VC] = "vc",
        [CHARDEV_PTY] = "pty",           [CHARDEV_DEV] = "dev",
        [CHARDEV_FILE] = "file",         [CHARDEV_PIPE] = "pipe",
        [CHARDEV_STDIO] = "stdio",       [CHARDEV_UDP] = "udp",
        [CHARDEV_TCP] = "tcp",           [CHARDEV_UNIX] = "unix",
        [CHARDEV_SPICEVMC] = "spicevmc", [CHARDEV_SPICEPORT] = "spiceport",
        [CHARDEV_NMDM] = "nmdm",         [CHARDEV_QEMU_VDAGENT] = "qemu-vdagent",
        [CHARDEV_DBUS] = "dbus",
};

ENUM_TABLE(ChardevMode, CHARDEV_MODE_MAX_) = {
        [CHARDEV_MODE_CONNECT] = "connect",
        [CHARDEV_MODE_BIND] = "bind",
        [CHARDEV_MODE_CLIENT] = "client",
        [CHARDEV_MODE_SERVER] = "server",
};

ENUM_TABLE(ChardevProtocol, CHARDEV_PROTOCOL_MAX_) = {
        [CHARDEV_PROTOCOL_RAW] = "raw",
        [CHARDEV_PROTOCOL_TELNET] = "telnet",
        [CHARDEV_PROTOCOL_TELNETS] = "telnets",
        [CHARDEV_PROTOCOL_TLS] = "tls",
};

ENUM_TABLE(MouseMode, MOUSE_MODE_MAX_) = {
        [MOUSE_MODE_SERVER] = "server",
        [MOUSE_MODE_CLIENT] = "client",
};

ENUM_TABLE(SerialTarget, SERIAL_TARGET_MAX_) = {
        [SERIAL_TARGET_ISA_SERIAL] = "isa-serial",       [SERIAL_TARGET_USB_SERIAL] = "usb-serial",
        [SERIAL_TARGET_PCI_SERIAL] = "pci-serial",       [SERIAL_TARGET_SPAPR_VIO_SERIAL] = "spapr-vio-serial",
        [SERIAL_TARGET_SYSTEM_SERIAL] = "system-serial", [SERIAL_TARGET_SCLP_SERIAL] = "sclp-serial",
        [SERIAL_TARGET_ISA_DEBUG] = "isa-debug",
};

ENUM_TABLE(SerialModel, SERIAL_MODEL_MAX_) = {
        [SERIAL_MODEL_ISA_SERIAL] = "isa-serial",
        [SERIAL_MODEL_USB_SERIAL] = "usb-serial",
        [SERIAL_MODEL_PCI_SERIAL] = "pci-serial",
        [SERIAL_MODEL_SPAPR_VTY] = "spapr-vty",
        [SERIAL_MODEL_PL011] = "pl011",
        [SERIAL_MODEL_SCLPCONSOLE] = "sclpconsole",
        [SERIAL_MODEL_SCLPLMCONSOLE] = "sclplmconsole",
        [SERIAL_MODEL_16550A] = "16550a",
        [SERIAL_MODEL_ISA_DEBUGCON] = "isa-debugcon",
};

ENUM_TABLE(ConsoleTarget, CONSOLE_TARGET_MAX_) = {
        [CONSOLE_TARGET_SERIAL] = "serial", [CONSOLE_TARGET_XEN] = "xen",       [CONSOLE_TARGET_UML] = "uml",
        [CONSOLE_TARGET_VIRTIO] = "virtio", [CONSOLE_TARGET_LXC] = "lxc",       [CONSOLE_TARGET_OPENVZ] = "openvz",
        [CONSOLE_TARGET_SCLP] = "sclp",     [CONSOLE_TARGET_SCLPLM] = "sclplm",
};

ENUM_TABLE(ChannelTarget, CHANNEL_TARGET_MAX_) = {
        [CHANNEL_TARGET_GUESTFWD] = "guestfwd",
        [CHANNEL_TARGET_VIRTIO] = "virtio",
        [CHANNEL_TARGET_XEN] = "xen",
};

ENUM_TABLE(ChannelState, CHANNEL_STATE_MAX_) = {
        [CHANNEL_STATE_CONNECTED] = "connected",
        [CHANNEL_STATE_DISCONNECTED] = "disconnected",
};

/* An empty name says nothing. */
static const char *const nameless[SERIAL_MODEL_MAX_ + 1] = { "" };

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(PathChardev, (.settle = path_chardev_settle, .check = path_chardev_check),
     ROW_STRING("source/@path",   PathChardev, path),
     ROW_SWITCH("source/@append", PathChardev, append),
     ROW_LIST("source/seclabel",  PathChardev, seclabels, SourceSeclabel));

ROWS_HOOKED(PtyChardev, (.settle = pty_chardev_settle),
     ROW_STRING("source/@path",  PtyChardev, path, .flags = ROW_LIVE),
     ROW_LIST("source/seclabel", PtyChardev, seclabels, SourceSeclabel));

ROWS_HOOKED(UdpChardev, (.check = udp_chardev_check),
     ROW_STRING("source[mode=bind]/@host",       UdpChardev, bind_host),
     ROW_STRING("source[mode=bind]/@service",    UdpChardev, bind_service),
     ROW_STRING("source[mode=connect]/@host",    UdpChardev, connect_host),
     ROW_STRING("source[mode=connect]/@service", UdpChardev, connect_service),
     ROW_STRING("source[mode=]/@host",           UdpChardev, connect_host, .flags = ROW_LEGACY),
     ROW_STRING("source[mode=]/@service",        UdpChardev, connect_service, .flags = ROW_LEGACY));

ROWS_HOOKED(TcpChardev, (.settle = tcp_chardev_settle, .check = tcp_chardev_check),
     ROW_ENUM("source/@mode",               TcpChardev, mode, ChardevMode, .flags = ROW_SINGLE),
     ROW_STRING("source/@host",             TcpChardev, host),
     ROW_STRING("source/@service",          TcpChardev, service),
     ROW_YESNO("source/@tls",               TcpChardev, tls),
     ROW_OPT_UINT("source/@tlsFromConfig",  TcpChardev, tls_from_config, .flags = ROW_STATUS),
     ROW_YESNO("source/reconnect/@enabled", TcpChardev, reconnect),
     ROW_OPT_UINT("source/reconnect/@timeout", TcpChardev, reconnect_timeout),
     ROW_IGNORED("source/reconnect/@delay"),
     ROW_ENUM("protocol/@type",             TcpChardev, protocol, ChardevProtocol, .flags = ROW_ALWAYS));

ROWS_HOOKED(UnixChardev, (.settle = unix_chardev_settle, .check = unix_chardev_check),
     ROW_ENUM("source/@mode",               UnixChardev, mode, ChardevMode, .when = unix_chardev_has_path),
     ROW_STRING("source/@path",             UnixChardev, path),
     ROW_YESNO("source/reconnect/@enabled", UnixChardev, reconnect),
     ROW_OPT_UINT("source/reconnect/@timeout", UnixChardev, reconnect_timeout),
     ROW_IGNORED("source/reconnect/@delay"),
     ROW_LIST("source/seclabel",            UnixChardev, seclabels, SourceSeclabel));

ROWS_HOOKED(ChannelChardev, (.drivers = "qemu"),
     ROW_STRING("source/@channel", ChannelChardev, channel));

ROWS_HOOKED(NmdmChardev, (.drivers = "bhyve"),
     ROW_STRING("source/@master", NmdmChardev, master),
     ROW_STRING("source/@slave",  NmdmChardev, slave));

ROWS_HOOKED(VdagentChardev, (.drivers = "qemu"),
     ROW_YESNO("source/clipboard/@copypaste", VdagentChardev, clipboard, .flags = ROW_WITH),
     ROW_ENUM("source/mouse/@mode",           VdagentChardev, mouse, MouseMode, .flags = ROW_WITH));

static const Rows *const chardev_arms[CHARDEV_MAX_] = {
        [CHARDEV_PTY] = &PtyChardev_rows,      [CHARDEV_DEV] = &PathChardev_rows,
        [CHARDEV_FILE] = &PathChardev_rows,    [CHARDEV_PIPE] = &PathChardev_rows,
        [CHARDEV_UDP] = &UdpChardev_rows,      [CHARDEV_TCP] = &TcpChardev_rows,
        [CHARDEV_UNIX] = &UnixChardev_rows,    [CHARDEV_SPICEPORT] = &ChannelChardev_rows,
        [CHARDEV_NMDM] = &NmdmChardev_rows,    [CHARDEV_QEMU_VDAGENT] = &VdagentChardev_rows,
        [CHARDEV_DBUS] = &ChannelChardev_rows,
};

ROWS(Chardev,
     ROW_ENUM("@type",         Chardev, type, ChardevType),
     ROW_STRING("@tty",        Chardev, tty, .flags = ROW_LIVE),
     ROW_UNION("",             Chardev, pty, type, chardev_arms),
     ROW_STRING("log/@file",   Chardev, log_file),
     ROW_SWITCH("log/@append", Chardev, log_append));

ROWS_HOOKED(Serial, (.settle = serial_settle, .check = serial_check),
     ROW_IN("",                     Serial, source, Chardev),
     ROW_ENUM("target/@type",       Serial, target, SerialTarget, .flags = ROW_ABI),
     ROW_OPT_UINT("target/@port",   Serial, port, .flags = ROW_ABI),
     ROW_ENUM("target/model/@name", Serial, model, SerialModel, .flags = ROW_ABI, .old_names = nameless),
     ROW_IN("",                     Serial, info, DeviceInfo));

ROWS_HOOKED(Parallel, (.settle = parallel_settle, .check = parallel_check),
     ROW_IN("",                   Parallel, source, Chardev),
     ROW_OPT_UINT("target/@port", Parallel, port, .flags = ROW_ABI),
     ROW_IGNORED("target/@type"),
     ROW_IGNORED("target/model/@name"),
     ROW_IN("",                   Parallel, info, DeviceInfo));

ROWS_HOOKED(Console, (.settle = console_settle, .check = console_check),
     ROW_IN("",                   Console, source, Chardev),
     ROW_ENUM("target/@type",     Console, target, ConsoleTarget, .flags = ROW_ABI),
     ROW_OPT_UINT("target/@port", Console, port, .flags = ROW_ABI),
     ROW_IGNORED("target/model/@name"),
     ROW_IN("",                   Console, info, DeviceInfo));

ROWS_HOOKED(Channel, (.check = channel_check),
     ROW_IN("",                    Channel, source, Chardev),
     ROW_ENUM("target/@type",      Channel, target, ChannelTarget, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_STRING("target/@address", Channel, address, .flags = ROW_ABI),
     ROW_STRING("target/@port",    Channel, port, .flags = ROW_ABI),
     ROW_STRING("target/@name",    Channel, name, .flags = ROW_ABI),
     ROW_ENUM("target/@state",     Channel, state, ChannelState, .flags = ROW_LIVE),
     ROW_IN("",                    Channel, info, DeviceInfo));

/* clang-format on */
