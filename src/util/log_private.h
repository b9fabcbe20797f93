/* The inside of the log that its own files share. */
#pragma once

#include <stddef.h>

#include "util/log.h"

typedef enum { LOG_OUTPUT_STDERR, LOG_OUTPUT_SYSLOG, LOG_OUTPUT_FILE, LOG_OUTPUT_JOURNALD } LogOutputKind;

typedef struct LogOutput {
        LogLevel level; /* the least that it takes */
        LogOutputKind kind;
        char *argument; /* syslog's name, the file's path */
        int fd;         /* file: opened for append; sockets: datagram, unconnected; else -1 */
} LogOutput;

/* One message on its way out; nothing is owned. */
typedef struct LogRecord {
        LogLevel level;
        const char *source, *file, *function, *text;
        int line;
        long thread;
} LogRecord;

/** log_output_open: parse and open one "LEVEL:KIND[:ARGUMENT]". */
LogOutput *log_output_open(const char *text, Error *err);
LogOutput *log_output_free(LogOutput *output); /* returns NULL */
/** log_output_format: as log_output_open() takes it. The caller frees. */
char *log_output_format(const LogOutput *output);
/** log_output_write: hand over one record; a record that cannot be written is lost. */
void log_output_write(const LogOutput *output, const LogRecord *record);

/** log_level_parse: the "LEVEL:" that starts @text; @ret_rest is what follows the colon. */
int log_level_parse(const char *text, LogLevel *ret_level, const char **ret_rest, Error *err);

/** log_set_sockets: where journald and syslog listen, for tests; NULL: the usual place. */
void log_set_sockets(const char *journald, const char *syslog);
