/* The child's side of starting a program: between clone and exec. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/process.h"

typedef enum {
        CHILD_STEP_STREAMS,
        CHILD_STEP_LIMIT,
        CHILD_STEP_BEFORE,
        CHILD_STEP_MEET,
        CHILD_STEP_JOIN,
        CHILD_STEP_FOLDER,
        CHILD_STEP_PID_FILE,
        CHILD_STEP_CAPABILITIES,
        CHILD_STEP_USER,
        CHILD_STEP_EXEC
} ChildStep;

typedef struct ChildLimit {
        int resource; /* RLIMIT_... */
        uint64_t value;
} ChildLimit;

typedef struct ChildBefore {
        ProcessStep step;
        void *opaque;
        const char *what; /* completes "cannot ..." */
} ChildBefore;

typedef struct ChildPlan {
        const char *program;
        char **argv, **envp;
        const char *folder; /* NULL: stay */
        bool new_session;
        const char *pid_file;           /* NULL: none */
        const char *temporary_pid_file; /* beside it */
        int standard[3];                /* -1: /dev/null */
        const int *passed;              /* ascending, all above 2 */
        size_t n_passed;
        int meeting;       /* a socket: our number goes out, one letter comes in; -1: none */
        const int *joined; /* descriptors of the files of groups */
        size_t n_joined;
        const int *kept; /* all of them, ascending */
        size_t n_kept;
        const ChildLimit *limits;
        size_t n_limits;
        const ChildBefore *before;
        size_t n_before;
        bool no_capabilities;
        bool switch_user;
        uid_t uid;
        gid_t gid;
        const gid_t *groups;
        size_t n_groups;
        pid_t parent; /* set by child_start() */

        ChildStep failed_step; /* written by the child */
        size_t failed_before;  /* which of the steps before */
        int errnum;            /* 0: the program runs */
} ChildPlan;

/**
 * child_start: clone and exec. The child shares our memory and we stand still until it runs the program or failed:
 * nothing is copied, however large we are. Returns its pid or -1 with errno; when @plan->errnum is set, the child has
 * ended and is to be waited for.
 */
pid_t child_start(ChildPlan *plan);

/** child_clone: run @main in a child that shares our memory while we stand still, until it ends or runs a program. No
 * signal handler runs in it. Its pid, or -1 with errno. */
pid_t child_clone(int (*main)(void *opaque), void *opaque);
