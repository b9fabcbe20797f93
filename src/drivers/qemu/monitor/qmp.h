/* An asynchronous QMP client on a loop: greeting, capabilities, commands matched to replies by id, deadlines, events.
 *
 * All of a client's state belongs to the loop's thread. Calls may come from any thread; callbacks come in the loop's
 * thread and must not block. Whatever QEMU sends is bounded and may be garbage: then the client closes and says why. */
#pragma once

#include "util/json.h"
#include "util/loop.h"

typedef struct Qmp Qmp;

typedef struct QmpHooks {
        /* An event. @data may be NULL. */
        void (*event)(Qmp *qmp, const char *name, const Json *data, int64_t seconds, int64_t microseconds,
                      void *opaque);
        /* The end: QEMU closed the monitor, broke the protocol, or qmp_close() was called. Once, after every
         * outstanding command was answered with the same error. */
        void (*closed)(Qmp *qmp, const Error *why, void *opaque);
        void (*free)(void *opaque);
} QmpHooks;

/* The answer to one command, exactly once: @reply (the callee's now) is the value of "return"; NULL when @err says why
 * not. */
typedef void (*QmpReplyFunc)(Json *reply, const Error *err, void *opaque);

/** qmp_new: speak QMP on @fd (a connected socket, taken over). @name is the guest's, for messages. Commands may be
 * sent at once; they wait for the greeting. @hooks must outlive the client; its free(@opaque) runs at the very end. */
Qmp *qmp_new(Loop *loop, int fd, const char *name, const QmpHooks *hooks, void *opaque);
/** qmp_new_patient: the same for a QEMU that may take any time until it greets. */
Qmp *qmp_new_patient(Loop *loop, int fd, const char *name, const QmpHooks *hooks, void *opaque);
Qmp *qmp_ref(Qmp *qmp);
Qmp *qmp_unref(Qmp *qmp); /* returns NULL; accepts NULL. A client lives until it is closed and unreferenced. */
/** qmp_close: end soon; outstanding commands fail. */
void qmp_close(Qmp *qmp);

/** qmp_wait_greeting: until QEMU has greeted, which it does before it has made the machine. Never from the loop's
 * thread. */
int qmp_wait_greeting(Qmp *qmp, int64_t deadline_ms, Error *err);

/** qmp_call_async: send @command with @arguments (taken over, may be NULL). Without an answer after @deadline_ms (-1:
 * no limit) @func gets VIR_ERR_OPERATION_TIMEOUT; the answer is then thrown away when it comes. */
void qmp_call_async(Qmp *qmp, const char *command, Json *arguments, int64_t deadline_ms, QmpReplyFunc func,
                    void *opaque);

/** qmp_call: as qmp_call_async(), waiting for the answer; @ret_reply (may be NULL) is the caller's. Never from the
 * loop's thread. */
int qmp_call(Qmp *qmp, const char *command, Json *arguments, int64_t deadline_ms, Json **ret_reply, Error *err);

/* One of several commands that go together. */
typedef struct QmpQuestion {
        const char *command;
        Json *arguments; /* taken over; may be NULL */
        Json *reply;     /* the value of "return"; NULL: @error says why not */
        Error error;
} QmpQuestion;

/** qmp_ask: send all @n @questions at once and wait once, for all the answers: QEMU takes commands in order. Each has its
 * reply or its error then, which qmp_questions_clear() frees. Never from the loop's thread. */
void qmp_ask(Qmp *qmp, QmpQuestion *questions, size_t n, int64_t deadline_ms);
/** qmp_ask_all: the same where all are needed: -1 with the first error of @questions. */
int qmp_ask_all(Qmp *qmp, QmpQuestion *questions, size_t n, int64_t deadline_ms, Error *err);
void qmp_questions_clear(QmpQuestion *questions, size_t n);

/** qmp_call_fd: the same with the descriptor @fd (stays the caller's; -1: none), which QEMU gets with the command
 * ("getfd", "add-fd"). */
int qmp_call_fd(Qmp *qmp, const char *command, Json *arguments, int fd, int64_t deadline_ms, Json **ret_reply,
                Error *err);

/** qmp_call_raw: send @text, a whole command object in JSON, with the descriptor @fd (as in qmp_call_fd()), and get the
 * whole answer, "return" or "error", as text. VIR_ERR_INTERNAL_ERROR when @text is no JSON object. */
int qmp_call_raw(Qmp *qmp, const char *text, int fd, int64_t deadline_ms, char **ret_text, Error *err);

/** qmp_silent_ms: since when the oldest unanswered command waits; 0: none does. */
int64_t qmp_silent_ms(const Qmp *qmp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Qmp, qmp_unref)
