/* Character devices: serial, parallel, console, channel, and what carries their bytes. */
#pragma once

#include "conf/address.h"

typedef enum COMPACT {
        CHARDEV_NONE,
        CHARDEV_NULL,
        CHARDEV_VC,
        CHARDEV_PTY,
        CHARDEV_DEV,
        CHARDEV_FILE,
        CHARDEV_PIPE,
        CHARDEV_STDIO,
        CHARDEV_UDP,
        CHARDEV_TCP,
        CHARDEV_UNIX,
        CHARDEV_SPICEVMC,
        CHARDEV_SPICEPORT,
        CHARDEV_NMDM,
        CHARDEV_QEMU_VDAGENT,
        CHARDEV_DBUS,
        CHARDEV_MAX_
} ChardevType;
extern const char *const ChardevType_names[];

typedef enum COMPACT {
        CHARDEV_MODE_NONE,
        CHARDEV_MODE_CONNECT,
        CHARDEV_MODE_BIND,
        CHARDEV_MODE_CLIENT,
        CHARDEV_MODE_SERVER,
        CHARDEV_MODE_MAX_
} ChardevMode;
extern const char *const ChardevMode_names[];

typedef enum COMPACT {
        CHARDEV_PROTOCOL_RAW,
        CHARDEV_PROTOCOL_TELNET,
        CHARDEV_PROTOCOL_TELNETS,
        CHARDEV_PROTOCOL_TLS,
        CHARDEV_PROTOCOL_MAX_
} ChardevProtocol;
extern const char *const ChardevProtocol_names[];

typedef enum COMPACT { MOUSE_MODE_DEFAULT, MOUSE_MODE_SERVER, MOUSE_MODE_CLIENT, MOUSE_MODE_MAX_ } MouseMode;
extern const char *const MouseMode_names[];

typedef enum COMPACT {
        SERIAL_TARGET_NONE,
        SERIAL_TARGET_ISA_SERIAL,
        SERIAL_TARGET_USB_SERIAL,
        SERIAL_TARGET_PCI_SERIAL,
        SERIAL_TARGET_SPAPR_VIO_SERIAL,
        SERIAL_TARGET_SYSTEM_SERIAL,
        SERIAL_TARGET_SCLP_SERIAL,
        SERIAL_TARGET_ISA_DEBUG,
        SERIAL_TARGET_MAX_
} SerialTarget;
extern const char *const SerialTarget_names[];

typedef enum COMPACT {
        SERIAL_MODEL_NONE,
        SERIAL_MODEL_ISA_SERIAL,
        SERIAL_MODEL_USB_SERIAL,
        SERIAL_MODEL_PCI_SERIAL,
        SERIAL_MODEL_SPAPR_VTY,
        SERIAL_MODEL_PL011,
        SERIAL_MODEL_SCLPCONSOLE,
        SERIAL_MODEL_SCLPLMCONSOLE,
        SERIAL_MODEL_16550A,
        SERIAL_MODEL_ISA_DEBUGCON,
        SERIAL_MODEL_MAX_
} SerialModel;
extern const char *const SerialModel_names[];

typedef enum COMPACT {
        CONSOLE_TARGET_NONE,
        CONSOLE_TARGET_SERIAL,
        CONSOLE_TARGET_XEN,
        CONSOLE_TARGET_UML,
        CONSOLE_TARGET_VIRTIO,
        CONSOLE_TARGET_LXC,
        CONSOLE_TARGET_OPENVZ,
        CONSOLE_TARGET_SCLP,
        CONSOLE_TARGET_SCLPLM,
        CONSOLE_TARGET_MAX_
} ConsoleTarget;
extern const char *const ConsoleTarget_names[];

typedef enum COMPACT {
        CHANNEL_TARGET_NONE,
        CHANNEL_TARGET_GUESTFWD,
        CHANNEL_TARGET_VIRTIO,
        CHANNEL_TARGET_XEN,
        CHANNEL_TARGET_MAX_
} ChannelTarget;
extern const char *const ChannelTarget_names[];

typedef enum COMPACT {
        CHANNEL_STATE_UNKNOWN,
        CHANNEL_STATE_CONNECTED,
        CHANNEL_STATE_DISCONNECTED,
        CHANNEL_STATE_MAX_
} ChannelState;
extern const char *const ChannelState_names[];

/* Dev, file, pipe, pty. */
typedef struct PathChardev {
        char *path;
        Switch append;
        SourceSeclabel *seclabels;
        size_t n_seclabels;
} PathChardev;
extern const Rows PathChardev_rows;

typedef struct PtyChardev {
        char *path; /* known while the guest runs */
        SourceSeclabel *seclabels;
        size_t n_seclabels;
} PtyChardev;
extern const Rows PtyChardev_rows;

typedef struct UdpChardev {
        char *bind_host;
        char *bind_service;
        char *connect_host;
        char *connect_service;
} UdpChardev;
extern const Rows UdpChardev_rows;

typedef struct TcpChardev {
        ChardevMode mode;
        char *host;
        char *service;
        YesNo tls;
        OptUint tls_from_config; /* 1: nobody said it but the driver's configuration */
        YesNo reconnect;
        OptUint reconnect_timeout;
        ChardevProtocol protocol;
} TcpChardev;
extern const Rows TcpChardev_rows;

typedef struct UnixChardev {
        ChardevMode mode;
        char *path;
        YesNo reconnect;
        OptUint reconnect_timeout;
        SourceSeclabel *seclabels;
        size_t n_seclabels;
} UnixChardev;
extern const Rows UnixChardev_rows;

/* Spiceport and dbus. */
typedef struct ChannelChardev {
        char *channel;
} ChannelChardev;
extern const Rows ChannelChardev_rows;

typedef struct NmdmChardev {
        char *master;
        char *slave;
} NmdmChardev;
extern const Rows NmdmChardev_rows;

typedef struct VdagentChardev {
        YesNo clipboard;
        MouseMode mouse;
} VdagentChardev;
extern const Rows VdagentChardev_rows;

/* The host side. */
typedef struct Chardev {
        ChardevType type;
        Switch log_append;
        char *tty; /* legacy: path of the pty once more, on the first console */
        union {
                PtyChardev pty;
                PathChardev path; /* dev, file, pipe */
                UdpChardev udp;
                TcpChardev tcp;
                UnixChardev unix_socket;
                ChannelChardev channel; /* spiceport, dbus */
                NmdmChardev nmdm;
                VdagentChardev qemu_vdagent;
        };
        char *log_file;
} Chardev;
extern const Rows Chardev_rows;

typedef struct Serial {
        Chardev source;
        SerialTarget target;
        SerialModel model;
        OptUint port;
        DeviceInfo info;
} Serial;
extern const Rows Serial_rows;

typedef struct Parallel {
        Chardev source;
        OptUint port;
        DeviceInfo info;
} Parallel;
extern const Rows Parallel_rows;

typedef struct Console {
        Chardev source;
        ConsoleTarget target;
        OptUint port;
        DeviceInfo info;
} Console;
extern const Rows Console_rows;

typedef struct Channel {
        Chardev source;
        ChannelTarget target;
        ChannelState state;
        char *address; /* guestfwd */
        char *port;    /* guestfwd */
        char *name;
        DeviceInfo info;
} Channel;
extern const Rows Channel_rows;
