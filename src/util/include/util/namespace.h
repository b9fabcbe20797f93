/* Doing something in another process' mount namespace. */
#pragma once

#include <sys/types.h>

#include "util/error.h"
#include "util/process.h"

/** namespace_open: a descriptor of the mount namespace of @pid, -1 with VIR_ERR_SYSTEM_ERROR. */
int namespace_open(pid_t pid, Error *err);

/**
 * namespace_call: run @step in the mount namespace @fd; under the rules of a ProcessStep, and with a working folder of
 * its own. Returns 0, or the errno value with which @step (or entering) failed, or -1 and an error when no child could be
 * had. Stands still until it is done.
 */
int namespace_call(int fd, ProcessStep step, void *opaque, Error *err);
