/* QMP on the wire: one JSON object per line. Cuts a byte stream into bounded lines and tells what each one is.
 * No descriptors and no threads here: see qmp.h for the client. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/json.h"

enum {
        QMP_LINE_MAX = 16 * 1024 * 1024, /* query-qmp-schema has 0.3 MiB; a guest must not make us hold much more */
};

typedef enum {
        QMP_GREETING, /* { "QMP": { "version": ..., "capabilities": [] } } */
        QMP_REPLY,    /* { "return": ..., "id": ... } */
        QMP_FAILURE,  /* { "error": { "class": ..., "desc": ... }, "id": ... } */
        QMP_EVENT,    /* { "event": ..., "data": ..., "timestamp": ... } */
} QmpKind;

typedef struct QmpMessage {
        QmpKind kind;
        Json *whole;       /* owned; everything below is borrowed from it */
        Json *body;        /* the value of "return", "error", "data" or "QMP"; NULL: an event without data */
        const char *event; /* QMP_EVENT: its name */
        uint64_t id;       /* QMP_REPLY, QMP_FAILURE: which command; 0: none was given */
        int64_t seconds;   /* QMP_EVENT: when */
        int64_t microseconds;
} QmpMessage;

/** qmp_message_parse: one line without its end. VIR_ERR_INTERNAL_ERROR for anything that is not QMP. */
int qmp_message_parse(const char *line, size_t length, QmpMessage *ret_message, Error *err);
void qmp_message_done(QmpMessage *message);

/** qmp_failure: fill @err from the body of a QMP_FAILURE that answers @command; returns -1. */
int qmp_failure(const Json *body, const char *command, Error *err);

/** qmp_format: the line, with its end, that sends @command with @arguments (borrowed, may be NULL). Caller frees. */
char *qmp_format(const char *command, Json *arguments, uint64_t id);

/* The cutter. */
typedef struct QmpLines {
        char *bytes;
        size_t length, room;
        size_t seen; /* bytes that hold no line end */
} QmpLines;

typedef int (*QmpLineFunc)(const char *line, size_t length, void *opaque, Error *err);

void qmp_lines_done(QmpLines *lines);
/** qmp_lines_feed: add @data and hand every finished line to @func; stops at the first that fails, or when one is
 * longer than QMP_LINE_MAX. */
int qmp_lines_feed(QmpLines *lines, const char *data, size_t length, QmpLineFunc func, void *opaque, Error *err);
