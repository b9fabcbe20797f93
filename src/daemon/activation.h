/* What a service manager hands over and wants to hear: LISTEN_FDS, NOTIFY_SOCKET. */
#pragma once

#include "util/error.h"

#include "server.h"

typedef enum { SOCKET_RW, SOCKET_RO, SOCKET_ADMIN, SOCKET_TCP } SocketRole;

typedef struct ActivatedSocket {
        int fd;
        SocketRole role;
} ActivatedSocket;

/**
 * activation_take: the sockets handed over for this process; the variables are removed, so that no child takes them
 * for its own. A socket's role is told by its address, else by its LISTEN_FDNAMES. The caller frees the list.
 */
int activation_take(ActivatedSocket **ret_sockets, size_t *ret_n, Error *err);

/** activation_notify: tell the service manager, if there is one ("READY=1"). */
void activation_notify(const char *text);

/** activation_notify_reloading: what was asked for is being read again, until the next "READY=1". */
void activation_notify_reloading(void);
