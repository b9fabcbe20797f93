/* Where everything lives: libvirt's layout of a system or a session instance, below one root.
 *
 * The root is "" normally; `--root DIR` or VIREO_ROOT put everything below DIR (DIR/etc/libvirt, DIR/run/libvirt,
 * DIR/var/lib/libvirt ...), for a session as well (DIR/session/config, DIR/session/run, DIR/session/cache). */
#pragma once

#include <stdbool.h>

#include "util/error.h"

typedef struct Paths {
        bool system;   /* false: the session of one user */
        char *config;  /* /etc/libvirt                | $XDG_CONFIG_HOME/libvirt */
        char *run;     /* /run/libvirt                | $XDG_RUNTIME_DIR/libvirt */
        char *state;   /* /var/lib/libvirt            | $XDG_CONFIG_HOME/libvirt */
        char *cache;   /* /var/cache/libvirt          | $XDG_CACHE_HOME/libvirt */
        char *log;     /* /var/log/libvirt            | $XDG_CACHE_HOME/libvirt */
        char *pid_dir; /* /run                        | $XDG_RUNTIME_DIR/libvirt */
        char *root;    /* "" or the root without trailing slash */
} Paths;

/** paths_root: the root in force (paths_set_root(), else VIREO_ROOT, else ""); never NULL. */
const char *paths_root(void);

/** paths_set_root: overrides VIREO_ROOT; call before the first paths_get(). */
void paths_set_root(const char *root);

/** paths_get: the folders of the system or the session instance; computed once, never freed. */
const Paths *paths_get(bool system);

/**
 * unix_address: the socket address of @path, also when it is longer than sockaddr_un allows: then the folder is
 * opened and reached through /proc/self/fd; @ret_fd (or -1) must stay open until connect() or bind() returned.
 */
struct sockaddr_un;
int unix_address(const char *path, struct sockaddr_un *ret_address, int *ret_fd, Error *err);

/** unix_connect / unix_listen: a stream socket at @path, any length; close-on-exec. @mode is set before the socket
 * can be connected to; a stale socket file is replaced, a live one is an error that names the path. */
int unix_connect(const char *path, Error *err);
/** unix_connect_now: as unix_connect(), but where so many wait for the listener already that one would have to wait for a
 * place it is an error (EAGAIN). */
int unix_connect_now(const char *path, Error *err);
int unix_listen(const char *path, mode_t mode, int backlog, Error *err);
