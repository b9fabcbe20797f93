/* Talking to QEMU's monitor for the caller, and small answers about a domain. */
#include <string.h>

#include "guest/instance.h"
#include "guest/label.h"
#include "calls/lifecycle.h"
#include "calls/target.h"

static void add_taint(Guest *guest, const DomainView *view)
{
        GuestFacts *facts;
        DomainView *edited;

        for (guint i = 0; view_facts(view) && i < view_facts(view)->taints->len; i++)
                if (strcmp(g_ptr_array_index(view_facts(view)->taints, i), "custom-monitor") == 0)
                        return;
        edited = domain_view_edit(guest->entry);
        facts = guest_facts_copy(edited->driver);
        g_ptr_array_add(facts->taints, g_strdup("custom-monitor"));
        guest_facts_free(edited->driver);
        edited->driver = facts;
        log_guest_line(guest->instance, domain_entry_name(guest->entry), "Domain id=%d is tainted: custom-monitor",
                       edited->id);
        if (edited->live)
                status_save(guest, edited, NULL);
        domain_publish(guest->entry, edited);
}

typedef struct Command {
        Guest *guest;
        const char *text;
        char **result;
        bool human;
        int fd; /* goes with the command; -1: none */
} Command;

static int human_command(Qmp *qmp, const Command *command, Error *err)
{
        Json *arguments = json_object();
        g_autoptr(Json) reply = NULL;

        json_set(arguments, "command-line", json_string(command->text));
        if (qmp_call(qmp, "human-monitor-command", arguments, MONITOR_MS, &reply, err) < 0)
                return -1;
        *command->result = g_strdup(json_text(reply) ? json_text(reply) : "");
        return 0;
}

static int job_command(void *opaque, Error *err)
{
        Command *command = opaque;
        g_autoptr(DomainView) view = domain_view_get(command->guest->entry);
        g_autoptr(Qmp) qmp = NULL;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        qmp = guest_monitor(command->guest, err);
        if (!qmp)
                return -1;
        add_taint(command->guest, view);
        if (command->human)
                return human_command(qmp, command, err);
        return qmp_call_raw(qmp, command->text, command->fd, MONITOR_MS, command->result, err);
}

static int run_command(virDomainPtr domain, Command *command, unsigned flags, const char *function, Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP, function, err) < 0)
                return -1;
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        command->human = flags & VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP;
        command->guest = guest_of(entry);
        return domain_job(entry, "monitor-command", job_command, command, err);
}

int qemu_domain_monitor_command(virDomainPtr domain, const char *cmd, char **result, unsigned int flags, Error *err)
{
        Command command = { .text = cmd, .result = result, .fd = -1 };

        return run_command(domain, &command, flags, "qemuDomainQemuMonitorCommand", err);
}

/* QEMU takes one descriptor with a command, and gives none back. */
int qemu_domain_monitor_command_with_files(virDomainPtr domain, const char *cmd, unsigned int ninfiles, int *infiles,
                                           unsigned int *noutfiles, int **outfiles, char **result, unsigned int flags,
                                           Error *err)
{
        Command command = { .text = cmd, .result = result, .fd = ninfiles == 1 ? infiles[0] : -1 };

        if (ninfiles > 1)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "at most 1 fd can be passed to qemu along with a command, not %u", ninfiles);
        if (ninfiles == 1 && flags & VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP)
                return error_set(err, VIR_ERR_INVALID_ARG, "a command for people takes no descriptor");
        if (run_command(domain, &command, flags, "qemuDomainQemuMonitorCommandWithFiles", err) < 0)
                return -1;
        if (noutfiles)
                *noutfiles = 0;
        if (outfiles)
                *outfiles = NULL;
        return 0;
}

/* Taints in words */

int qemu_domain_get_messages(virDomainPtr domain, char ***msgs, unsigned int flags, Error *err)
{
        static const char *const words[][2] = {
                { "high-privileges", "running with undesirable elevated privileges" },
                { "custom-argv", "custom configuration parameters specified" },
                { "custom-monitor", "use of custom monitor control commands" },
        };
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const GuestFacts *facts = view_facts(view);
        g_autoptr(GPtrArray) list = g_ptr_array_new();
        bool tainting = flags == 0 || flags & VIR_DOMAIN_MESSAGE_TAINTING;
        int n;

        if (!view)
                return -1;
        for (guint i = 0; tainting && facts && i < facts->taints->len; i++)
                for (size_t j = 0; j < G_N_ELEMENTS(words); j++)
                        if (strcmp(g_ptr_array_index(facts->taints, i), words[j][0]) == 0)
                                g_ptr_array_add(list, g_strdup_printf("tainted: %s", words[j][1]));
        n = (int)list->len;
        g_ptr_array_add(list, NULL);
        *msgs = (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
        return n;
}

int qemu_domain_get_security_label(virDomainPtr domain, virSecurityLabelPtr seclabel, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        if (!view)
                return -1;
        guest_label_read(view, seclabel);
        return 0;
}

int qemu_domain_get_job_info(virDomainPtr dom, virDomainJobInfoPtr info, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(dom, err);

        if (!view)
                return -1;
        *info = (virDomainJobInfo){ .type = VIR_DOMAIN_JOB_NONE };
        return 0;
}

int qemu_domain_get_job_stats(virDomainPtr domain, int *type, virTypedParameterPtr *params, int *nparams,
                              unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(domain, err);

        if (!view)
                return -1;
        *type = VIR_DOMAIN_JOB_NONE;
        *params = NULL;
        *nparams = 0;
        return 0;
}
