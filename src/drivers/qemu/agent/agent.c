/* See agent.h. Everything but the reference count is touched by the loop's thread only. */
#define LOG_SOURCE "qemu.agent"
#include "agent/agent.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "monitor/qmp_message.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/pool.h"
#include "util/random.h"

enum { READ_SIZE = 64 * 1024, QUEUE_MAX = 100, SENTINEL = 0xFF };

typedef struct Call {
        Agent *agent;
        char *command;
        Json *whole; /* what is sent */
        int64_t timeout_ms;
        bool last; /* its answer may be what happens to the guest */
        bool raw;
        LoopSource *timer;
        /* Who waits. */
        pthread_mutex_t mutex;
        pthread_cond_t wake;
        bool done;
        Json *reply;
        Error *err;
} Call;

typedef enum {
        STATE_IDLE,    /* what comes is thrown away */
        STATE_SYNCING, /* a synchronisation was sent for `current` */
        STATE_WAITING, /* `current` was sent */
        STATE_CLOSED,
} State;

struct Agent {
        atomic_int refs;
        Loop *loop;
        char *name;
        const AgentHooks *hooks;
        void *opaque;
        State state;
        int fd;
        LoopSource *source;
        QmpLines lines;
        bool sentinel; /* seen since the synchronisation was sent */
        int64_t sync_id;
        GByteArray *out;
        Call *current;
        GQueue calls; /* behind it */
};

static void next_call(Agent *agent);

Agent *agent_ref(Agent *agent)
{
        atomic_fetch_add(&agent->refs, 1);
        return agent;
}

Agent *agent_unref(Agent *agent)
{
        if (!agent || atomic_fetch_sub(&agent->refs, 1) > 1)
                return NULL;
        g_assert(agent->state == STATE_CLOSED);
        if (agent->hooks && agent->hooks->free)
                agent->hooks->free(agent->opaque);
        g_byte_array_unref(agent->out);
        qmp_lines_done(&agent->lines);
        g_free(agent->name);
        g_free(agent);
        return NULL;
}

/* Calls: on the stack of those who wait; ours until answered. */

static void answer(Call *call, Json *reply, const Error *why)
{
        loop_remove(call->timer);
        call->timer = NULL;
        pthread_mutex_lock(&call->mutex);
        call->reply = reply;
        if (!reply && call->err)
                error_copy(call->err, why);
        call->done = true;
        pthread_cond_signal(&call->wake);
        pthread_mutex_unlock(&call->mutex);
}

static void answer_current(Agent *agent, Json *reply, const Error *why)
{
        Call *call = agent->current;

        agent->current = NULL;
        agent->state = STATE_IDLE;
        answer(call, reply, why);
        next_call(agent);
}

static void refuse(Agent *agent, Call *call, int code, const char *words)
{
        ERROR_AUTO Error why = ERROR_INIT;

        error_set(&why, code, "%s", words);
        if (call == agent->current) {
                answer_current(agent, NULL, &why);
                return;
        }
        g_queue_remove(&agent->calls, call);
        answer(call, NULL, &why);
}

/* Sending */

static void flush(Agent *agent)
{
        while (agent->out->len > 0) {
                ssize_t n = send(agent->fd, agent->out->data, agent->out->len, MSG_NOSIGNAL | MSG_DONTWAIT);

                if (n < 0 && errno == EINTR)
                        continue;
                /* A broken connection shows when we read. */
                if (n < 0 && errno != EAGAIN)
                        g_byte_array_set_size(agent->out, 0);
                if (n < 0)
                        break;
                g_byte_array_remove_range(agent->out, 0, (guint)n);
        }
        loop_set_events(agent->source, agent->out->len > 0 ? LOOP_IN | LOOP_OUT : LOOP_IN);
}

static void send_json(Agent *agent, const Json *json)
{
        g_autofree char *text = json_format(json, false);

        log_debug("%s: sending %s", agent->name, text);
        g_byte_array_append(agent->out, (const guint8 *)text, (guint)strlen(text));
        g_byte_array_append(agent->out, (const guint8 *)"\n", 1);
        flush(agent);
}

static void send_sync(Agent *agent)
{
        static const guint8 sentinel = SENTINEL;
        g_autoptr(Json) whole = json_object();
        Json *arguments = json_object();

        agent->sync_id = (int64_t)random_bits(31);
        json_set(whole, "execute", json_string("guest-sync-delimited"));
        json_set(arguments, "id", json_int(agent->sync_id));
        json_set(whole, "arguments", arguments);
        /* The rest of a command that was cut off: this byte ends it for the agent's parser. */
        g_byte_array_append(agent->out, &sentinel, 1);
        send_json(agent, whole);
}

static void sync_late(LoopSource *source, void *opaque)
{
        Call *call = opaque;

        refuse(call->agent, call, VIR_ERR_AGENT_UNRESPONSIVE, "Guest agent not available for now");
}

static void answer_late(LoopSource *source, void *opaque)
{
        Call *call = opaque;
        g_autofree char *words =
                g_strdup_printf("'%s' was not answered within %" PRId64 " ms", call->command, call->timeout_ms);

        refuse(call->agent, call, VIR_ERR_AGENT_UNRESPONSIVE, words);
}

static void turn_late(LoopSource *source, void *opaque)
{
        Call *call = opaque;
        const Call *holder = call->agent->current;
        g_autofree char *words = g_strdup_printf("cannot acquire state change lock (held by "
                                                 "the guest agent's command '%s')",
                                                 holder ? holder->command : "none");

        refuse(call->agent, call, VIR_ERR_OPERATION_TIMEOUT, words);
}

static void arm(Call *call, int64_t ms, LoopTimerFunc func)
{
        loop_remove(call->timer);
        call->timer = ms >= 0 ? loop_add_timer(call->agent->loop, ms, 0, func, call, NULL) : NULL;
}

static void next_call(Agent *agent)
{
        Call *call;

        if (agent->state != STATE_IDLE || !(call = g_queue_pop_head(&agent->calls)))
                return;
        agent->current = call;
        agent->state = STATE_SYNCING;
        agent->sentinel = false;
        arm(call, call->timeout_ms >= 0 ? MIN(call->timeout_ms, AGENT_SYNC_MS) : AGENT_SYNC_MS, sync_late);
        send_sync(agent);
}

static void submit(void *opaque)
{
        Call *call = opaque;
        g_autoptr(Agent) agent = call->agent; /* the reference that came with the call */

        if (agent->state == STATE_CLOSED) {
                refuse(agent, call, VIR_ERR_AGENT_UNRESPONSIVE, "QEMU guest agent is not connected");
                return;
        }
        if (g_queue_get_length(&agent->calls) >= QUEUE_MAX) {
                refuse(agent, call, VIR_ERR_OPERATION_TIMEOUT, "too many commands wait for the guest agent");
                return;
        }
        g_queue_push_tail(&agent->calls, call);
        arm(call, AGENT_TURN_MS, turn_late);
        next_call(agent);
}

/* Receiving */

static void on_sync(Agent *agent, const Json *message)
{
        int64_t id = 0;

        if (!json_get_int(message, "return", &id) || id != agent->sync_id)
                return;
        agent->state = STATE_WAITING;
        arm(agent->current, agent->current->timeout_ms, answer_late);
        send_json(agent, agent->current->whole);
}

/* Fill @err from the value of "error" that answers @command; returns -1. */
static int agent_failure(const Json *error, const char *command, Error *err)
{
        const char *class = json_get_string(error, "class");
        const char *words = json_get_string(error, "desc");
        g_autofree char *shown = g_utf8_make_valid(words ? words : "unknown error", -1);

        if (g_strcmp0(class, "CommandNotFound") == 0 || g_strcmp0(class, "CommandDisabled") == 0)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "unable to execute QEMU agent command '%s': %s",
                                 command, shown);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unable to execute QEMU agent command '%s': %s", command, shown);
}

/* What goes to another thread is not shared with what stays here: json-c counts references without locks. */
static Json *take_member(Json *message, const char *key)
{
        Json *value = json_ref(json_get(message, key));

        json_set(message, key, NULL);
        return value;
}

static void on_answer(Agent *agent, Json *given)
{
        g_autoptr(Json) message = given;
        ERROR_AUTO Error why = ERROR_INIT;

        if (!json_has(message, "return") && !json_get(message, "error"))
                return;
        if (agent->current->raw) {
                answer_current(agent, g_steal_pointer(&message), NULL);
        } else if (json_get(message, "error")) {
                agent_failure(json_get(message, "error"), agent->current->command, &why);
                answer_current(agent, NULL, &why);
        } else {
                Json *value = take_member(message, "return");

                answer_current(agent, value ? value : json_object(), NULL);
        }
}

static int on_line(const char *line, size_t length, void *opaque, Error *err)
{
        Agent *agent = opaque;
        g_autoptr(Json) message = NULL;

        if (!agent->current || !agent->sentinel)
                return 0;
        message = json_parse(line, length, err);
        if (!message || !json_is_object(message))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the guest agent of domain '%s' sent what is not JSON",
                                 agent->name);
        log_debug("%s: received %.*s", agent->name, (int)MIN(length, 2000), line);
        if (agent->state == STATE_SYNCING)
                on_sync(agent, message);
        else
                on_answer(agent, g_steal_pointer(&message));
        return 0;
}

/* An agent that talks nonsense loses the command, not the connection: the next one synchronises again. */
static void on_bytes(Agent *agent, const char *bytes, size_t length)
{
        const char *mark = memrchr(bytes, SENTINEL, length);
        ERROR_AUTO Error why = ERROR_INIT;

        if (mark) {
                qmp_lines_done(&agent->lines);
                length -= (size_t)(mark + 1 - bytes);
                bytes = mark + 1;
                agent->sentinel = true;
        }
        if (!agent->current || !agent->sentinel)
                return;
        if (qmp_lines_feed(&agent->lines, bytes, length, on_line, agent, &why) < 0) {
                if (agent->current)
                        answer_current(agent, NULL, &why);
        } else if (agent->lines.length > AGENT_ANSWER_MAX && agent->current) {
                refuse(agent, agent->current, VIR_ERR_INTERNAL_ERROR, "Guest agent returned more data than is allowed");
        }
        /* What stands behind an answer is nobody's. */
        if (!agent->current || !agent->sentinel)
                qmp_lines_done(&agent->lines);
}

static void close_now(Agent *agent)
{
        if (agent->state == STATE_CLOSED)
                return;
        agent->state = STATE_CLOSED;
        loop_remove(agent->source);
        close(agent->fd);
        if (agent->current)
                g_queue_push_head(&agent->calls, agent->current);
        agent->current = NULL;
        while (!g_queue_is_empty(&agent->calls)) {
                Call *call = g_queue_peek_head(&agent->calls);

                /* It ended before it could say so. */
                if (call->last) {
                        g_queue_pop_head(&agent->calls);
                        answer(call, json_object(), NULL);
                } else {
                        refuse(agent, call, VIR_ERR_AGENT_UNRESPONSIVE,
                               "Guest agent disappeared while executing command");
                }
        }
        if (agent->hooks && agent->hooks->closed)
                agent->hooks->closed(agent, agent->opaque);
        agent_unref(agent);
}

static void readable(Agent *agent)
{
        g_autofree char *bytes = g_malloc(READ_SIZE);
        ssize_t n = recv(agent->fd, bytes, READ_SIZE, MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return;
        if (n <= 0)
                close_now(agent);
        else
                on_bytes(agent, bytes, (size_t)n);
}

static void fd_ready(LoopSource *source, int fd, unsigned events, void *opaque)
{
        g_autoptr(Agent) agent = agent_ref(opaque);

        if (events & (LOOP_IN | LOOP_HANGUP | LOOP_ERROR))
                readable(agent);
        if (agent->state != STATE_CLOSED && events & LOOP_OUT)
                flush(agent);
}

/* In the loop's thread, so that nothing comes before `source` is known. */
static void begin(void *opaque)
{
        g_autoptr(Agent) agent = opaque;

        if (agent->state != STATE_CLOSED)
                agent->source = loop_add_fd(agent->loop, agent->fd, LOOP_IN, fd_ready, agent, NULL);
}

Agent *agent_new(Loop *loop, int fd, const char *name, const AgentHooks *hooks, void *opaque)
{
        Agent *agent = g_new0(Agent, 1);

        atomic_init(&agent->refs, 2); /* the caller's, and our own until closed */
        agent->loop = loop;
        agent->fd = fd;
        agent->name = g_strdup(name);
        agent->hooks = hooks;
        agent->opaque = opaque;
        agent->out = g_byte_array_new();
        g_queue_init(&agent->calls);
        loop_call(loop, begin, agent_ref(agent));
        return agent;
}

static void close_asked(void *opaque)
{
        g_autoptr(Agent) agent = opaque;

        close_now(agent);
}

void agent_close(Agent *agent)
{
        loop_call(agent->loop, close_asked, agent_ref(agent));
}

static void happened(void *opaque)
{
        g_autoptr(Agent) agent = opaque;

        if (agent->current && agent->current->last)
                answer_current(agent, json_object(), NULL);
}

void agent_happened(Agent *agent)
{
        loop_call(agent->loop, happened, agent_ref(agent));
}

/* Waiting */

static Json *run(Agent *agent, Call *call, Error *err)
{
        g_assert(!loop_is_current(agent->loop));
        call->agent = agent_ref(agent);
        call->err = err;
        pthread_mutex_init(&call->mutex, NULL);
        pthread_cond_init(&call->wake, NULL);
        loop_call(agent->loop, submit, call);
        pool_wait_begin();
        pthread_mutex_lock(&call->mutex);
        while (!call->done)
                pthread_cond_wait(&call->wake, &call->mutex);
        pthread_mutex_unlock(&call->mutex);
        pool_wait_end();
        pthread_cond_destroy(&call->wake);
        pthread_mutex_destroy(&call->mutex);
        json_unref(call->whole);
        g_free(call->command);
        return call->reply;
}

static Json *command_object(const char *command, Json *arguments)
{
        Json *whole = json_object();

        json_set(whole, "execute", json_string(command));
        if (arguments)
                json_set(whole, "arguments", arguments);
        return whole;
}

int agent_call(Agent *agent, const char *command, Json *arguments, int64_t timeout_ms, Json **ret_reply, Error *err)
{
        Call call = { .command = g_strdup(command),
                      .whole = command_object(command, arguments),
                      .timeout_ms = timeout_ms };
        g_autoptr(Json) reply = run(agent, &call, err);

        if (!reply)
                return -1;
        if (ret_reply)
                *ret_reply = g_steal_pointer(&reply);
        return 0;
}

int agent_call_last(Agent *agent, const char *command, Json *arguments, int64_t timeout_ms, Error *err)
{
        Call call = { .command = g_strdup(command),
                      .whole = command_object(command, arguments),
                      .timeout_ms = timeout_ms,
                      .last = true };
        g_autoptr(Json) reply = run(agent, &call, err);

        return reply ? 0 : -1;
}

int agent_call_raw(Agent *agent, const char *text, int64_t timeout_ms, char **ret_text, Error *err)
{
        Call call = { .timeout_ms = timeout_ms, .raw = true };
        g_autoptr(Json) reply = NULL;

        call.whole = json_parse(text, strlen(text), err);
        if (!call.whole)
                return -1;
        if (!json_is_object(call.whole)) {
                json_unref(call.whole);
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a command of the guest agent is a JSON object");
        }
        call.command = g_strdup(json_get_string(call.whole, "execute") ? json_get_string(call.whole, "execute") : "");
        reply = run(agent, &call, err);
        if (!reply)
                return -1;
        *ret_text = json_format(reply, false);
        return 0;
}
