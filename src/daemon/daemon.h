/* The running daemon: two servers, the loops they share, and the life of the drivers behind them. One per process. */
#pragma once

#include "util/paths.h"

#include "config.h"
#include "server.h"

typedef struct Daemon {
        const Config *config;
        const Paths *paths;
        const char *default_outputs; /* of the log, when nobody set others */
        Loop *loops[SERVER_LOOPS];
        Server *server, *admin;
        int wake;    /* eventfd: the supervisor has to look */
        int timeout; /* atomic: seconds without clients after which to leave; 0 and less: never */
        int started; /* atomic: 1: the drivers are up, -1: they failed, and this is why: */
        Error problem;
        void (*ready)(void *opaque); /* the daemon answers; called once */
        void *opaque;
} Daemon;

/** daemon_new: servers and loops; nothing listens yet. Signals that daemon_run() takes have to be blocked. */
Daemon *daemon_new(const Config *config, const Paths *paths, int timeout, Error *err);

/** daemon_run: start the drivers, serve, until a signal or the timeout ends it. */
int daemon_run(Daemon *daemon, Error *err);

/** daemon_free: disconnect everybody, stop the drivers, free everything; returns NULL. */
Daemon *daemon_free(Daemon *daemon);

/** daemon_block_signals: in the main thread before any other thread is made. */
void daemon_block_signals(void);

/** daemon_get: the one that runs; for the admin program. */
Daemon *daemon_get(void);
void daemon_set_timeout(Daemon *daemon, int seconds);
