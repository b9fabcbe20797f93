/* Where a guest's words go: its log of QEMU's output and ours, and files behind its character devices. Either the log
 * daemon writes them (stdio_handler of qemu.conf, and where that is silent when there is a log daemon), or they are
 * files that QEMU writes to itself. */
#pragma once

#include "guest/instance.h"

/** log_sink_is_managed: whether a guest that starts now gets the log daemon's logs. */
bool log_sink_is_managed(const QemuInstance *instance);

/** log_sink_open: a descriptor to write to the log at @path, @managed as above; @truncate: from nothing. */
int log_sink_open(const QemuInstance *instance, const Domain *domain, bool managed, const char *path, bool truncate,
                  Error *err);

/* A place in a guest's own log. */
typedef struct LogPlace {
        bool managed;
        unsigned long long inode, offset;
} LogPlace;

/** log_sink_end: the end of the log at @path now. */
int log_sink_end(const QemuInstance *instance, const Domain *domain, bool managed, const char *path, LogPlace *ret,
                 Error *err);
/** log_sink_read: at most @max bytes from there on; "" if there is nothing to read. */
char *log_sink_read(const QemuInstance *instance, const Domain *domain, const char *path, const LogPlace *from,
                    size_t max);

/** log_sink_append: @text in the log of domain @name. Through the log daemon if it has the logs and answers: what it
 * would roll must not grow past it. */
void log_sink_append(const QemuInstance *instance, const char *name, const char *text);
