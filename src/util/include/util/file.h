/* Files: bounded reading, whole-or-nothing replacement, folders. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/error.h"

/** file_read: the whole of @path, at most @max bytes (more is an error), NUL-terminated after @ret_length bytes. */
int file_read(const char *path, size_t max, char **ret_text, size_t *ret_length, Error *err);

/** file_read_fd: as file_read() from the current position of @fd; @name is for messages. */
int file_read_fd(int fd, const char *name, size_t max, char **ret_text, size_t *ret_length, Error *err);

/**
 * file_replace: @path gets @length bytes of @text, whole or not at all: written to a temporary file beside it,
 * fsynced, renamed over, folder fsynced. Concurrent calls for the same folder share one folder fsync.
 * After a return of 0 the content survives a crash of the machine. The temporary file is `.NAME.new`; one that a
 * killed process left is taken over by the next writer of NAME, or removed by dir_sweep().
 */
int file_replace(const char *path, const void *text, size_t length, mode_t mode, Error *err);

/** file_remove: unlink @path and fsync its folder; a file that is not there is success. */
int file_remove(const char *path, Error *err);

/** file_symlink_replace: @path becomes a symbolic link to @target, durable; replaces a link that is there. */
int file_symlink_replace(const char *target, const char *path, Error *err);

/** dir_make: mkdir -p with @mode for what it makes. */
int dir_make(const char *path, mode_t mode, Error *err);

/** dir_list: names in @path that end in @suffix (NULL: all), sorted, without "." and ".."; a missing folder is an
 * empty list. Free with g_strfreev(). */
int dir_list(const char *path, const char *suffix, char ***ret_names, Error *err);

/** dir_sweep: remove the temporary files (`.NAME.new`) in @path that no process is writing any more. */
int dir_sweep(const char *path, Error *err);

/** fd_write_all: all of @length bytes; retries interrupted and short writes. */
int fd_write_all(int fd, const void *data, size_t length, Error *err);

/* Results of lock_file_take(). */
enum { LOCK_FILE_TAKEN, LOCK_FILE_BUSY };

/**
 * lock_file_take: create @path, lock it as libvirt does (fcntl write lock on the whole file) and write our pid into
 * it. @ret_fd holds the lock until closed. LOCK_FILE_BUSY: another process has it; @ret_pid is the pid written there
 * (0: unknown). One that ended just now, and left children that have not come to their program, is waited for.
 */
int lock_file_take(const char *path, int *ret_fd, pid_t *ret_pid, Error *err);
