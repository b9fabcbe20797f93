/* The message bus of one guest, for its display and whatever else of it speaks D-Bus: a dbus-daemon of its own, where
 * the document names no bus and the two ends do not speak directly (p2p). */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

/** dbus_is_wanted: whether @live is on a bus of ours: its address has been settled by now. */
bool dbus_is_wanted(const QemuHost *host, const Domain *live);
/** dbus_start: 0 too where @live needs none. Ready when it returns. */
int dbus_start(Guest *guest, const QemuHost *host, const Domain *live, Error *err);
/** dbus_files: what it has, where @live needs it: @paths gets them. */
void dbus_files(const QemuHost *host, const Domain *live, GPtrArray *paths);
void dbus_stop(const QemuHost *host, const Domain *live);
