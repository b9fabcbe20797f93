/* Opening connections as a program asks for it; what is behind virConnectOpen() and kin. */
#pragma once

#include "vireo/object.h"

/** connect_open: a connection with one reference. @name NULL or "": the configured default, else probing. */
virConnectPtr connect_open(const char *name, virConnectAuthPtr auth, unsigned flags, Error *err);

/** connect_close_watch: @func is told once when the far end goes away. One at a time: VIR_ERR_OPERATION_INVALID. */
int connect_close_watch(virConnectPtr conn, virConnectCloseFunc func, void *opaque, virFreeCallback free, Error *err);
/** connect_close_unwatch: forget @func; its free function runs. */
int connect_close_unwatch(virConnectPtr conn, virConnectCloseFunc func, Error *err);
