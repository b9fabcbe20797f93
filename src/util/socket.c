/* Unix sockets at paths of any length. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "util/auto.h"
#include "util/paths.h"

/* A path that does not fit: its folder is opened, and the kernel walks to it through our own descriptor. */
static int long_address(const char *path, struct sockaddr_un *ret_address, int *ret_fd, Error *err)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        g_autofree char *folder = g_path_get_dirname(path);
        g_autofree char *name = g_path_get_basename(path);
        AUTO_FD int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
        int length;

        if (fd < 0)
                return error_errno(err, errno, "cannot open the folder of socket '%s'", path);
        length = g_snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", fd, name);
        if ((size_t)length >= sizeof(address.sun_path))
                return error_errno(err, ENAMETOOLONG, "no socket can be called '%s'", name);
        *ret_address = address;
        *ret_fd = fd_steal(&fd);
        return 0;
}

int unix_address(const char *path, struct sockaddr_un *ret_address, int *ret_fd, Error *err)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        if (*path == '\0')
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a socket path is empty");
        if (strlen(path) >= sizeof(address.sun_path))
                return long_address(path, ret_address, ret_fd, err);
        memcpy(address.sun_path, path, strlen(path) + 1);
        *ret_address = address;
        *ret_fd = -1;
        return 0;
}

/* A connected stream socket, or -errno. */
static int connect_to(const struct sockaddr_un *address, int flags)
{
        AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

        if (fd < 0)
                return -errno;
        while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
                if (errno != EINTR)
                        return -errno;
        return fd_steal(&fd);
}

static int connect_path(const char *path, int flags, Error *err)
{
        struct sockaddr_un address;
        AUTO_FD int folder = -1;
        int fd;

        if (unix_address(path, &address, &folder, err) < 0)
                return -1;
        fd = connect_to(&address, flags);
        if (fd < 0)
                return error_errno(err, -fd, "Failed to connect socket to '%s'", path);
        return fd;
}

int unix_connect(const char *path, Error *err)
{
        return connect_path(path, 0, err);
}

int unix_connect_now(const char *path, Error *err)
{
        return connect_path(path, SOCK_NONBLOCK, err);
}

/* Removes a socket file that nobody listens on any more; anything else in its place is an error. */
static int remove_stale(const char *path, const struct sockaddr_un *address, Error *err)
{
        struct stat st;
        int fd;

        if (lstat(address->sun_path, &st) < 0)
                return errno == ENOENT ? 0 : error_errno(err, errno, "cannot examine socket '%s'", path);
        if (!S_ISSOCK(st.st_mode))
                return error_errno(err, EEXIST, "cannot listen on '%s', which is not a socket", path);
        fd = connect_to(address, 0);
        if (fd >= 0) {
                close(fd);
                return error_errno(err, EADDRINUSE, "cannot listen on socket '%s', another process does", path);
        }
        if (fd != -ECONNREFUSED && fd != -ENOENT)
                return error_errno(err, -fd, "cannot tell whether socket '%s' is in use", path);
        if (unlink(address->sun_path) < 0 && errno != ENOENT)
                return error_errno(err, errno, "cannot remove the stale socket '%s'", path);
        return 0;
}

int unix_listen(const char *path, mode_t mode, int backlog, Error *err)
{
        struct sockaddr_un address;
        AUTO_FD int folder = -1;
        AUTO_FD int fd = -1;

        if (unix_address(path, &address, &folder, err) < 0 || remove_stale(path, &address, err) < 0)
                return -1;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return error_errno(err, errno, "cannot make a socket for '%s'", path);
        if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
                return error_errno(err, errno, "Failed to bind socket to '%s'", path);
        /* Before listen() nobody can connect, so nobody gets in under the umask's mode. */
        if (chmod(address.sun_path, mode) < 0)
                return error_errno(err, errno, "cannot set the mode of socket '%s'", path);
        if (listen(fd, backlog) < 0)
                return error_errno(err, errno, "cannot listen on socket '%s'", path);
        return fd_steal(&fd);
}
