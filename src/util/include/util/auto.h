/* Scope guards that GLib does not have. */
#pragma once

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline void auto_fd_close(int *fd)
{
        if (*fd >= 0)
                close(*fd);
}

static inline void auto_file_close(FILE **file)
{
        if (*file)
                fclose(*file);
}

static inline void auto_dir_close(DIR **dir)
{
        if (*dir)
                closedir(*dir);
}

static inline pthread_mutex_t *auto_mutex_lock(pthread_mutex_t *mutex)
{
        pthread_mutex_lock(mutex);
        return mutex;
}

static inline void auto_mutex_unlock(pthread_mutex_t **mutex)
{
        pthread_mutex_unlock(*mutex);
}

/* A descriptor that is closed at the end of the scope: `AUTO_FD int fd = -1;`; hand it over with fd_steal(). */
#define AUTO_FD   __attribute__((cleanup(auto_fd_close)))
#define AUTO_FILE __attribute__((cleanup(auto_file_close)))
#define AUTO_DIR  __attribute__((cleanup(auto_dir_close)))

/* Holds @mutex until the end of the enclosing scope. Never around a call into another module. */
#define LOCKED_NAME_(line) locked_##line
#define LOCKED_NAME(line)  LOCKED_NAME_(line)
#define LOCKED(mutex)                                                                                                  \
        __attribute__((cleanup(auto_mutex_unlock), unused)) pthread_mutex_t *LOCKED_NAME(__LINE__) =                   \
                auto_mutex_lock(mutex)

static inline int fd_steal(int *fd)
{
        int stolen = *fd;

        *fd = -1;
        return stolen;
}
