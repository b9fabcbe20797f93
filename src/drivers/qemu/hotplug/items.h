/* What QEMU has for one device: the items that the command line would have for it, as commands of a monitor. */
#pragma once

#include "argv/argv.h"
#include "hotplug/devref.h"
#include "monitor/talk.h"

/** items_of: for @device of @live; @host opens what it needs. The caller frees. */
QemuArgv *items_of(const Domain *live, DevRef device, const QemuCaps *caps, QemuHost *host, Error *err);
/** items_of_running: the same for a device that QEMU has: nothing is opened, numbers stand for descriptors and nobody's
 * secrets are in it. Good for names only. */
QemuArgv *items_of_running(const Domain *live, DevRef device, const QemuCaps *caps, QemuHost *host, Error *err);

/** items_send: all of @argv in order; when QEMU refuses one, those before it are taken back. @ret_pty (may be NULL): the
 * terminal that QEMU opened for it, if it did; the caller frees. */
int items_send(const QemuArgv *argv, Talk *talk, char **ret_pty, Error *err);
/** items_take_back: in reverse order all but the devices themselves, which are gone. @path: the file of the host that a
 * descriptor was of, by which an earlier daemon may have named it; may be NULL. What cannot be taken back stays
 * and is logged: the device is gone all the same. */
void items_take_back(const QemuArgv *argv, const char *path, Talk *talk);
/** items_create_image: of an item "blockdev-create": the image is made when it returns. */
int items_create_image(const QemuItem *item, Talk *talk, Error *err);
/** items_device: the id of the device, the last if there are several; NULL: QEMU has none for it. Borrowed. */
const char *items_device(const QemuArgv *argv);
