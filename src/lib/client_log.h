/* What a program's user may ask the library to log, by the environment. */
#pragma once

/** client_log_set_up: reads LIBVIRT_DEBUG, LIBVIRT_LOG_FILTERS and LIBVIRT_LOG_OUTPUTS, once. Not for the daemon, which
 * has a configuration, nor for programs with privileges that their user lacks. */
void client_log_set_up(void);
