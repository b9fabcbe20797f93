/* The agent of one guest: when we are connected to it, and how a call of a client gets at it. */
#pragma once

#include "agent/agent.h"
#include "guest/instance.h"

/** guest_agent_update: be connected if @live says that the agent's end of the channel is open, else not. */
void guest_agent_update(Guest *guest, const Domain *live);
/** guest_agent_end: the run is over. */
void guest_agent_end(Guest *guest);
/** guest_agent_happened: the guest stops, restarts or sleeps, as it may have been asked to. */
void guest_agent_happened(Guest *guest);

/* One call's hold on a guest's agent: `g_auto(AgentTalk) talk = { 0 };`. It takes no turn on the domain's lane. */
typedef struct AgentTalk {
        DomainEntry *entry;
        DomainView *view; /* `live` is there */
        Guest *guest;
        Agent *agent;
        int64_t timeout_ms; /* of answers, as the caller's virDomainAgentSetResponseTimeout() says */
} AgentTalk;

/** agent_talk_begin: VIR_ERR_OPERATION_INVALID: it does not run. VIR_ERR_AGENT_UNRESPONSIVE, VIR_ERR_ARGUMENT_UNSUPPORTED:
 * there is no agent now, or never. */
int agent_talk_begin(virDomainPtr domain, AgentTalk *talk, Error *err);
void agent_talk_end(AgentTalk *talk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AgentTalk, agent_talk_end)

/** agent_ask: agent_call() with the caller's deadline. */
int agent_ask(AgentTalk *talk, const char *command, Json *arguments, Json **ret_reply, Error *err);
/** agent_timeout_ms: what virDomainAgentSetResponseTimeout() takes, in milliseconds. */
int64_t agent_timeout_ms(int seconds);
