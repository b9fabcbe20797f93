/* Commands that wait for one kind of event of one kind of object: what they have in common. */
#include "event_watch.h"

bool event_watch_list(Shell *shell, const ShellArgs *args, const ObjectEvents *events)
{
        if (!args_has(args, "list"))
                return false;
        for (const char *const *name = events->names; *name; name++)
                shell_print(shell, "%s\n", *name);
        return true;
}

bool event_watch_objects(Shell *shell, const ShellArgs *args, const ObjectEvents *events, void *object)
{
        const char *name = NULL;
        EventWatch watch;
        bool good = false;
        int which, id;

        if (args_string(shell, args, "event", &name) < 0)
                return false;
        if (!name) {
                shell_error(shell, "either --list or --event <type> is required");
                return false;
        }
        which = number_of(events->names, name);
        if (which < 0) {
                shell_error(shell, "unknown event type %s", name);
                return false;
        }
        if (!event_watch_init(&watch, shell, args))
                return false;
        id = events->add(connection_of(shell), object, which, &watch);
        if (id >= 0) {
                good = event_watch_run(&watch);
                events->remove(connection_of(shell), id);
        }
        event_watch_done(&watch);
        return good;
}
