/* What people wrote about a network: title, description, metadata of other programs. */
#include "virsh_commands.h"

#include <string.h>

#include "edit.h"
#include "metadata.h"
#include "virsh.h"

static bool set_text(Shell *shell, virNetworkPtr network, bool title, const char *text, unsigned flags)
{
        int type = title ? VIR_NETWORK_METADATA_TITLE : VIR_NETWORK_METADATA_DESCRIPTION;

        if (virNetworkSetMetadata(network, type, text, NULL, NULL, flags) < 0) {
                shell_error(shell, "%s",
                            title ? "Failed to set new network title" : "Failed to set new network description");
                return false;
        }
        shell_print_extra(shell, "%s",
                          title ? "Network title updated successfully" : "Network description updated successfully");
        return true;
}

static char *draft_of(Shell *shell, virNetworkPtr network, int type, unsigned flags)
{
        char *old = virNetworkGetMetadata(network, type, NULL, flags);

        if (old || shell_error_code() != VIR_ERR_NO_NETWORK_METADATA)
                return old;
        shell_forget_error();
        return g_strdup("");
}

static bool edit_and_set(Shell *shell, virNetworkPtr network, bool title, const char *old, const char *draft,
                         unsigned flags)
{
        g_autofree char *text = edit_text(shell, draft);

        if (!text)
                return false;
        /* Editors end a file with a line end; in a title there is no use for it. */
        if (title && g_str_has_suffix(text, "\n"))
                text[strlen(text) - 1] = '\0';
        if (strcmp(text, old) != 0)
                return set_text(shell, network, title, text, flags);
        shell_print_extra(shell, "%s", title ? "Network title not changed\n" : "Network description not changed\n");
        return true;
}

bool cmd_net_desc(Shell *shell, const ShellArgs *args)
{
        bool title = args_has(args, "title"), edit = args_has(args, "edit");
        int type = title ? VIR_NETWORK_METADATA_TITLE : VIR_NETWORK_METADATA_DESCRIPTION;
        int flags = affect_flags(shell, args);
        g_autofree const char **words = args_words(args, "new-desc");
        g_autofree char *text = words[0] ? g_strjoinv(" ", (char **)words) : NULL;
        g_autoptr(virNetwork) network = flags < 0 ? NULL : network_get(shell, args);
        g_autofree char *old = NULL;

        if (!network)
                return false;
        if (text && !edit)
                return set_text(shell, network, title, text, (unsigned)flags);
        old = draft_of(shell, network, type, (unsigned)flags);
        if (!old)
                return false;
        if (edit)
                return edit_and_set(shell, network, title, old, text ? text : old, (unsigned)flags);
        if (*old)
                shell_print(shell, "%s", old);
        else
                shell_print_extra(shell, title ? "No title for network: %s" : "No description for network: %s",
                                  virNetworkGetName(network));
        return true;
}

static char *metadata_get(void *object, const char *uri, unsigned flags)
{
        return virNetworkGetMetadata(object, VIR_NETWORK_METADATA_ELEMENT, uri, flags);
}

static int metadata_set(void *object, const char *text, const char *key, const char *uri, unsigned flags)
{
        return virNetworkSetMetadata(object, VIR_NETWORK_METADATA_ELEMENT, text, key, uri, flags);
}

bool cmd_net_metadata(Shell *shell, const ShellArgs *args)
{
        static const MetadataCalls calls = { metadata_get, metadata_set, VIR_ERR_NO_NETWORK_METADATA };
        int flags = affect_flags(shell, args);
        g_autoptr(virNetwork) network = NULL;

        if (flags < 0 || !metadata_asked(shell, args))
                return false;
        network = network_get(shell, args);
        return network && metadata_command(shell, args, &calls, network, (unsigned)flags);
}
