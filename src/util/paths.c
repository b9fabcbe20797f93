/* Where everything lives. */
#include "util/paths.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t root_lock = PTHREAD_MUTEX_INITIALIZER; /* protects root */
static char *root;

/* Without trailing slashes and absolute, so that a later chdir() changes nothing. */
static char *normal_root(const char *path)
{
        g_autofree char *absolute = *path ? g_canonicalize_filename(path, NULL) : g_strdup("");
        size_t length = strlen(absolute);

        while (length > 0 && absolute[length - 1] == '/')
                absolute[--length] = '\0';
        return g_steal_pointer(&absolute);
}

const char *paths_root(void)
{
        const char *result;

        pthread_mutex_lock(&root_lock);
        if (!root) {
                const char *environment = g_getenv("VIREO_ROOT");

                root = normal_root(environment ? environment : "");
        }
        result = root;
        pthread_mutex_unlock(&root_lock);
        return result;
}

void paths_set_root(const char *path)
{
        pthread_mutex_lock(&root_lock);
        g_free(root);
        root = normal_root(path);
        pthread_mutex_unlock(&root_lock);
}

static void fill_system(Paths *paths)
{
        paths->config = g_strconcat(paths->root, "/etc/libvirt", NULL);
        paths->run = g_strconcat(paths->root, "/run/libvirt", NULL);
        paths->state = g_strconcat(paths->root, "/var/lib/libvirt", NULL);
        paths->cache = g_strconcat(paths->root, "/var/cache/libvirt", NULL);
        paths->log = g_strconcat(paths->root, "/var/log/libvirt", NULL);
        paths->pid_dir = g_strconcat(paths->root, "/run", NULL);
}

/* The folder of an XDG variable: below our root its last part is fixed, whatever the environment says. */
static char *session_folder(const Paths *paths, const char *name, const char *xdg)
{
        if (*paths->root)
                return g_strconcat(paths->root, "/session/", name, "/libvirt", NULL);
        return g_build_filename(xdg, "libvirt", NULL);
}

static void fill_session(Paths *paths)
{
        paths->config = session_folder(paths, "config", g_get_user_config_dir());
        /* GLib answers the cache folder where there is no XDG_RUNTIME_DIR: as libvirt does. */
        paths->run = session_folder(paths, "run", g_get_user_runtime_dir());
        paths->state = g_strdup(paths->config);
        paths->cache = session_folder(paths, "cache", g_get_user_cache_dir());
        paths->log = g_strdup(paths->cache);
        paths->pid_dir = g_strdup(paths->run);
}

/* Indexed by Paths.system. */
static Paths instances[2];

static void fill_instances(void)
{
        instances[true] = (Paths){ .system = true, .root = g_strdup(paths_root()) };
        fill_system(&instances[true]);
        instances[false] = (Paths){ .system = false, .root = g_strdup(paths_root()) };
        fill_session(&instances[false]);
}

const Paths *paths_get(bool system)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, fill_instances);
        return &instances[system];
}
