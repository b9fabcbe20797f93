/* The sockets that a daemon listens on: made as configured, or handed over by a service manager. */
#pragma once

#include "daemon.h"

/** sockets_listen: give both servers their sockets. Nothing is accepted before server_serve(). */
int sockets_listen(Daemon *daemon, bool tcp, Error *err);

/** sockets_remove: unlink what sockets_listen() made. */
void sockets_remove(void);

/** sockets_adopt: the process that we were before made the one at @path. sockets_made: whether somebody of us did. */
void sockets_adopt(const char *path);
bool sockets_made(const char *path);
