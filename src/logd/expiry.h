/* Logs of guests that are long gone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * logs_expire: remove what lies below @root and is a log (NAME.log, NAME.log.N) that nobody has written to since @before
 * (seconds since 1970), a file and its backups together. @open tells of logs that are in use.
 */
void logs_expire(const char *root, int64_t before, bool (*open)(const char *path, void *opaque), void *opaque);
