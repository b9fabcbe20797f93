/* See namespace.h. A thread of ours cannot go there (its threads share their root folder), a child that shares only
 * our memory can, and it can leave its results there. */
#include "util/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process_child.h"

typedef struct Visit {
        int fd;
        ProcessStep step;
        void *opaque;
        int errnum;
} Visit;

int namespace_open(pid_t pid, Error *err)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/ns/mnt", pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        return fd >= 0 ? fd : error_errno(err, errno, "cannot open the mount namespace of process %d", pid);
}

static int visit_main(void *opaque)
{
        Visit *visit = opaque;

        visit->errnum = 0;
        if (setns(visit->fd, CLONE_NEWNS) < 0 || visit->step(visit->opaque) < 0)
                visit->errnum = errno ? errno : EINVAL;
        _exit(0);
}

int namespace_call(int fd, ProcessStep step, void *opaque, Error *err)
{
        Visit visit = { .fd = fd, .step = step, .opaque = opaque, .errnum = EINTR };
        pid_t pid = child_clone(visit_main, &visit);

        if (pid < 0)
                return error_errno(err, errno, "cannot fork a child process");
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                ;
        return visit.errnum;
}
