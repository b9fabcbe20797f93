/* The calling side of a connection: getting a socket. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "rpc/client.h"
#include "util/auto.h"
#include "util/paths.h"

int client_unix(const char *path, Error *err)
{
        int fd = unix_connect(path, err);

        if (fd < 0 && err)
                err->domain = VIR_FROM_RPC;
        return fd;
}

static int connect_one(const struct addrinfo *address)
{
        AUTO_FD int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
        int one = 1;

        if (fd < 0)
                return -errno;
        while (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
                if (errno != EINTR)
                        return -errno;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        return fd_steal(&fd);
}

int client_tcp(const char *host, int port, Error *err)
{
        struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *found = NULL;
        g_autofree char *service = g_strdup_printf("%d", port);
        int r = getaddrinfo(host, service, &hints, &found), fd = -ECONNREFUSED;

        if (r != 0)
                return error_set(err, VIR_ERR_SYSTEM_ERROR, "Unable to resolve address '%s' service '%s': %s", host,
                                 service, gai_strerror(r));
        for (struct addrinfo *address = found; address && fd < 0; address = address->ai_next)
                fd = connect_one(address);
        freeaddrinfo(found);
        if (fd < 0)
                return error_errno(err, -fd, "unable to connect to server at '%s:%d'", host, port);
        return fd;
}
