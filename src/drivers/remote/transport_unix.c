/* The way over a local socket. The user's own daemon is started when it does not run. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "rpc/client.h"
#include "target.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/paths.h"
#include "util/process.h"

enum {
        START_TIMEOUT_MS = 30000,
        DAEMON_IDLE_SECONDS = 120, /* a daemon started on demand leaves when nobody used it for so long */
};

/* In a build tree the daemon's folder is a sibling of the drivers' folder. */
static char *build_tree_daemon(void)
{
        static const char here; /* some address in this module */
        g_autofree char *folder = NULL;
        g_autofree char *path = NULL;
        Dl_info info;

        if (dladdr(&here, &info) == 0 || !info.dli_fname)
                return NULL;
        folder = g_path_get_dirname(info.dli_fname);
        path = g_build_filename(folder, "..", "..", "daemon", "vireod", NULL);
        return access(path, X_OK) == 0 ? g_steal_pointer(&path) : NULL;
}

static char *daemon_program(const Target *target)
{
        static const char *const variables[] = { "LIBVIRTD_PATH", "VIRTD_PATH" };
        char *program;

        for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
                const char *value = g_getenv(variables[i]);

                /* Debian's library takes a folder here. */
                if (value && g_file_test(value, G_FILE_TEST_IS_DIR))
                        return g_build_filename(value, "libvirtd", NULL);
                if (value && *value)
                        return g_strdup(value);
        }
        if (strcmp(target->daemon, "vireod") != 0)
                return g_strdup(target->daemon);
        program = build_tree_daemon();
        return program ? program : g_strdup(DAEMON_PATH);
}

static bool may_start(const Target *target)
{
        return target->session && target->daemon && g_strcmp0(g_getenv("LIBVIRT_AUTOSTART"), "0") != 0;
}

/* Nobody listens there: no socket, no folder, or one that was left behind. */
static bool is_absent(const Error *err)
{
        return err->int1 == ENOENT || err->int1 == ECONNREFUSED;
}

/* One starter at a time. The lock belongs to the open file, so threads of one process exclude each other too. */
static int lock_start(const char *socket_path, int *ret_fd, Error *err)
{
        g_autofree char *path = g_strconcat(socket_path, ".lock", NULL);
        g_autofree char *folder = g_path_get_dirname(socket_path);
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        AUTO_FD int fd = -1;

        if (dir_make(folder, 0700, err) < 0)
                return -1;
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
                return error_errno(err, errno, "Unable to create lock '%s'", path);
        while (fcntl(fd, F_OFD_SETLKW, &lock) < 0) {
                if (errno != EINTR)
                        return error_errno(err, errno, "Unable to lock '%s'", path);
        }
        *ret_fd = fd_steal(&fd);
        return 0;
}

/* In the background its first process leaves when the sockets are open, or says why it could not. */
static int start_daemon(const Target *target, Error *err)
{
        g_autofree char *program = daemon_program(target);
        Process *process = process_new(program);
        g_autofree char *output = NULL;
        int status = 0, r;

        process_add_format(process, "--timeout=%d", DAEMON_IDLE_SECONDS);
        process_add(process, "--daemon");
        r = process_run(process, START_TIMEOUT_MS, NULL, &output, &status, err);
        process_free(process);
        if (r < 0)
                return error_prefix(err, "cannot start the daemon '%s'", program);
        if (status != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Failed to start daemon '%s': %s", program,
                                 output ? g_strstrip(output) : "");
        return 0;
}

static int connect_or_start(const Target *target, Error *err)
{
        ERROR_AUTO Error absent = ERROR_INIT;
        AUTO_FD int lock = -1;
        int fd;

        if (lock_start(target->socket_path, &lock, err) < 0)
                return -1;
        /* Whoever had the lock before us may have started it. */
        fd = client_unix(target->socket_path, &absent);
        if (fd >= 0)
                return fd;
        if (!is_absent(&absent))
                return error_move(err, &absent);
        if (start_daemon(target, err) < 0)
                return -1;
        return client_unix(target->socket_path, err);
}

int transport_unix(const Target *target, Error *err)
{
        ERROR_AUTO Error failure = ERROR_INIT;
        int fd = client_unix(target->socket_path, &failure);

        if (fd >= 0)
                return fd;
        if (may_start(target) && is_absent(&failure))
                return connect_or_start(target, err);
        return error_move(err, &failure);
}
