/* The sockets that vireod listens on: made as configured, or handed over by a service manager. */
#pragma once

#include "util/paths.h"

#include "config.h"
#include "server.h"

/** sockets_listen: give both servers their sockets. Nothing is accepted before server_serve(). */
int sockets_listen(const Config *config, const Paths *paths, bool tcp, Server *server, Server *admin, Error *err);

/** sockets_remove: unlink what sockets_listen() made. */
void sockets_remove(void);
