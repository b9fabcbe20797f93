/* A log file that stays small: what does not fit any more goes on in a new one, and a number of old ones is kept as
 * PATH.0 (the youngest), PATH.1 ... Others read the files meanwhile; somebody else may truncate them. One thread at a
 * time for each file. */
#pragma once

#include <stdint.h>

#include "util/error.h"

typedef struct RollingLimits {
        uint64_t max_size; /* bytes; 0: never rolled */
        unsigned max_backups;
} RollingLimits;

/* Where something stands in a log: it is found again when its file has another number by then. */
typedef struct RollingPosition {
        uint64_t inode, offset;
} RollingPosition;

typedef struct RollingFile RollingFile;

/** rolling_file_open: for appending, made where there is none; @truncate: what is there, and all backups, goes. */
RollingFile *rolling_file_open(const char *path, bool truncate, const RollingLimits *limits, Error *err);
/** rolling_file_adopt: @fd (taken over) was opened by rolling_file_open() in the process that we were before. */
RollingFile *rolling_file_adopt(const char *path, int fd, const RollingLimits *limits);
RollingFile *rolling_file_free(RollingFile *file); /* returns NULL; accepts NULL */

/** rolling_file_fd: borrowed. */
int rolling_file_fd(const RollingFile *file);

/** rolling_file_write: all of it, in as many files as it takes; a short line is not cut in two. */
int rolling_file_write(RollingFile *file, const char *data, size_t length, Error *err);

/** rolling_file_position: where the next byte goes. */
int rolling_file_position(const RollingFile *file, RollingPosition *ret_position, Error *err);

/**
 * rolling_file_read: at most @max bytes from @from on, through the younger files, NUL-terminated; a NUL within becomes
 * a blank. @backups: so many old files are looked at.
 */
int rolling_file_read(const char *path, unsigned backups, const RollingPosition *from, size_t max, char **ret_text,
                      Error *err);
