/* What others keep in a document, by the URI of its namespace: shown, set, removed, edited. */
#include "metadata.h"

#include "edit.h"
#include "virsh.h"

typedef struct Part {
        const MetadataCalls *calls;
        void *object;
        const char *uri, *key;
        unsigned flags;
} Part;

static char *edit_get(void *opaque)
{
        const Part *part = opaque;
        char *text = part->calls->get(part->object, part->uri, part->flags);

        if (text || shell_error_code() != part->calls->none)
                return text;
        shell_forget_error();
        return g_strdup("\n");
}

static bool edit_put(Shell *shell, const char *text, bool relax, void *opaque)
{
        const Part *part = opaque;

        return part->calls->set(part->object, text, part->key, part->uri, part->flags) == 0;
}

static bool edit(Shell *shell, Part *part)
{
        EditObject object = { .get = edit_get, .put = edit_put, .opaque = part };
        int r = edit_object(shell, &object);

        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Metadata not changed");
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Metadata modified\n");
        return r != EDIT_FAILED;
}

static bool set(Shell *shell, const Part *part, const char *text)
{
        if (part->calls->set(part->object, text, part->key, part->uri, part->flags) < 0)
                return false;
        shell_print_extra(shell, "%s\n", text ? "Metadata modified" : "Metadata removed");
        return true;
}

static bool show(Shell *shell, const Part *part)
{
        g_autofree char *text = part->calls->get(part->object, part->uri, part->flags);

        if (text)
                shell_print(shell, "%s\n", text);
        return text;
}

bool metadata_asked(Shell *shell, const ShellArgs *args)
{
        return args_exclusive(shell, args, "edit", "set") && args_exclusive(shell, args, "remove", "set") &&
               args_exclusive(shell, args, "remove", "edit");
}

bool metadata_command(Shell *shell, const ShellArgs *args, const MetadataCalls *calls, void *object, unsigned flags)
{
        Part part = { .calls = calls, .object = object, .flags = flags };
        const char *text = NULL;

        if (args_string(shell, args, "uri", &part.uri) <= 0 || args_string(shell, args, "key", &part.key) < 0 ||
            args_string(shell, args, "set", &text) < 0)
                return false;
        if ((text || args_has(args, "edit")) && !part.key) {
                shell_error(shell, "namespace key is required when modifying metadata");
                return false;
        }
        if (args_has(args, "edit"))
                return edit(shell, &part);
        return text || args_has(args, "remove") ? set(shell, &part, text) : show(shell, &part);
}
