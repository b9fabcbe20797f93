/* The host side of character devices, built once for the command line (-chardev) and the monitor (chardev-add). */
#pragma once

#include "argv/argv.h"

/* What stands in front: some backends must know. */
typedef enum {
        CHARDEV_FOR_ANY,
        CHARDEV_FOR_PARALLEL,
        CHARDEV_FOR_CHANNEL,
        CHARDEV_FOR_SMARTCARD,
        CHARDEV_FOR_REDIRDEV,
} ChardevUse;

/** argv_chardev: the backend of the device @alias; its id is "char@alias". Adds the descriptors, secrets and
 * credentials that it needs first. VIR_ERR_CONFIG_UNSUPPORTED names what QEMU has no backend for. */
int argv_chardev(QemuArgv *argv, const Chardev *source, const char *alias, ChardevUse use, Error *err);

/** argv_chardev_unix: a socket at @path with the id @id, to which QEMU connects. @reconnect: seconds, if set. */
void argv_chardev_unix(QemuArgv *argv, const char *id, const char *path, OptUint reconnect);
/** argv_chardev_server: the same that QEMU makes itself; it waits for the first client. */
void argv_chardev_server(QemuArgv *argv, const char *id, const char *path);
/** argv_chardev_fd: the socket @fd, connected to a helper of ours. */
void argv_chardev_fd(QemuArgv *argv, const char *id, int fd);
