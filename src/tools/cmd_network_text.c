/* What people wrote about a network: title, description, metadata of other programs. */
#include "virsh_commands.h"

#include <string.h>

#include "edit.h"
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

typedef struct EditMetadata {
        virNetworkPtr network;
        const char *uri;
        const char *key;
        unsigned flags;
} EditMetadata;

static char *edit_get(void *opaque)
{
        EditMetadata *edit = (EditMetadata *)opaque;
        char *text = virNetworkGetMetadata(edit->network, VIR_NETWORK_METADATA_ELEMENT, edit->uri, edit->flags);

        if (text || shell_error_code() != VIR_ERR_NO_NETWORK_METADATA)
                return text;
        shell_forget_error();
        return g_strdup("\n");
}

static bool edit_put(Shell *shell, const char *text, bool relax, void *opaque)
{
        EditMetadata *edit = (EditMetadata *)opaque;

        (void)shell;
        (void)relax;
        return virNetworkSetMetadata(edit->network, VIR_NETWORK_METADATA_ELEMENT, text, edit->key, edit->uri,
                                     edit->flags) == 0;
}

static bool edit_metadata(Shell *shell, EditMetadata *edit)
{
        EditObject object = { .get = edit_get, .put = edit_put, .opaque = edit };
        int r = edit_object(shell, &object);

        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Metadata not changed");
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Metadata modified\n");
        return r != EDIT_FAILED;
}

/* Set, removed or printed. */
static bool pass_metadata(Shell *shell, const EditMetadata *edit, const char *set, bool remove)
{
        g_autofree char *text = NULL;

        if (set || remove) {
                if (virNetworkSetMetadata(edit->network, VIR_NETWORK_METADATA_ELEMENT, set, edit->key, edit->uri,
                                          edit->flags) < 0)
                        return false;
                shell_print_extra(shell, "%s\n", remove ? "Metadata removed" : "Metadata modified");
                return true;
        }
        text = virNetworkGetMetadata(edit->network, VIR_NETWORK_METADATA_ELEMENT, edit->uri, edit->flags);
        if (text)
                shell_print(shell, "%s\n", text);
        return text;
}

bool cmd_net_metadata(Shell *shell, const ShellArgs *args)
{
        EditMetadata edit = { NULL };
        const char *set = NULL;
        int flags = affect_flags(shell, args);
        g_autoptr(virNetwork) network = NULL;

        if (flags < 0 || !args_exclusive(shell, args, "edit", "set") || !args_exclusive(shell, args, "remove", "set") ||
            !args_exclusive(shell, args, "remove", "edit"))
                return false;
        network = network_get(shell, args);
        if (!network || args_string(shell, args, "uri", &edit.uri) <= 0 ||
            args_string(shell, args, "key", &edit.key) < 0 || args_string(shell, args, "set", &set) < 0)
                return false;
        edit.network = network;
        edit.flags = (unsigned)flags;
        if ((set || args_has(args, "edit")) && !edit.key) {
                shell_error(shell, "namespace key is required when modifying metadata");
                return false;
        }
        if (args_has(args, "edit"))
                return edit_metadata(shell, &edit);
        return pass_metadata(shell, &edit, set, args_has(args, "remove"));
}
