/* See user_namespace.h. */
#include "host/user_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

/* In the child: system calls only. */
static int write_map(const char *path, const char *text)
{
        ssize_t length = (ssize_t)strlen(text);
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        int saved;

        if (fd < 0)
                return -1;
        if (write(fd, text, (size_t)length) == length)
                return close(fd);
        saved = errno;
        close(fd);
        errno = saved;
        return -1;
}

static int enter(void *opaque)
{
        const UserNamespace *space = opaque;

        /* Without a right to set groups nobody can be let into the namespace who could. */
        return unshare(CLONE_NEWUSER) < 0 || write_map("/proc/self/uid_map", space->users) < 0 ||
                               write_map("/proc/self/setgroups", "deny") < 0 ||
                               write_map("/proc/self/gid_map", space->groups) < 0
                       ? -1
                       : 0;
}

void user_namespace_for(UserNamespace *space, Process *process)
{
        g_snprintf(space->users, sizeof(space->users), "0 %u 1\n", (unsigned)geteuid());
        g_snprintf(space->groups, sizeof(space->groups), "0 %u 1\n", (unsigned)getegid());
        process_before(process, "make a user namespace", enter, space);
}
