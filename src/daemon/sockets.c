#include "sockets.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

#include "activation.h"
#include "restart.h"

enum { SOCKET_DIR_MODE_SYSTEM = 0755, SOCKET_DIR_MODE_SESSION = 0700 };

static GPtrArray *made; /* paths to remove at the end */

/* The group comes before the mode is widened, so that at no time the wrong people may connect. */
static int listen_unix(const Config *config, const char *path, unsigned mode, unsigned backlog, Error *err)
{
        bool regroup = config->group >= 0;
        AUTO_FD int fd = unix_listen(path, regroup ? 0600 : mode, (int)backlog, err);

        if (fd < 0)
                return -1;
        g_ptr_array_add(made, g_strdup(path));
        if (regroup && (chown(path, (uid_t)-1, (gid_t)config->group) < 0 || chmod(path, mode) < 0))
                return error_errno(err, errno, "cannot give the socket '%s' to group '%s'", path,
                                   config->unix_sock_group);
        return fd_steal(&fd);
}

typedef struct UnixSocket {
        const char *name; /* behind the daemon's */
        unsigned mode;
        Server *server;
        bool readonly;
} UnixSocket;

static int add_unix(const Daemon *daemon, const char *folder, const UnixSocket *row, Error *err)
{
        g_autofree char *path = g_strconcat(folder, "/", daemon->program->socket, row->name, NULL);
        int fd = listen_unix(daemon->config, path, row->mode, row->server->limits.max_queued_clients, err);

        if (fd < 0)
                return -1;
        server_listen(row->server, fd, TRANSPORT_UNIX, row->readonly);
        return 0;
}

static int add_unix_sockets(const Daemon *daemon, Error *err)
{
        const Config *config = daemon->config;
        const Paths *paths = daemon->paths;
        const char *folder = config->unix_sock_dir ? config->unix_sock_dir : paths->run;
        const UnixSocket rw = { "-sock", config->rw_mode, daemon->server, false };
        const UnixSocket ro = { "-sock-ro", config->ro_mode, daemon->server, true };
        const UnixSocket adm = { "-admin-sock", config->admin_mode, daemon->admin, false };

        if (dir_make(folder, paths->system ? SOCKET_DIR_MODE_SYSTEM : SOCKET_DIR_MODE_SESSION, err) < 0)
                return -1;
        if (add_unix(daemon, folder, &rw, err) < 0)
                return -1;
        if (daemon->program->hypervisor && paths->system && add_unix(daemon, folder, &ro, err) < 0)
                return -1;
        return add_unix(daemon, folder, &adm, err);
}

static int listen_address(const struct addrinfo *address, unsigned backlog, Error *err)
{
        AUTO_FD int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const int one = 1;

        if (fd < 0)
                return error_errno(err, errno, "cannot make a TCP socket");
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        /* Both families get a socket of their own. */
        if (address->ai_family == AF_INET6)
                setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
        if (bind(fd, address->ai_addr, address->ai_addrlen) < 0)
                return error_errno(err, errno, "Unable to bind to port");
        if (listen(fd, (int)backlog) < 0)
                return error_errno(err, errno, "cannot listen");
        return fd_steal(&fd);
}

static int add_tcp(const Config *config, Server *server, Error *err)
{
        const struct addrinfo hints = { .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM };
        const char *host = config->listen_addr && *config->listen_addr ? config->listen_addr : NULL;
        struct addrinfo *list = NULL;
        int result = getaddrinfo(host, config->tcp_port, &hints, &list);
        unsigned n = 0;

        if (result != 0)
                return error_set(err, VIR_ERR_SYSTEM_ERROR, "cannot listen on '%s' port '%s': %s", host ? host : "*",
                                 config->tcp_port, gai_strerror(result));
        for (const struct addrinfo *a = list; a; a = a->ai_next) {
                ERROR_AUTO Error problem = ERROR_INIT;
                int fd = listen_address(a, server->limits.max_queued_clients, &problem);

                if (fd >= 0) {
                        server_listen(server, fd, TRANSPORT_TCP, false);
                        n++;
                } else if (n == 0 && !a->ai_next) {
                        /* A host without IPv6 is no error as long as one address works. */
                        error_move(err, &problem);
                        error_prefix(err, "port '%s' of '%s'", config->tcp_port, host ? host : "*");
                }
        }
        freeaddrinfo(list);
        return n > 0 ? 0 : -1;
}

static int add_activated(const Daemon *daemon, const ActivatedSocket *sockets, size_t n, Error *err)
{
        const Config *config = daemon->config;

        for (size_t i = 0; i < n; i++) {
                if (sockets[i].role == SOCKET_TCP && g_strcmp0(config->auth_tcp, "none") != 0)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "%s: auth_tcp: a TCP socket was handed over, which needs \"none\" here",
                                         config->path);
                server_listen(sockets[i].role == SOCKET_ADMIN ? daemon->admin : daemon->server, sockets[i].fd,
                              sockets[i].role == SOCKET_TCP ? TRANSPORT_TCP : TRANSPORT_UNIX,
                              sockets[i].role == SOCKET_RO);
        }
        return 0;
}

int sockets_listen(Daemon *daemon, bool tcp, Error *err)
{
        g_autofree ActivatedSocket *activated = NULL;
        size_t n;

        made = g_ptr_array_new_with_free_func(g_free);
        if (daemon->inherited)
                return restart_adopt_listeners(daemon, err);
        if (activation_take(&activated, &n, err) < 0)
                return -1;
        if (n > 0)
                return add_activated(daemon, activated, n, err);
        if (add_unix_sockets(daemon, err) < 0)
                return -1;
        return tcp && daemon->config->listen_tcp ? add_tcp(daemon->config, daemon->server, err) : 0;
}

void sockets_adopt(const char *path)
{
        g_ptr_array_add(made, g_strdup(path));
}

bool sockets_made(const char *path)
{
        return made && g_ptr_array_find_with_equal_func(made, path, g_str_equal, NULL);
}

void sockets_remove(void)
{
        for (guint i = 0; made && i < made->len; i++)
                unlink(g_ptr_array_index(made, i));
        g_clear_pointer(&made, g_ptr_array_unref);
}
