#include "edit.h"

#include <string.h>

/* 'y': stored; 'n': give up; 'e': back to the editor. */
static int try_to_store(Shell *shell, const EditObject *object, const char *text, const char *original)
{
        bool relax = false;
        bool force = false;

        for (;;) {
                g_autofree char *now = force ? NULL : object->get(object->opaque);
                int answer = 0;

                if (!force && !now)
                        return 'n';
                if (!force && strcmp(now, original) != 0) {
                        answer = edit_again(shell, "The XML configuration was changed by another user", false);
                } else {
                        if (object->put(shell, text, relax, object->opaque))
                                return 'y';
                        shell_report(shell);
                        answer = edit_again(shell, "Failed", object->can_relax);
                }
                if (answer == 'n')
                        return 'n';
                if (answer == 'y')
                        return 'e';
                relax |= answer == 'i';
                force |= answer == 'f';
        }
}

int edit_object(Shell *shell, const EditObject *object)
{
        g_autofree char *original = object->get(object->opaque);
        g_autofree char *text = g_strdup(original);

        while (text) {
                g_autofree char *edited = edit_text(shell, text);
                int answer = 0;

                if (!edited)
                        return EDIT_FAILED;
                if (strcmp(edited, original) == 0)
                        return EDIT_UNCHANGED;
                answer = try_to_store(shell, object, edited, original);
                if (answer == 'y')
                        return EDIT_DONE;
                if (answer == 'n')
                        return EDIT_FAILED;
                g_free(text);
                text = g_steal_pointer(&edited);
        }
        return EDIT_FAILED;
}
