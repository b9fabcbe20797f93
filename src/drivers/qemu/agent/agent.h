/* The QEMU guest agent: a program inside the guest that answers JSON commands over a virtio-serial channel.
 *
 * One command at a time, each behind a synchronisation of its own, so that whatever an earlier command left in the pipe
 * is thrown away. Everything the guest sends is hostile: bounded, and not believed further than its own answer goes. A
 * silent agent costs its callers their deadlines and nobody else anything: commands wait in a queue here, never in a
 * lane of the domain. The protocol is in QEMU's "QEMU Guest Agent Protocol Reference". */
#pragma once

#include "util/json.h"
#include "util/loop.h"

typedef struct Agent Agent;

typedef struct AgentHooks {
        /* The end: the channel closed or agent_close() was called. Once, in the loop's thread. */
        void (*closed)(Agent *agent, void *opaque);
        void (*free)(void *opaque);
} AgentHooks;

enum {
        AGENT_FOREVER = -1,
        AGENT_SYNC_MS = 5 * 1000,  /* to answer a synchronisation, unless the caller gives less */
        AGENT_TURN_MS = 30 * 1000, /* to wait for the end of other callers' commands */
        AGENT_ANSWER_MAX = 10 * 1024 * 1024,
};

/** agent_new: speak on @fd, a connected socket, taken over; @name is the guest's, for messages. @hooks must outlive the
 * client. */
Agent *agent_new(Loop *loop, int fd, const char *name, const AgentHooks *hooks, void *opaque);
Agent *agent_ref(Agent *agent);
Agent *agent_unref(Agent *agent); /* returns NULL; accepts NULL. A client lives until it is closed and unreferenced. */
/** agent_close: end soon; commands that wait fail. */
void agent_close(Agent *agent);

/** agent_call: @command with @arguments (taken over, may be NULL); the value of "return" is the caller's (@ret_reply may
 * be NULL). @timeout_ms: for the answer, AGENT_FOREVER: as long as the channel is open. Not from the loop's thread.
 * VIR_ERR_AGENT_UNRESPONSIVE: no answer in time, or the channel closed. VIR_ERR_INTERNAL_ERROR: the agent refused. */
int agent_call(Agent *agent, const char *command, Json *arguments, int64_t timeout_ms, Json **ret_reply, Error *err);

/** agent_call_last: a command that the guest may not live to answer (shutdown, suspend): agent_happened() is as good as
 * an answer. */
int agent_call_last(Agent *agent, const char *command, Json *arguments, int64_t timeout_ms, Error *err);
/** agent_happened: what agent_call_last() waits for has come about: the guest stops, restarts or sleeps. */
void agent_happened(Agent *agent);

/** agent_call_raw: @text is a whole command object; the answer is the whole answer, "return" or "error". */
int agent_call_raw(Agent *agent, const char *text, int64_t timeout_ms, char **ret_text, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Agent, agent_unref)

/* Parts, for tests. */
