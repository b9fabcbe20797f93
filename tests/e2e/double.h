/* For the libraries that tests load before libc. First of all includes: glibc has some calls under two names, and which one
 * a program uses depends on how it was built. */
#pragma once

#undef _FILE_OFFSET_BITS
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static inline int raw_open(const char *path, int flags, mode_t mode)
{
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/** DOUBLE_OPEN: open() under both names is @opened(path, flags, mode). */
#define DOUBLE_OPEN(opened)                                                                                            \
        DOUBLE_OPEN_AS(open, opened, 0)                                                                                \
        DOUBLE_OPEN_AS(open64, opened, O_LARGEFILE)

#define DOUBLE_OPEN_AS(name, opened, more_flags)                                                                       \
        EXPORT int name(const char *path, int flags, ...)                                                              \
        {                                                                                                              \
                mode_t mode = 0;                                                                                       \
                va_list more;                                                                                          \
                                                                                                                       \
                va_start(more, flags);                                                                                 \
                if (flags & (O_CREAT | O_TMPFILE))                                                                     \
                        mode = va_arg(more, mode_t);                                                                   \
                va_end(more);                                                                                          \
                return opened(path, flags | (more_flags), mode);                                                       \
        }
