/* Descriptors that QEMU gets: inherited, for a command line, or sent over the monitor before the item that uses them. */
#include "argv/argv.h"

static void add_with_fd(QemuArgv *argv, const char *option, const char *text, Json *json, int fd)
{
        QemuItem *item;

        argv_add_both(argv, option, text, json);
        item = g_ptr_array_index(argv->items, argv->items->len - 1);
        item->fd = fd;
}

unsigned argv_fd_set_new(QemuArgv *argv)
{
        return argv->fd_sets++;
}

void argv_fd_set_add(QemuArgv *argv, unsigned set, int fd, const char *opaque)
{
        g_autofree char *word = argv_comma(opaque);
        g_autofree char *text = g_strdup_printf("set=%u,fd=%d,opaque=%s", set, fd, word);
        Json *json = json_object();

        json_set(json, "fdset-id", json_uint(set));
        json_set(json, "opaque", json_string(opaque));
        add_with_fd(argv, "-add-fd", text, json, fd);
}

char *argv_fd_set(QemuArgv *argv, int fd, const char *opaque)
{
        unsigned set = argv_fd_set_new(argv);

        argv_fd_set_add(argv, set, fd, opaque);
        return g_strdup_printf("/dev/fdset/%u", set);
}

char *argv_fd_name(QemuArgv *argv, int fd)
{
        g_autofree char *name = NULL;
        Json *json;

        if (!argv->live)
                return g_strdup_printf("%d", fd);
        /* QEMU takes a name that begins with a digit for a number of its own. */
        name = g_strdup_printf("fd-%s-%d", argv->alias ? argv->alias : "vm", fd);
        json = json_object();
        json_set(json, "fdname", json_string(name));
        add_with_fd(argv, "getfd", name, json, fd);
        return g_steal_pointer(&name);
}
