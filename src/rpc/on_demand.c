/* See on_demand.h. */
#include "rpc/on_demand.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "rpc/client.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/process.h"

enum {
        START_TIMEOUT_MS = 30000,
        DAEMON_IDLE_SECONDS = 120, /* a daemon started on demand leaves when nobody used it for so long */
};

char *daemon_program_near(const void *address, const char *relative, const char *installed)
{
        g_autofree char *folder = NULL;
        g_autofree char *path = NULL;
        Dl_info info;

        if (dladdr(address, &info) == 0 || !info.dli_fname)
                return g_strdup(installed);
        folder = g_path_get_dirname(info.dli_fname);
        path = g_build_filename(folder, relative, NULL);
        return access(path, X_OK) == 0 ? g_steal_pointer(&path) : g_strdup(installed);
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
static int start_daemon(const char *program, const char *const *options, Error *err)
{
        Process *process = process_new(program);
        g_autofree char *output = NULL;
        int status = 0, r;

        process_add_format(process, "--timeout=%d", DAEMON_IDLE_SECONDS);
        process_add(process, "--daemon");
        for (; options && *options; options++)
                process_add(process, *options);
        r = process_run(process, START_TIMEOUT_MS, NULL, &output, &status, err);
        process_free(process);
        if (r < 0)
                return error_prefix(err, "cannot start the daemon '%s'", program);
        if (status != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Failed to start daemon '%s': %s", program,
                                 output ? g_strstrip(output) : "");
        return 0;
}

static int start_and_connect(const char *path, const char *program, const char *const *options, Error *err)
{
        ERROR_AUTO Error absent = ERROR_INIT;
        AUTO_FD int lock = -1;
        int fd;

        if (lock_start(path, &lock, err) < 0)
                return -1;
        /* Whoever had the lock before us may have started it. */
        fd = client_unix(path, &absent);
        if (fd >= 0)
                return fd;
        if (!is_absent(&absent))
                return error_move(err, &absent);
        if (start_daemon(program, options, err) < 0)
                return -1;
        return client_unix(path, err);
}

int client_unix_or_start(const char *path, const char *program, const char *const *options, Error *err)
{
        ERROR_AUTO Error failure = ERROR_INIT;
        int fd = client_unix(path, &failure);

        if (fd >= 0)
                return fd;
        if (!is_absent(&failure))
                return error_move(err, &failure);
        return start_and_connect(path, program, options, err);
}
