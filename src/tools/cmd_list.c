/* list: which guests there are. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

static int compare_domains(const void *a, const void *b)
{
        virDomainPtr one = *(virDomainPtr *)a;
        virDomainPtr other = *(virDomainPtr *)b;
        unsigned id = virDomainGetID(one);
        unsigned other_id = virDomainGetID(other);

        /* Running guests by number (an inactive one's is the greatest there is), the others by name. */
        if (id != other_id)
                return id < other_id ? -1 : 1;
        return id == (unsigned)-1 ? g_ascii_strcasecmp(virDomainGetName(one), virDomainGetName(other)) : 0;
}

DomainList *domain_list_get(Shell *shell, unsigned flags)
{
        DomainList *list = g_new0(DomainList, 1);

        list->n = virConnectListAllDomains(connection_of(shell), &list->domains, flags);
        if (list->n < 0) {
                list->n = 0;
                return domain_list_free(list);
        }
        if (list->n > 0)
                qsort(list->domains, (size_t)list->n, sizeof(list->domains[0]), compare_domains);
        return list;
}

DomainList *domain_list_free(DomainList *list)
{
        if (!list)
                return NULL;
        for (int i = 0; i < list->n; i++)
                virDomainFree(list->domains[i]);
        free(list->domains);
        g_free(list);
        return NULL;
}

static const FlagRow filters[] = {
        { "persistent", VIR_CONNECT_LIST_DOMAINS_PERSISTENT },
        { "transient", VIR_CONNECT_LIST_DOMAINS_TRANSIENT },
        { "with-managed-save", VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE },
        { "without-managed-save", VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE },
        { "autostart", VIR_CONNECT_LIST_DOMAINS_AUTOSTART },
        { "no-autostart", VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART },
        { "with-snapshot", VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT },
        { "without-snapshot", VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT },
        { "with-checkpoint", VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT },
        { "without-checkpoint", VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT },
        { "state-running", VIR_CONNECT_LIST_DOMAINS_RUNNING },
        { "state-paused", VIR_CONNECT_LIST_DOMAINS_PAUSED },
        { "state-shutoff", VIR_CONNECT_LIST_DOMAINS_SHUTOFF },
        { "state-other", VIR_CONNECT_LIST_DOMAINS_OTHER },
        { NULL, 0 },
};

static unsigned list_flags(const ShellArgs *args)
{
        unsigned flags = VIR_CONNECT_LIST_DOMAINS_ACTIVE;

        if (args_has(args, "inactive") || args_has(args, "state-shutoff"))
                flags = VIR_CONNECT_LIST_DOMAINS_INACTIVE;
        if (args_has(args, "all"))
                flags = VIR_CONNECT_LIST_DOMAINS_ACTIVE | VIR_CONNECT_LIST_DOMAINS_INACTIVE;
        return flags | flags_given(args, filters);
}

static const char *id_text(virDomainPtr domain, char *buffer, size_t size)
{
        unsigned id = virDomainGetID(domain);

        if (id == (unsigned)-1)
                return "-";
        g_snprintf(buffer, size, "%u", id);
        return buffer;
}

static void print_words(Shell *shell, const ShellArgs *args, virDomainPtr domain)
{
        char uuid[VIR_UUID_STRING_BUFLEN] = "";
        char id[16];
        const char *separator = "";

        if (args_has(args, "uuid")) {
                if (virDomainGetUUIDString(domain, uuid) < 0) {
                        shell_error(shell, "Failed to get domain's UUID");
                        return;
                }
                shell_print(shell, "%s", uuid);
                separator = " ";
        }
        if (args_has(args, "id")) {
                shell_print(shell, "%s%s", separator, id_text(domain, id, sizeof(id)));
                separator = " ";
        }
        if (args_has(args, "name"))
                shell_print(shell, "%s%s", separator, virDomainGetName(domain));
        shell_print(shell, "\n");
}

static const char *state_column(const ShellArgs *args, virDomainPtr domain)
{
        int state = domain_state(domain, NULL);

        if (args_has(args, "managed-save") && state == VIR_DOMAIN_SHUTOFF &&
            virDomainHasManagedSaveImage(domain, 0) > 0)
                return "saved";
        return domain_state_text(state);
}

static char *title_of(virDomainPtr domain)
{
        char *title = virDomainGetMetadata(domain, VIR_DOMAIN_METADATA_TITLE, NULL, 0);

        if (!title)
                shell_forget_error();
        return title ? title : g_strdup("");
}

static void print_table(Shell *shell, const ShellArgs *args, const DomainList *list)
{
        bool titles = args_has(args, "title");
        g_autoptr(Table) table =
                titles ? table_new("Id", "Name", "State", "Title", NULL) : table_new("Id", "Name", "State", NULL);

        for (int i = 0; i < list->n; i++) {
                virDomainPtr domain = list->domains[i];
                g_autofree char *title = titles ? title_of(domain) : NULL;
                char id[16];

                table_row(table, id_text(domain, id, sizeof(id)), virDomainGetName(domain), state_column(args, domain),
                          title, NULL);
        }
        table_print(table, shell);
}

bool cmd_list(Shell *shell, const ShellArgs *args)
{
        bool words = args_has(args, "uuid") || args_has(args, "name") || args_has(args, "id");
        g_autoptr(DomainList) list = NULL;

        if (!args_exclusive(shell, args, "table", "name") || !args_exclusive(shell, args, "table", "uuid") ||
            !args_exclusive(shell, args, "table", "id"))
                return false;
        list = domain_list_get(shell, list_flags(args));
        if (!list) {
                shell_error(shell, "Failed to list domains");
                return false;
        }
        if (!words) {
                print_table(shell, args, list);
                return true;
        }
        for (int i = 0; i < list->n; i++) {
                /* Where numbers are all that is asked for, a guest without one has nothing to say. */
                if (args_has(args, "uuid") || args_has(args, "name") ||
                    virDomainGetID(list->domains[i]) != (unsigned)-1)
                        print_words(shell, args, list->domains[i]);
        }
        return true;
}
