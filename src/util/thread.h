/* Threads as util/ starts them. */
#pragma once

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/** thread_start: a joinable thread with every signal blocked (signals are for the main program), called @name as far
 * as the kernel's 15 letters go. Returns 0 or an errno. */
int thread_start(pthread_t *ret_thread, const char *name, void *(*func)(void *opaque), void *opaque);

/** cond_init: a condition whose deadlines are on the monotonic clock. */
void cond_init(pthread_cond_t *cond);

/** deadline_in: the monotonic time @delay_ms from now. */
struct timespec deadline_in(int64_t delay_ms);
