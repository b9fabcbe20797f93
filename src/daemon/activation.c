#include "activation.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "util/auto.h"
#include "util/log.h"
#include "util/text.h"

enum { FIRST_FD = 3, ACTIVATION_MAX = 64 };

/* Suffix of a socket's path or name, longest first. */
static const struct {
        const char *suffix;
        SocketRole role;
} role_rows[] = {
        { "admin-sock", SOCKET_ADMIN }, { "admin.socket", SOCKET_ADMIN }, { "sock-ro", SOCKET_RO },
        { "ro.socket", SOCKET_RO },     { "tcp.socket", SOCKET_TCP },     { "sock", SOCKET_RW },
        { ".socket", SOCKET_RW },
};

static int role_of_name(const char *name, SocketRole *ret_role, Error *err)
{
        for (size_t i = 0; i < ARRAY_SIZE(role_rows); i++) {
                if (g_str_has_suffix(name, role_rows[i].suffix)) {
                        *ret_role = role_rows[i].role;
                        return 0;
                }
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot tell what the handed over socket '%s' is for", name);
}

static int role_of(int fd, const char *name, SocketRole *ret_role, Error *err)
{
        union {
                struct sockaddr any;
                struct sockaddr_un un;
                struct sockaddr_storage room;
        } address = { .any.sa_family = AF_UNSPEC };
        socklen_t length = sizeof(address);

        if (getsockname(fd, &address.any, &length) < 0)
                return error_errno(err, errno, "descriptor %d was handed over and is no socket", fd);
        if (address.any.sa_family == AF_INET || address.any.sa_family == AF_INET6) {
                *ret_role = SOCKET_TCP;
                return 0;
        }
        if (name && strcmp(name, "unknown") != 0 && role_of_name(name, ret_role, NULL) == 0)
                return 0;
        if (length > offsetof(struct sockaddr_un, sun_path) && address.un.sun_path[0] == '/') {
                g_autofree char *path = g_strndup(address.un.sun_path, length - offsetof(struct sockaddr_un, sun_path));

                return role_of_name(path, ret_role, err);
        }
        return role_of_name(name ? name : "", ret_role, err);
}

/* 0 when the variables are absent or mean another process. */
static int count_handed_over(unsigned *ret_n, Error *err)
{
        const char *pid = g_getenv("LISTEN_PID"), *fds = g_getenv("LISTEN_FDS");
        unsigned expected;

        *ret_n = 0;
        if (!pid || !fds || !text_to_uint(pid, 10, &expected) || expected != (unsigned)getpid())
                return 0;
        if (!text_to_uint(fds, 10, ret_n) || *ret_n > ACTIVATION_MAX)
                return error_set(err, VIR_ERR_INVALID_ARG, "LISTEN_FDS is '%s', not a number up to %d", fds,
                                 ACTIVATION_MAX);
        return 0;
}

static int take_one(int fd, const char *name, ActivatedSocket *ret_socket, Error *err)
{
        SocketRole role;

        if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
                return error_errno(err, errno, "descriptor %d was handed over and cannot be used", fd);
        if (role_of(fd, name, &role, err) < 0)
                return -1;
        *ret_socket = (ActivatedSocket){ .fd = fd, .role = role };
        return 0;
}

int activation_take(ActivatedSocket **ret_sockets, size_t *ret_n, Error *err)
{
        g_autofree ActivatedSocket *sockets = NULL;
        g_auto(GStrv) names = g_strsplit(g_getenv("LISTEN_FDNAMES") ? g_getenv("LISTEN_FDNAMES") : "", ":", -1);
        unsigned n, n_names = g_strv_length(names);

        if (count_handed_over(&n, err) < 0)
                return -1;
        g_unsetenv("LISTEN_PID");
        g_unsetenv("LISTEN_FDS");
        g_unsetenv("LISTEN_FDNAMES");
        sockets = g_new0(ActivatedSocket, n + 1);
        for (unsigned i = 0; i < n; i++) {
                if (take_one(FIRST_FD + (int)i, i < n_names && *names[i] ? names[i] : NULL, &sockets[i], err) < 0)
                        return -1;
        }
        *ret_sockets = g_steal_pointer(&sockets);
        *ret_n = n;
        return 0;
}

void activation_notify(const char *text)
{
        const char *path = g_getenv("NOTIFY_SOCKET");
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        socklen_t length;
        AUTO_FD int fd = -1;

        if (!path || (*path != '/' && *path != '@') || strlen(path) >= sizeof(address.sun_path))
                return;
        memcpy(address.sun_path, path, strlen(path));
        length = offsetof(struct sockaddr_un, sun_path) + strlen(path) + (*path == '/');
        if (*path == '@')
                address.sun_path[0] = '\0';
        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, length) < 0)
                log_warn("cannot tell the service manager '%s': %s", text, g_strerror(errno));
}

void activation_notify_reloading(void)
{
        /* The time tells the service manager which of its requests this answers. */
        g_autofree char *text =
                g_strdup_printf("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time());

        activation_notify(text);
}
