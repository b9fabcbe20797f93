/* A daemon that becomes another version of itself without letting go of anything: what it has open goes through exec()
 * under its numbers, and what it knows through a file of JSON, NAME-restart-exec.json. The layout is that of libvirt's
 * own log and lock daemons, so that one of theirs may become one of ours, and back; "received" and "unsent" of a client
 * are ours, and hold what of its packets was under way. */
#pragma once

#include "daemon.h"

/** restart_take: what was left to us, and to no other process; NULL: nothing. */
Json *restart_take(const DaemonProgram *program, const Paths *paths);

/** restart_adopt_listeners, restart_adopt_clients: out of what was left. */
int restart_adopt_listeners(Daemon *daemon, Error *err);
int restart_adopt_clients(Daemon *daemon, Error *err);

/** restart_possible: whether the configuration can be read that the next program would start with; if not, the log says
 * why. */
bool restart_possible(const Daemon *daemon);
/** restart_now: the daemon was run and said so: become the program at @path. Returns only when that is impossible. */
int restart_now(Daemon *daemon, const char *path, char **argv, Error *err);

/** restart_keep: the number of the descriptor, which goes through exec(), in JSON; and back. -1: none is there. */
Json *restart_keep(int fd);
int restart_kept(const Json *object, const char *key);
