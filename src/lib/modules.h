/* The drivers' life inside the daemon. */
#pragma once

#include <stdbool.h>

/** modules_running: whether this process is the daemon, that is, driver_modules_start() was called. */
bool modules_running(void);
