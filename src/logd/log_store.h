/* The logs that are open: a pipe each, whose other end a guest has, and the file that what comes out of it goes to.
 * Loops watch the pipes, workers carry; nobody's slow disk holds up another's log. */
#pragma once

#include "util/json.h"
#include "util/loop.h"

#include "rolling_file.h"

typedef struct LogStore LogStore;

/* Whose log it is. */
typedef struct LogOwner {
        const char *driver, *domain;
        const unsigned char *uuid;
} LogOwner;

/** log_store_new: @changed is called, in any thread, when there may be none left. @loops stay the caller's. */
LogStore *log_store_new(Loop **loops, size_t n_loops, const RollingLimits *limits, void (*changed)(void *opaque),
                        void *opaque);
/** log_store_freeze: from now on everything stays in the pipes. */
void log_store_freeze(LogStore *store);
/** log_store_free: carries what is in the pipes, and closes them. Returns NULL; accepts NULL. */
LogStore *log_store_free(LogStore *store);

unsigned log_store_count(LogStore *store);
/** log_store_has: whether the log at @path is open. */
bool log_store_has(LogStore *store, const char *path);

/** log_store_open: a new log; returns the end of the pipe to write into, which is the caller's. */
int log_store_open(LogStore *store, const LogOwner *owner, const char *path, bool truncate,
                   RollingPosition *ret_position, Error *err);
/** log_store_position: behind everything that was written into the pipe before; the log has to be open. */
int log_store_position(LogStore *store, const char *path, RollingPosition *ret_position, Error *err);
/** log_store_read: see rolling_file_read(); the log may be closed. */
int log_store_read(LogStore *store, const char *path, const RollingPosition *from, size_t max, char **ret_text,
                   Error *err);
/** log_store_append: behind everything that was written into the pipe before; the log may be closed. */
int log_store_append(LogStore *store, const char *path, const char *text, Error *err);

/** log_store_save, log_store_restore: the logs of a store that is frozen; the descriptors stay open through exec(). */
Json *log_store_save(LogStore *store, Json *(*keep)(int fd));
int log_store_restore(LogStore *store, const Json *logs, int (*kept)(const Json *object, const char *key), Error *err);
