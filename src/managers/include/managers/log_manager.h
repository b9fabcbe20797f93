/* Asking the log daemon: virtlogd, ours or libvirt's. Every question has a connection of its own and a deadline: a
 * daemon that hangs costs its caller some seconds and nobody else anything. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

/* Whose log. */
typedef struct LogManager {
        const char *socket;
        const char *driver, *name;
        const unsigned char *uuid;
} LogManager;

/* Where something stands in a log. */
typedef struct LogPosition {
        unsigned long long inode, offset;
} LogPosition;

/**
 * log_manager_start: whoever listens on @socket is there; in a user's session nobody else starts it. @root: below which it
 * keeps all; "": none. It leaves two minutes after the last log was closed.
 */
int log_manager_start(const char *socket, const char *root, Error *err);
/** log_manager_open: what is written into the descriptor goes to the log at @path until all copies are closed. */
int log_manager_open(const LogManager *manager, const char *path, bool truncate, Error *err);
int log_manager_append(const LogManager *manager, const char *path, const char *text, Error *err);
/** log_manager_position: the end of the log at @path, which is open. */
int log_manager_position(const LogManager *manager, const char *path, LogPosition *ret_position, Error *err);
/** log_manager_read: at most @max bytes from there on. */
int log_manager_read(const LogManager *manager, const char *path, const LogPosition *from, size_t max, char **ret_text,
                     Error *err);
