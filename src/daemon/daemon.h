/* The running daemon: two servers, the loops they share, and the life of what is behind them. One per process. What
 * makes it vireod, virtlogd or virtlockd is its DaemonProgram. */
#pragma once

#include "util/json.h"
#include "util/paths.h"

#include "config.h"
#include "server.h"

typedef struct Daemon Daemon;

typedef struct DaemonProgram {
        const char *name;       /* "vireod" */
        const char *stem;       /* of its server, configuration, pid file and log: "libvirtd" */
        const char *socket;     /* of its sockets: "libvirt" */
        const char *summary;    /* for --help */
        const ServerKind *kind; /* of its server; the other one is for administration */
        bool hypervisor;        /* has a read-only socket and TCP, and a host to identify */
        bool survives_exec;     /* SIGUSR1: becomes the program that is installed now, with all it has open */

        /** read_config: Config is the first member of *ret_config, which config_free() frees. */
        int (*read_config)(const char *path, bool required, bool listen, Config **ret_config, Error *err);
        int (*start)(Daemon *daemon, Error *err); /* before anybody is served, in a thread of its own */
        void (*stop)(void);                       /* after the last client */
        int (*autostart)(Error *err);             /* while clients are served; may be NULL */
        int (*reload)(Error *err);                /* SIGHUP; may be NULL */
        unsigned (*busy)(void);                   /* what keeps it from leaving for lack of clients */

        /* For those that survive. */
        void (*freeze)(void);                                          /* change nothing any more */
        void (*save)(Json *state);                                     /* after freeze(); see restart.h */
        int (*restore)(Daemon *daemon, const Json *state, Error *err); /* after start() */
        void (*save_client)(const Client *client, Json *state);        /* may be NULL */
        int (*restore_client)(Client *client, const Json *state, Error *err);
} DaemonProgram;

struct Daemon {
        const DaemonProgram *program;
        const Config *config;
        const Paths *paths;
        const char *default_outputs; /* of the log, when nobody set others */
        Loop *loops[SERVER_LOOPS];
        Server *server, *admin;
        Json *inherited; /* what the program that we were before left; owned; NULL: nothing */
        int wake;        /* eventfd: the supervisor has to look */
        int timeout;     /* atomic: seconds without clients after which to leave; 0 and less: never */
        int started;     /* atomic: 1: it serves, -1: it failed, and this is why: */
        Error problem;
        void (*ready)(void *opaque); /* the daemon answers; called once */
        void *opaque;
};

/** daemon_new: servers and loops; nothing listens yet. Signals that daemon_run() takes have to be blocked. */
Daemon *daemon_new(const DaemonProgram *program, const Config *config, const Paths *paths, int timeout, Error *err);

/* Results of daemon_run(). */
enum { DAEMON_ENDED = 0, DAEMON_RESTART = 1 };

/** daemon_run: start what is behind the servers, serve, until a signal or the timeout ends it. */
int daemon_run(Daemon *daemon, Error *err);

/** daemon_freeze: finish what was begun and begin nothing more; then everything is still open. */
void daemon_freeze(Daemon *daemon);

/** daemon_free: disconnect everybody, stop, free everything; returns NULL. */
Daemon *daemon_free(Daemon *daemon);

/** daemon_block_signals: in the main thread before any other thread is made. */
void daemon_block_signals(const DaemonProgram *program);

/** daemon_get: the one that runs; for the admin program. */
Daemon *daemon_get(void);
void daemon_set_timeout(Daemon *daemon, int seconds);

/** daemon_look: something changed that keeps the daemon from leaving; any thread. */
void daemon_look(Daemon *daemon);
