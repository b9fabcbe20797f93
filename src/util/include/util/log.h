/* Log messages: levels, filters and outputs as libvirt's (docs: log_filters, log_outputs in vireod.conf).
 * Libraries never log an error they return; programs log it once. */
#pragma once

#include <glib.h>

#include "util/error.h"

typedef enum { LOG_DEBUG = 1, LOG_INFO = 2, LOG_WARN = 3, LOG_ERROR = 4 } LogLevel;

/* The name that filters match ("qemu.monitor"): define it before the include where the build's is too coarse. */
#ifndef LOG_SOURCE
#define LOG_SOURCE "vireo"
#endif

#define log_debug(...) log_message(LOG_DEBUG, LOG_SOURCE, __FILE__, __LINE__, __func__, __VA_ARGS__)
#define log_info(...)  log_message(LOG_INFO, LOG_SOURCE, __FILE__, __LINE__, __func__, __VA_ARGS__)
#define log_warn(...)  log_message(LOG_WARN, LOG_SOURCE, __FILE__, __LINE__, __func__, __VA_ARGS__)
#define log_error(...) log_message(LOG_ERROR, LOG_SOURCE, __FILE__, __LINE__, __func__, __VA_ARGS__)

/** log_message: write one line to every output whose filter lets @level of @source pass. Never blocks on a lock
 * held during output; cheap when filtered out. Use the macros. */
void log_message(LogLevel level, const char *source, const char *file, int line, const char *function,
                 const char *format, ...) G_GNUC_PRINTF(6, 7);

/** log_set_filters: "LEVEL:MATCH" separated by blanks; replaces all. Bad text changes nothing. */
int log_set_filters(const char *filters, Error *err);

/** log_set_outputs: "LEVEL:stderr", "LEVEL:syslog:NAME", "LEVEL:file:/ABS/PATH", "LEVEL:journald", blank separated. */
int log_set_outputs(const char *outputs, Error *err);

/** log_set_level: the level where no filter matches (1 to 4). */
int log_set_level(int level, Error *err);

/** log_level_named: the level that LIBVIRT_DEBUG means: 1 to 4, or the beginning of debug, info, warning, error;
 * @otherwise where it means none. */
int log_level_named(const char *text, int otherwise);

/** The current settings in the syntax above; the caller frees. */
char *log_get_filters(void);
char *log_get_outputs(void);
int log_get_level(void);
