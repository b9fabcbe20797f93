/* A thread that waits for descriptors, timers and child processes and calls back. Callbacks must not block.
 *
 * Any thread may add, change and remove; removal by another thread returns only after a running callback returned,
 * removal from inside a callback takes effect at once. The `free` function runs exactly once per source. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "util/error.h"

typedef struct Loop Loop;
typedef struct LoopSource LoopSource;

enum { LOOP_IN = 1, LOOP_OUT = 2, LOOP_HANGUP = 4, LOOP_ERROR = 8 };

typedef void (*LoopFdFunc)(LoopSource *source, int fd, unsigned events, void *opaque);
typedef void (*LoopTimerFunc)(LoopSource *source, void *opaque);
/* @status as waitpid() gives it for a child of ours; -1 where the process was not our child. */
typedef void (*LoopProcessFunc)(LoopSource *source, pid_t pid, int status, void *opaque);
typedef void (*LoopFreeFunc)(void *opaque);

/** loop_new: a loop with a thread of its own called @name. */
Loop *loop_new(const char *name, Error *err);
/** loop_free: stop the thread, drop all sources; returns NULL; accepts NULL. Not from a callback. */
Loop *loop_free(Loop *loop);

/** loop_add_fd: watch @fd (stays the caller's) for LOOP_IN, LOOP_OUT; hang-up and error are always reported. */
LoopSource *loop_add_fd(Loop *loop, int fd, unsigned events, LoopFdFunc func, void *opaque, LoopFreeFunc free);
void loop_set_events(LoopSource *source, unsigned events);

/** loop_add_timer: call back after @delay_ms (0: as soon as possible), then every @repeat_ms (0: once). */
LoopSource *loop_add_timer(Loop *loop, int64_t delay_ms, int64_t repeat_ms, LoopTimerFunc func, void *opaque,
                           LoopFreeFunc free);
/** loop_set_timer: arm again; @delay_ms -1 disarms. */
void loop_set_timer(LoopSource *source, int64_t delay_ms, int64_t repeat_ms);

/** loop_add_process: call back once when @pid has ended (pidfd; a zombie counts as ended and is reaped if ours). */
LoopSource *loop_add_process(Loop *loop, pid_t pid, LoopProcessFunc func, void *opaque, LoopFreeFunc free, Error *err);

/** loop_remove: forget the source; accepts NULL. */
void loop_remove(LoopSource *source);

/** loop_call: run @func in the loop's thread soon. */
void loop_call(Loop *loop, void (*func)(void *opaque), void *opaque);

/** loop_is_current: whether the caller runs in this loop's thread. */
int loop_is_current(const Loop *loop);
