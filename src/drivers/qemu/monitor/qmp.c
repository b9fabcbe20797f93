/* See qmp.h. Everything but the reference count and `silent_since` is touched by the loop's thread only: other threads
 * hand their calls over with loop_call(). */
#define LOG_SOURCE "qemu.monitor"
#include "monitor/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "monitor/qmp_message.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/pool.h"

enum {
        READ_SIZE = 64 * 1024,
        OUTSTANDING_MAX = 1000, /* commands without an answer, of one guest */
        GREETING_MS = 30 * 1000,
};

typedef struct Call {
        Qmp *qmp;
        uint64_t id; /* 0 until sent */
        char *command;
        Json *arguments;
        Json *raw;     /* the whole command object instead */
        bool greeting; /* nothing is sent: the greeting is the answer */
        bool has_fd;
        int fd; /* goes with the command, if there is one; ours */
        int64_t deadline_ms;
        int64_t since_us;  /* when it was handed in */
        LoopSource *timer; /* runs out at the deadline */
        QmpReplyFunc func; /* NULL: given up, the late answer is dropped */
        void *opaque;
} Call;

/* A descriptor that goes with the byte at `at` of what is to be sent. */
typedef struct Passed {
        size_t at;
        int fd;
} Passed;

typedef enum {
        STATE_GREETING, /* connected; commands wait in `waiting` */
        STATE_READY,    /* greeted: commands follow qmp_capabilities at once, which QEMU takes first */
        STATE_CLOSED,   /* no descriptor, no sources, no calls */
} State;

struct Qmp {
        atomic_int refs;
        atomic_int_least64_t silent_since_us; /* 0: everything is answered */
        Loop *loop;
        char *name;
        const QmpHooks *hooks;
        void *opaque;
        State state;
        bool patient; /* the greeting may take any time */
        int fd;
        LoopSource *source;
        LoopSource *greeting_timer;
        QmpLines lines;
        GByteArray *out;
        GArray *passed;          /* of Passed, in order */
        GQueue waiting;          /* of Call: until negotiated */
        GHashTable *outstanding; /* id -> Call */
        uint64_t last_id;
};

static void call_free(Call *call)
{
        loop_remove(call->timer);
        if (call->has_fd)
                close(call->fd);
        json_unref(call->arguments);
        json_unref(call->raw);
        g_free(call->command);
        g_free(call);
}

static gboolean id_equal(gconstpointer a, gconstpointer b)
{
        return *(const uint64_t *)a == *(const uint64_t *)b;
}

static guint id_hash(gconstpointer key)
{
        return (guint)(*(const uint64_t *)key * 2654435761u);
}

static void passed_drop(Qmp *qmp)
{
        for (guint i = 0; i < qmp->passed->len; i++)
                close(g_array_index(qmp->passed, Passed, i).fd);
        g_array_set_size(qmp->passed, 0);
}

Qmp *qmp_ref(Qmp *qmp)
{
        atomic_fetch_add(&qmp->refs, 1);
        return qmp;
}

Qmp *qmp_unref(Qmp *qmp)
{
        if (!qmp || atomic_fetch_sub(&qmp->refs, 1) > 1)
                return NULL;
        g_assert(qmp->state == STATE_CLOSED);
        if (qmp->hooks->free)
                qmp->hooks->free(qmp->opaque);
        g_hash_table_unref(qmp->outstanding);
        g_byte_array_unref(qmp->out);
        passed_drop(qmp);
        g_array_unref(qmp->passed);
        qmp_lines_done(&qmp->lines);
        g_free(qmp->name);
        g_free(qmp);
        return NULL;
}

/* How long the oldest command has been waiting, for readers in other threads. */
static void note_silence(Qmp *qmp)
{
        int64_t oldest = 0;
        GHashTableIter iter;
        gpointer value;

        g_hash_table_iter_init(&iter, qmp->outstanding);
        while (g_hash_table_iter_next(&iter, NULL, &value)) {
                const Call *call = value;

                if (oldest == 0 || call->since_us < oldest)
                        oldest = call->since_us;
        }
        atomic_store(&qmp->silent_since_us, oldest);
}

static void call_answer(Call *call, Json *reply, const Error *err)
{
        QmpReplyFunc func = call->func;

        call->func = NULL;
        if (func)
                func(reply, err, call->opaque);
}

static void close_now(Qmp *qmp, const Error *why)
{
        g_autoptr(GList) sent = NULL;
        Call *call;

        if (qmp->state == STATE_CLOSED)
                return;
        qmp->state = STATE_CLOSED;
        loop_remove(qmp->source);
        loop_remove(qmp->greeting_timer);
        close(qmp->fd);
        sent = g_hash_table_get_values(qmp->outstanding);
        g_hash_table_steal_all(qmp->outstanding);
        for (GList *at = sent; at; at = at->next) {
                call_answer(at->data, NULL, why);
                call_free(at->data);
        }
        while ((call = g_queue_pop_head(&qmp->waiting))) {
                call_answer(call, NULL, why);
                call_free(call);
        }
        note_silence(qmp);
        if (qmp->hooks->closed)
                qmp->hooks->closed(qmp, why, qmp->opaque);
        qmp_unref(qmp);
}

static void close_with(Qmp *qmp, int code, const char *words)
{
        ERROR_AUTO Error why = ERROR_INIT;

        error_set(&why, code, "%s", words);
        close_now(qmp, &why);
}

/* As much as goes without a descriptor in the middle: it belongs to the byte that it is sent with. */
static ssize_t send_some(Qmp *qmp)
{
        const Passed *first = qmp->passed->len > 0 ? &g_array_index(qmp->passed, Passed, 0) : NULL;
        const Passed *next = qmp->passed->len > 1 ? &g_array_index(qmp->passed, Passed, 1) : NULL;
        size_t length = first && first->at > 0 ? first->at : first && next ? next->at : qmp->out->len;
        char room[CMSG_SPACE(sizeof(int))] = { 0 };
        struct iovec bytes = { qmp->out->data, length };
        struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };

        if (first && first->at == 0) {
                struct cmsghdr *control;

                message.msg_control = room;
                message.msg_controllen = sizeof(room);
                control = CMSG_FIRSTHDR(&message);
                control->cmsg_level = SOL_SOCKET;
                control->cmsg_type = SCM_RIGHTS;
                control->cmsg_len = CMSG_LEN(sizeof(int));
                memcpy(CMSG_DATA(control), &first->fd, sizeof(int));
        }
        return sendmsg(qmp->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void sent(Qmp *qmp, size_t n)
{
        g_byte_array_remove_range(qmp->out, 0, (guint)n);
        if (qmp->passed->len > 0 && g_array_index(qmp->passed, Passed, 0).at == 0) {
                close(g_array_index(qmp->passed, Passed, 0).fd);
                g_array_remove_index(qmp->passed, 0);
        }
        for (guint i = 0; i < qmp->passed->len; i++)
                g_array_index(qmp->passed, Passed, i).at -= n;
}

static void flush(Qmp *qmp)
{
        while (qmp->out->len > 0) {
                ssize_t n = send_some(qmp);

                if (n < 0 && errno == EINTR)
                        continue;
                /* A broken connection shows when we read: its last words may still be there. */
                if (n < 0 && errno != EAGAIN) {
                        g_byte_array_set_size(qmp->out, 0);
                        passed_drop(qmp);
                }
                if (n < 0)
                        break;
                sent(qmp, (size_t)n);
        }
        loop_set_events(qmp->source, qmp->out->len > 0 ? LOOP_IN | LOOP_OUT : LOOP_IN);
}

static void deadline_passed(LoopSource *source, void *opaque)
{
        Call *call = opaque;
        Qmp *qmp = call->qmp;
        ERROR_AUTO Error why = ERROR_INIT;

        error_set(&why, VIR_ERR_OPERATION_TIMEOUT, "QEMU of domain '%s' did not answer '%s' within %" PRId64 " ms",
                  qmp->name, call->command, call->deadline_ms);
        call_answer(call, NULL, &why);
        if (call->id == 0) {
                g_queue_remove(&qmp->waiting, call);
                call_free(call);
        }
}

static char *raw_text(Call *call)
{
        g_autofree char *mark = g_strdup_printf("vireo-%" PRIu64, call->id);
        g_autofree char *text = NULL;

        json_set(call->raw, "id", json_string(mark));
        text = json_format(call->raw, false);
        return g_strconcat(text, "\r\n", NULL);
}

static void call_send(Call *call)
{
        Qmp *qmp = call->qmp;
        g_autofree char *text = NULL;

        if (call->greeting) {
                call_answer(call, json_object(), NULL);
                call_free(call);
                return;
        }
        call->id = ++qmp->last_id;
        text = call->raw ? raw_text(call) : qmp_format(call->command, call->arguments, call->id);
        log_debug("%s: sending %s", qmp->name, text);
        g_hash_table_insert(qmp->outstanding, &call->id, call);
        if (call->has_fd) {
                Passed passed = { qmp->out->len, call->fd };

                g_array_append_val(qmp->passed, passed);
                call->has_fd = false;
        }
        g_byte_array_append(qmp->out, (const guint8 *)text, (guint)strlen(text));
        if (atomic_load(&qmp->silent_since_us) == 0)
                atomic_store(&qmp->silent_since_us, call->since_us);
}

static void call_refuse(Call *call, int code, const char *words)
{
        ERROR_AUTO Error why = ERROR_INIT;

        error_set(&why, code, words, call->qmp->name);
        call_answer(call, NULL, &why);
        call_free(call);
}

/* A call that was handed in; its reference on the client is the caller's now. */
static void call_enter(Qmp *qmp, Call *call)
{
        guint n = g_hash_table_size(qmp->outstanding) + g_queue_get_length(&qmp->waiting);

        if (qmp->state == STATE_CLOSED) {
                call_refuse(call, VIR_ERR_OPERATION_FAILED, "domain '%s' is not running");
                return;
        }
        if (n >= OUTSTANDING_MAX) {
                call_refuse(call, VIR_ERR_OPERATION_TIMEOUT, "QEMU of domain '%s' answers none of its commands");
                return;
        }
        if (call->deadline_ms >= 0)
                call->timer = loop_add_timer(qmp->loop, call->deadline_ms, 0, deadline_passed, call, NULL);
        if (qmp->state == STATE_GREETING)
                g_queue_push_tail(&qmp->waiting, call);
        else
                call_send(call);
}

/* In the loop's thread: a list of calls, which hold a reference on the client together. */
static void calls_submit(void *opaque)
{
        g_autoptr(GPtrArray) calls = opaque;
        g_autoptr(Qmp) qmp = ((Call *)calls->pdata[0])->qmp;

        for (guint i = 0; i < calls->len; i++)
                call_enter(qmp, calls->pdata[i]);
        if (qmp->state == STATE_READY)
                flush(qmp);
}

static void calls_post(Qmp *qmp, GPtrArray *calls)
{
        qmp_ref(qmp);
        for (guint i = 0; i < calls->len; i++) {
                Call *call = calls->pdata[i];

                call->qmp = qmp;
                call->since_us = g_get_monotonic_time();
        }
        loop_call(qmp->loop, calls_submit, calls);
}

static void call_post(Qmp *qmp, Call *call)
{
        GPtrArray *calls = g_ptr_array_new();

        g_ptr_array_add(calls, call);
        calls_post(qmp, calls);
}

static void negotiated(Json *reply, const Error *err, void *opaque)
{
        Qmp *qmp = opaque;

        if (!reply) {
                close_now(qmp, err);
                return;
        }
        json_unref(reply);
        loop_remove(qmp->greeting_timer);
        qmp->greeting_timer = NULL;
}

static void greeted(Qmp *qmp)
{
        Call *call = g_new0(Call, 1);

        *call = (Call){ .qmp = qmp,
                        .command = g_strdup("qmp_capabilities"),
                        .deadline_ms = -1,
                        .func = negotiated,
                        .opaque = qmp,
                        .since_us = g_get_monotonic_time() };
        qmp->state = STATE_READY;
        do
                call_send(call);
        while ((call = g_queue_pop_head(&qmp->waiting)));
        flush(qmp);
}

/* json-c counts references without locks: what goes to another thread must not be shared with what stays here. */
static Json *take_body(QmpMessage *message, const char *key)
{
        Json *body = json_ref(message->body);

        json_set(message->whole, key, NULL);
        message->body = NULL;
        return body;
}

static void deliver_reply(Qmp *qmp, QmpMessage *message)
{
        Call *call = g_hash_table_lookup(qmp->outstanding, &message->id);
        ERROR_AUTO Error why = ERROR_INIT;

        if (!call)
                return;
        g_hash_table_remove(qmp->outstanding, &message->id);
        note_silence(qmp);
        if (!call->func) {
                log_debug("%s: a late answer to '%s'", qmp->name, call->command);
        } else if (call->raw) {
                call_answer(call, g_steal_pointer(&message->whole), NULL);
        } else if (message->kind == QMP_REPLY) {
                call_answer(call, take_body(message, "return"), NULL);
        } else {
                qmp_failure(message->body, call->command, &why);
                call_answer(call, NULL, &why);
        }
        call_free(call);
}

static int deliver(const char *line, size_t length, void *opaque, Error *err)
{
        Qmp *qmp = opaque;
        QmpMessage message;

        if (qmp->state == STATE_CLOSED)
                return 0;
        if (qmp_message_parse(line, length, &message, err) < 0)
                return -1;
        log_debug("%s: received %.*s", qmp->name, (int)MIN(length, 2000), line);
        if (message.kind == QMP_GREETING && qmp->state == STATE_GREETING && qmp->last_id == 0)
                greeted(qmp);
        else if (message.kind == QMP_EVENT && qmp->hooks->event)
                qmp->hooks->event(qmp, message.event, message.body, message.seconds, message.microseconds, qmp->opaque);
        else if (message.kind == QMP_REPLY || message.kind == QMP_FAILURE)
                deliver_reply(qmp, &message);
        qmp_message_done(&message);
        return 0;
}

static void readable(Qmp *qmp)
{
        g_autofree char *bytes = g_malloc(READ_SIZE);
        ssize_t n = recv(qmp->fd, bytes, READ_SIZE, MSG_DONTWAIT);
        ERROR_AUTO Error why = ERROR_INIT;

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return;
        if (n <= 0) {
                close_with(qmp, VIR_ERR_INTERNAL_ERROR, "End of file from qemu monitor");
                return;
        }
        if (qmp_lines_feed(&qmp->lines, bytes, (size_t)n, deliver, qmp, &why) < 0) {
                log_error("domain '%s': %s", qmp->name, why.message);
                close_now(qmp, &why);
        }
}

static void fd_ready(LoopSource *source, int fd, unsigned events, void *opaque)
{
        g_autoptr(Qmp) qmp = qmp_ref(opaque);

        if (events & (LOOP_IN | LOOP_HANGUP | LOOP_ERROR))
                readable(qmp);
        if (qmp->state != STATE_CLOSED && events & LOOP_OUT)
                flush(qmp);
}

static void no_greeting(LoopSource *source, void *opaque)
{
        g_autoptr(Qmp) qmp = qmp_ref(opaque);

        close_with(qmp, VIR_ERR_OPERATION_TIMEOUT, "QEMU's monitor does not greet");
}

/* In the loop's thread, so that no event comes before `source` is known. */
static void begin(void *opaque)
{
        g_autoptr(Qmp) qmp = opaque;

        if (qmp->state == STATE_CLOSED)
                return;
        if (!qmp->patient)
                qmp->greeting_timer = loop_add_timer(qmp->loop, GREETING_MS, 0, no_greeting, qmp, NULL);
        qmp->source = loop_add_fd(qmp->loop, qmp->fd, LOOP_IN, fd_ready, qmp, NULL);
}

static Qmp *make(Loop *loop, int fd, const char *name, const QmpHooks *hooks, void *opaque, bool patient)
{
        Qmp *qmp = g_new0(Qmp, 1);

        atomic_init(&qmp->refs, 2); /* the caller's, and our own until closed */
        qmp->loop = loop;
        qmp->fd = fd;
        qmp->patient = patient;
        qmp->name = g_strdup(name);
        qmp->hooks = hooks;
        qmp->opaque = opaque;
        qmp->out = g_byte_array_new();
        qmp->passed = g_array_new(FALSE, FALSE, sizeof(Passed));
        g_queue_init(&qmp->waiting);
        qmp->outstanding = g_hash_table_new(id_hash, id_equal);
        loop_call(loop, begin, qmp_ref(qmp));
        return qmp;
}

Qmp *qmp_new(Loop *loop, int fd, const char *name, const QmpHooks *hooks, void *opaque)
{
        return make(loop, fd, name, hooks, opaque, false);
}

Qmp *qmp_new_patient(Loop *loop, int fd, const char *name, const QmpHooks *hooks, void *opaque)
{
        return make(loop, fd, name, hooks, opaque, true);
}

static void close_asked(void *opaque)
{
        g_autoptr(Qmp) qmp = opaque;

        close_with(qmp, VIR_ERR_OPERATION_FAILED, "the monitor was closed");
}

void qmp_close(Qmp *qmp)
{
        loop_call(qmp->loop, close_asked, qmp_ref(qmp));
}

void qmp_call_async(Qmp *qmp, const char *command, Json *arguments, int64_t deadline_ms, QmpReplyFunc func,
                    void *opaque)
{
        Call *call = g_new0(Call, 1);

        *call = (Call){ .command = g_strdup(command),
                        .arguments = arguments,
                        .deadline_ms = deadline_ms,
                        .func = func,
                        .opaque = opaque };
        call_post(qmp, call);
}

/* One thread that waits for answers. */
typedef struct Waiter {
        pthread_mutex_t mutex;
        pthread_cond_t wake;
        size_t left;
} Waiter;

/* One of the answers. */
typedef struct Answer {
        Waiter *waiter;
        Json **reply;
        Error *err; /* may be NULL */
} Answer;

static void waiter_answer(Json *reply, const Error *err, void *opaque)
{
        Answer *answer = opaque;
        Waiter *waiter = answer->waiter;
        LOCKED(&waiter->mutex);

        if (reply)
                *answer->reply = reply;
        else if (answer->err)
                error_copy(answer->err, err);
        if (--waiter->left == 0)
                pthread_cond_signal(&waiter->wake);
}

/* @calls is taken over; what becomes of each is in @answers. */
static void wait_for(Qmp *qmp, GPtrArray *calls, Answer *answers)
{
        Waiter waiter = { .left = calls->len };

        g_assert(!loop_is_current(qmp->loop));
        pthread_mutex_init(&waiter.mutex, NULL);
        pthread_cond_init(&waiter.wake, NULL);
        for (guint i = 0; i < calls->len; i++) {
                Call *call = calls->pdata[i];

                answers[i].waiter = &waiter;
                call->func = waiter_answer;
                call->opaque = &answers[i];
        }
        calls_post(qmp, calls);
        pool_wait_begin();
        pthread_mutex_lock(&waiter.mutex);
        while (waiter.left > 0)
                pthread_cond_wait(&waiter.wake, &waiter.mutex);
        pthread_mutex_unlock(&waiter.mutex);
        pool_wait_end();
        pthread_cond_destroy(&waiter.wake);
        pthread_mutex_destroy(&waiter.mutex);
}

static Json *wait_for_one(Qmp *qmp, Call *call, Error *err)
{
        GPtrArray *calls = g_ptr_array_new();
        Json *reply = NULL;
        Answer answer = { .reply = &reply, .err = err };

        g_ptr_array_add(calls, call);
        wait_for(qmp, calls, &answer);
        return reply;
}

void qmp_ask(Qmp *qmp, QmpQuestion *questions, size_t n, int64_t deadline_ms)
{
        g_autofree Answer *answers = g_new0(Answer, n);
        GPtrArray *calls = g_ptr_array_new();

        for (size_t i = 0; i < n; i++) {
                Call *call = g_new0(Call, 1);

                *call = (Call){ .command = g_strdup(questions[i].command),
                                .arguments = g_steal_pointer(&questions[i].arguments),
                                .deadline_ms = deadline_ms };
                answers[i] = (Answer){ .reply = &questions[i].reply, .err = &questions[i].error };
                g_ptr_array_add(calls, call);
        }
        wait_for(qmp, calls, answers);
}

int qmp_ask_all(Qmp *qmp, QmpQuestion *questions, size_t n, int64_t deadline_ms, Error *err)
{
        qmp_ask(qmp, questions, n, deadline_ms);
        for (size_t i = 0; i < n; i++)
                if (!questions[i].reply)
                        return error_move(err, &questions[i].error);
        return 0;
}

void qmp_questions_clear(QmpQuestion *questions, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                json_unref(questions[i].arguments);
                json_unref(questions[i].reply);
                error_clear(&questions[i].error);
        }
}

int qmp_wait_greeting(Qmp *qmp, int64_t deadline_ms, Error *err)
{
        g_autoptr(Json) reply = NULL;
        Call *call = g_new0(Call, 1);

        *call = (Call){ .command = g_strdup("a connection"), .greeting = true, .deadline_ms = deadline_ms };
        reply = wait_for_one(qmp, call, err);
        return reply ? 0 : -1;
}

int qmp_call(Qmp *qmp, const char *command, Json *arguments, int64_t deadline_ms, Json **ret_reply, Error *err)
{
        return qmp_call_fd(qmp, command, arguments, -1, deadline_ms, ret_reply, err);
}

int qmp_call_fd(Qmp *qmp, const char *command, Json *arguments, int fd, int64_t deadline_ms, Json **ret_reply,
                Error *err)
{
        /* The command may be sent after the caller has given up. */
        int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
        g_autoptr(Json) reply = NULL;
        Call *call;

        if (fd >= 0 && copy < 0) {
                json_unref(arguments);
                return error_errno(err, errno, "cannot copy a descriptor for QEMU");
        }
        call = g_new0(Call, 1);
        *call = (Call){ .command = g_strdup(command),
                        .arguments = arguments,
                        .has_fd = fd >= 0,
                        .fd = copy,
                        .deadline_ms = deadline_ms };
        reply = wait_for_one(qmp, call, err);
        if (!reply)
                return -1;
        if (ret_reply)
                *ret_reply = g_steal_pointer(&reply);
        return 0;
}

int qmp_call_raw(Qmp *qmp, const char *text, int fd, int64_t deadline_ms, char **ret_text, Error *err)
{
        g_autoptr(Json) raw = json_parse(text, strlen(text), err);
        g_autoptr(Json) reply = NULL;
        g_autoptr(Json) id = NULL;
        Call *call;
        int copy;

        if (!raw)
                return -1;
        if (!json_is_object(raw))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a QMP command is a JSON object");
        if (json_get(raw, "id"))
                id = json_ref(json_get(raw, "id"));
        copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (fd >= 0 && copy < 0)
                return error_errno(err, errno, "cannot pass a descriptor to QEMU");
        call = g_new0(Call, 1);
        *call = (Call){ .command = g_strdup("qemu-monitor-command"),
                        .raw = g_steal_pointer(&raw),
                        .has_fd = fd >= 0,
                        .fd = copy,
                        .deadline_ms = deadline_ms };
        reply = wait_for_one(qmp, call, err);
        if (!reply)
                return -1;
        if (id)
                json_set(reply, "id", g_steal_pointer(&id));
        *ret_text = json_format(reply, false);
        return 0;
}

int64_t qmp_silent_ms(const Qmp *qmp)
{
        int64_t since = atomic_load(&qmp->silent_since_us);

        return since == 0 ? 0 : MAX((g_get_monotonic_time() - since) / 1000, 1);
}
