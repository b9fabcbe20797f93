/* Commands of the client's own, deadlines, and the end of the guest by its agent. */
#include "calls/agent_calls.h"

#include "guest/guest_agent.h"
#include "calls/target.h"
#include "vireo/object.h"

enum { SHUTDOWN_MS = 60 * 1000 };

char *qemu_domain_agent_command(virDomainPtr domain, const char *cmd, int timeout, unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        char *result = NULL;
        int64_t ms;

        if (check_call_flags(flags, 0, "qemuDomainQemuAgentCommand", err) < 0)
                return NULL;
        if (timeout < VIR_DOMAIN_QEMU_AGENT_COMMAND_MIN)
                return error_null(err, VIR_ERR_INVALID_ARG, "guest agent timeout '%d' is less than the minimum '%d'",
                                  timeout, VIR_DOMAIN_QEMU_AGENT_COMMAND_MIN);
        if (agent_talk_begin(domain, &talk, err) < 0)
                return NULL;
        ms = agent_timeout_ms(timeout);
        return agent_call_raw(talk.agent, cmd, ms, &result, err) < 0 ? NULL : result;
}

/* The deadline stays with the run: it is in the status file. */

typedef struct Timeout {
        Guest *guest;
        int seconds;
} Timeout;

static int job_timeout(void *opaque, Error *err)
{
        const Timeout *timeout = opaque;
        DomainView *view = domain_view_edit(timeout->guest->entry);
        GuestFacts *facts;

        if (!view->live) {
                domain_view_unref(view);
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        }
        facts = guest_facts_copy(view_facts(view));
        facts->status.agent_timeout = timeout->seconds;
        guest_facts_free(view->driver);
        view->driver = facts;
        if (status_save(timeout->guest, view, err) < 0) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(timeout->guest->entry, view);
        return 0;
}

int qemu_domain_agent_set_response_timeout(virDomainPtr domain, int timeout, unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;
        Timeout job = { .seconds = timeout };

        if (check_call_flags(flags, 0, "qemuDomainAgentSetResponseTimeout", err) < 0)
                return -1;
        if (timeout < VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK)
                return error_set(err, VIR_ERR_INVALID_ARG, "guest agent timeout '%d' is less than the minimum '%d'",
                                 timeout, VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK);
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        job.guest = guest_of(entry);
        return domain_job(entry, "agent-timeout", job_timeout, &job, err);
}

int agent_shutdown(virDomainPtr domain, const char *mode, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        Json *arguments;

        if (agent_talk_begin(domain, &talk, err) < 0)
                return -1;
        arguments = json_object();
        json_set(arguments, "mode", json_string(mode));
        return agent_call_last(talk.agent, "guest-shutdown", arguments, SHUTDOWN_MS, err);
}
