/* Processes beside QEMU that belong to one guest: passt, virtiofsd, swtpm, a D-Bus daemon.
 *
 * Like QEMU they are sessions of their own and survive us: a daemon that comes after us finds them by their pid files,
 * so nothing about them is kept in memory, and stopping works the same for those that libvirt started. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "util/error.h"
#include "util/process.h"

typedef struct Helper {
        const char *program; /* "passt": messages name it, and the process is recognised by it */
        const char *pid_file;
        const char *log; /* its words are appended here; NULL: only what it says while it starts is kept */
} Helper;

/** helper_start: run @process (program and arguments in place) in the background; for helpers that are ready at once
 * because they are given what they need as descriptors. The pid file is ours. */
int helper_start(const Helper *helper, Process *process, Error *err);
/** helper_run: @process goes into the background by itself once it is ready, and writes the pid file. Waits for that, at
 * most 30 s. VIR_ERR_INTERNAL_ERROR with the helper's last words. */
int helper_run(const Helper *helper, Process *process, Error *err);
/** helper_pid: of the running process; 0: it does not run (whoever has its number now is not it). */
pid_t helper_pid(const Helper *helper);
/** helper_stop: SIGTERM, after a grace period SIGKILL; the pid file goes. One that does not run is fine. */
void helper_stop(const Helper *helper);
