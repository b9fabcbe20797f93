/* Child processes. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "util/error.h"

typedef struct Process Process;

/** process_new: to run @program (absolute or found in PATH); arguments are added in order. */
Process *process_new(const char *program);
Process *process_free(Process *process); /* does not touch the running child; returns NULL; accepts NULL */
void process_add(Process *process, const char *argument);
void process_add_format(Process *process, const char *format, ...) G_GNUC_PRINTF(2, 3);
void process_add_pair(Process *process, const char *option, const char *value);
/** process_env: start from an empty environment, set NAME to VALUE; process_env_pass copies ours if set. */
void process_env(Process *process, const char *name, const char *value);
void process_env_pass(Process *process, const char *name);
/** process_pass_fd: @fd is inherited under the same number (the caller still closes its own). */
void process_pass_fd(Process *process, int fd);
/** Standard descriptors; /dev/null where not set. */
void process_stdin(Process *process, int fd);
void process_stdout(Process *process, int fd);
void process_stderr(Process *process, int fd);
void process_chdir(Process *process, const char *folder);
/** process_detach: new session, survives us; its pid is written to @pid_file (may be NULL) before exec. */
void process_detach(Process *process, const char *pid_file);

/* Confinement. All of it happens in the child, in this order, before the program runs. */

/** process_limit: RLIMIT_... @resource, soft and hard; where we may not raise it so far, as far as it goes. */
void process_limit(Process *process, int resource, uint64_t value);

/* Runs in the child, which shares all memory with us and may hold none of our locks: system calls on prepared values
 * and nothing else (no allocation, no wrapper that reaches for other threads). -1 and errno: not started. */
typedef int (*ProcessStep)(void *opaque);
/** process_before: @step before the program, after those added before; @what completes "cannot ..." (a literal). */
void process_before(Process *process, const char *what, ProcessStep step, void *opaque);
/** process_meet: @meeting gets to know @pid, which waits for it after all steps before, and before it joins groups. It
 * runs in a thread of its own, while process_start() stands still. -1: the program is never run, and process_start()
 * fails with its error. */
typedef int (*ProcessMeeting)(pid_t pid, void *opaque, Error *err);
void process_meet(Process *process, ProcessMeeting meeting, void *opaque);
/** process_join: write ourselves into @fd, the file of a group for that (the caller closes it). */
void process_join(Process *process, int fd);
/** process_no_capabilities: none left, and none that root would get by running a program. */
void process_no_capabilities(Process *process);
/** process_user: as @uid and @gid, with these supplementary groups and no others. */
void process_user(Process *process, uid_t uid, gid_t gid, const gid_t *groups, size_t n);

/** process_text: environment, program and arguments, shell quoted, one line. The caller frees. */
char *process_text(const Process *process);
/** process_argv: NULL-terminated, program first; owned by @process. */
const char *const *process_argv(const Process *process);

/** process_start: fork and exec without blocking on the child; an exec failure is reported here, naming the program.
 * A child that is not detached is killed when the calling thread ends. */
int process_start(Process *process, pid_t *ret_pid, Error *err);

/**
 * process_run: start and wait at most @timeout_ms; stdout and stderr up to 1 MiB each when wanted (NULL: dropped).
 * @ret_status as waitpid() gives it; NULL: anything but exit 0 is an error with the last lines of stderr.
 * On timeout the child is killed: VIR_ERR_OPERATION_TIMEOUT.
 */
int process_run(Process *process, int64_t timeout_ms, char **ret_stdout, char **ret_stderr, int *ret_status,
                Error *err);

/** process_kill: SIGKILL for @pid, anybody's child, and its end waited for, at most @deadline_ms. False: it has not ended,
 * or may not be killed. One that is not there has ended. */
bool process_kill(pid_t pid, int deadline_ms);

/** process_start_time: clock ticks after boot when @pid started (field 22 of its stat), to tell it from a later
 * process of the same number; 0: no such process (a zombie counts as none). */
uint64_t process_start_time(pid_t pid);
/** process_parent: 0: @pid is not there, or dead. */
pid_t process_parent(pid_t pid);
