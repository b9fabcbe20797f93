/* See guest_agent.h. */
#define LOG_SOURCE "qemu.agent"
#include "guest/guest_agent.h"

#include <string.h>

#include "util/auto.h"
#include "util/log.h"
#include "util/paths.h"

static const char agent_channel[] = "org.qemu.guest_agent.0";

static const Channel *find_channel(const Domain *domain)
{
        for (size_t i = 0; i < domain->n_channels; i++)
                if (domain->channels[i].target == CHANNEL_TARGET_VIRTIO &&
                    g_strcmp0(domain->channels[i].name, agent_channel) == 0)
                        return &domain->channels[i];
        return NULL;
}

/* In the loop's thread. */
static void agent_closed(Agent *agent, void *opaque)
{
        Guest *guest = guest_of(opaque);
        Agent *dropped = NULL;

        pthread_mutex_lock(&guest->mutex);
        if (guest->agent == agent)
                dropped = g_steal_pointer(&guest->agent);
        pthread_mutex_unlock(&guest->mutex);
        agent_unref(dropped);
}

static void drop_entry(void *opaque)
{
        domain_entry_unref(opaque);
}

static const AgentHooks hooks = { .closed = agent_closed, .free = drop_entry };

static Agent *steal_agent(Guest *guest)
{
        LOCKED(&guest->mutex);

        return g_steal_pointer(&guest->agent);
}

void guest_agent_end(Guest *guest)
{
        g_autoptr(Agent) agent = steal_agent(guest);

        if (agent)
                agent_close(agent);
}

static void connect_agent(Guest *guest, const char *path)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int fd = unix_connect_now(path, &err);
        Agent *agent;

        if (fd < 0) {
                log_warn("domain '%s': %s", domain_entry_name(guest->entry), err.message);
                return;
        }
        agent = agent_new(guest->instance->loop, fd, domain_entry_name(guest->entry), &hooks,
                          domain_entry_ref(guest->entry));
        pthread_mutex_lock(&guest->mutex);
        guest->agent = agent;
        pthread_mutex_unlock(&guest->mutex);
}

void guest_agent_update(Guest *guest, const Domain *live)
{
        const Channel *channel = find_channel(live);
        bool open = channel && channel->state == CHANNEL_STATE_CONNECTED && channel->source.type == CHARDEV_UNIX &&
                    channel->source.unix_socket.path;
        bool connected;

        pthread_mutex_lock(&guest->mutex);
        connected = guest->agent;
        pthread_mutex_unlock(&guest->mutex);
        if (open && !connected)
                connect_agent(guest, channel->source.unix_socket.path);
        else if (!open && connected)
                guest_agent_end(guest);
}

static Agent *agent_now(Guest *guest)
{
        LOCKED(&guest->mutex);

        return guest->agent ? agent_ref(guest->agent) : NULL;
}

void guest_agent_happened(Guest *guest)
{
        g_autoptr(Agent) agent = agent_now(guest);

        if (agent)
                agent_happened(agent);
}

/* Calls */

int64_t agent_timeout_ms(int seconds)
{
        if (seconds == VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK)
                return AGENT_FOREVER;
        if (seconds == VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT)
                return AGENT_SYNC_MS;
        return (int64_t)seconds * 1000;
}

static int job_nothing(void *opaque, Error *err)
{
        return 0;
}

/* A daemon that has just come up has the channel of a guest that it has not taken up yet only by what is written of it:
 * the job that takes it up is let by. */
static Agent *agent_soon(const AgentTalk *talk, const Channel *channel)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Agent *agent = agent_now(talk->guest);

        if (agent || channel->state != CHANNEL_STATE_CONNECTED ||
            domain_job(talk->entry, "agent-wait", job_nothing, NULL, &err) < 0)
                return agent;
        return agent_now(talk->guest);
}

int agent_talk_begin(virDomainPtr domain, AgentTalk *talk, Error *err)
{
        const Channel *channel;
        const GuestFacts *facts;

        talk->entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!talk->entry)
                return -1;
        talk->view = domain_view_get(talk->entry);
        if (!talk->view || !talk->view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        channel = find_channel(talk->view->live);
        if (!channel)
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "QEMU guest agent is not configured: the domain has no channel of type 'unix' with "
                                 "the target name '%s'",
                                 agent_channel);
        /* A guest that stands still cannot answer. */
        if (talk->view->state != VIR_DOMAIN_RUNNING)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        talk->guest = guest_of(talk->entry);
        talk->agent = agent_soon(talk, channel);
        if (!talk->agent)
                return error_set(err, VIR_ERR_AGENT_UNRESPONSIVE,
                                 "QEMU guest agent is not connected: no program in the guest has opened the channel");
        facts = view_facts(talk->view);
        talk->timeout_ms =
                agent_timeout_ms(facts ? facts->status.agent_timeout : VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK);
        return 0;
}

void agent_talk_end(AgentTalk *talk)
{
        agent_unref(talk->agent);
        domain_view_unref(talk->view);
        domain_entry_unref(talk->entry);
        *talk = (AgentTalk){ 0 };
}

int agent_ask(AgentTalk *talk, const char *command, Json *arguments, Json **ret_reply, Error *err)
{
        return agent_call(talk->agent, command, arguments, talk->timeout_ms, ret_reply, err);
}
