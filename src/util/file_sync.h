/* The shared fsync of a folder: many threads that changed one folder wait for one fsync. */
#pragma once

#include "util/error.h"

/**
 * file_sync_folder: the changes that the caller made in the folder open as @fd are on disk after this. Callers that
 * come while an fsync runs share the next one: an fsync serves those only who came before it started. @path is for
 * messages.
 */
int file_sync_folder(int fd, const char *path, Error *err);
