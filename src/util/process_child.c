/* The child's side of starting a program.
 *
 * What runs here shares the memory of all of the parent's threads, of which others may hold any lock: system calls on
 * values prepared by the parent, and nothing else. */
#include "process_child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024 };

static int fail(ChildPlan *plan, ChildStep step)
{
        plan->failed_step = step;
        plan->errnum = errno;
        return -1;
}

/* Sources move above 2 first: one may be a target of another. */
static int set_streams(ChildPlan *plan)
{
        int sources[3];

        for (int i = 0; i < 3; i++) {
                if (plan->standard[i] >= 0)
                        sources[i] = fcntl(plan->standard[i], F_DUPFD_CLOEXEC, 3);
                else
                        sources[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
                if (sources[i] >= 0 && sources[i] < 3)
                        sources[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 3);
                if (sources[i] < 0)
                        return fail(plan, CHILD_STEP_STREAMS);
        }
        for (int i = 0; i < 3; i++)
                if (dup2(sources[i], i) < 0)
                        return fail(plan, CHILD_STEP_STREAMS);
        return 0;
}

/* At once, because what comes next takes its time: a socket on which our parent listened would still be listened on when
 * the parent is gone. */
static int close_others(ChildPlan *plan)
{
        unsigned next = 3;

        for (size_t i = 0; i < plan->n_kept; i++) {
                unsigned fd = (unsigned)plan->kept[i];

                if (fd > next && close_range(next, fd - 1, 0) < 0)
                        return fail(plan, CHILD_STEP_STREAMS);
                next = fd < next ? next : fd + 1;
        }
        return close_range(next, ~0U, 0) < 0 ? fail(plan, CHILD_STEP_STREAMS) : 0;
}

/* What is passed stays open; everything else is closed, also what some library opened without close-on-exec. */
static int set_passed(ChildPlan *plan)
{
        unsigned next = 3;

        for (size_t i = 0; i < plan->n_passed; i++) {
                unsigned fd = (unsigned)plan->passed[i];

                if (fd > next && close_range(next, fd - 1, 0) < 0)
                        return fail(plan, CHILD_STEP_STREAMS);
                if (fcntl(plan->passed[i], F_SETFD, 0) < 0)
                        return fail(plan, CHILD_STEP_STREAMS);
                next = fd + 1;
        }
        return close_range(next, ~0U, 0) < 0 ? fail(plan, CHILD_STEP_STREAMS) : 0;
}

/* Letters of @number at the end of @room, which has space for any pid. */
static const char *pid_text(pid_t number, char room[24])
{
        char *at = room + 23;

        *at = '\0';
        do {
                *--at = (char)('0' + number % 10);
                number /= 10;
        } while (number > 0);
        return at;
}

static int write_pid_file(ChildPlan *plan)
{
        char room[24];
        const char *text = pid_text(getpid(), room);
        ssize_t length = (ssize_t)strlen(text);
        int fd;

        if (!plan->pid_file)
                return 0;
        fd = open(plan->temporary_pid_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0 || write(fd, text, (size_t)length) != length || close(fd) < 0 ||
            rename(plan->temporary_pid_file, plan->pid_file) < 0)
                return fail(plan, CHILD_STEP_PID_FILE);
        /* Who comes after our parent may have looked for pid files before this one was there: then nobody would ever
         * know of the program. From here on the file says enough. */
        if (getppid() != plan->parent) {
                unlink(plan->pid_file);
                _exit(127);
        }
        return 0;
}

/* Handlers are gone at exec anyway, ignored signals would stay; the mask is opened last. */
static void reset_signals(void)
{
        struct sigaction standard = { .sa_handler = SIG_DFL };
        sigset_t none;

        for (int i = 1; i < NSIG; i++)
                sigaction(i, &standard, NULL);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Somebody of our parent's has to do with us first. When our parent ends meanwhile nobody knows of us. */
static int meet(ChildPlan *plan)
{
        pid_t pid = getpid();
        char letter;

        if (plan->meeting < 0)
                return 0;
        if (send(plan->meeting, &pid, sizeof(pid), MSG_NOSIGNAL) != sizeof(pid) ||
            recv(plan->meeting, &letter, sizeof(letter), 0) != sizeof(letter))
                return fail(plan, CHILD_STEP_MEET);
        return 0;
}

/* What is written is "this process", whatever number it has there. */
static int join_groups(ChildPlan *plan)
{
        for (size_t i = 0; i < plan->n_joined; i++)
                if (write(plan->joined[i], "0", 1) != 1)
                        return fail(plan, CHILD_STEP_JOIN);
        return 0;
}

/* Raising the upper limit takes a capability that containers do not have: then as much as there is. */
static int set_limit(const ChildLimit *limit)
{
        struct rlimit64 wanted = { limit->value, limit->value }, old;

        if (syscall(SYS_prlimit64, 0, limit->resource, &wanted, NULL) == 0)
                return 0;
        if (errno != EPERM || syscall(SYS_prlimit64, 0, limit->resource, NULL, &old) < 0)
                return -1;
        old.rlim_cur = old.rlim_max;
        return (int)syscall(SYS_prlimit64, 0, limit->resource, &old, NULL);
}

static int set_limits(ChildPlan *plan)
{
        for (size_t i = 0; i < plan->n_limits; i++)
                if (set_limit(&plan->limits[i]) < 0)
                        return fail(plan, CHILD_STEP_LIMIT);
        return 0;
}

/* Also what root would get back by running a program. */
static int drop_capabilities(ChildPlan *plan)
{
        for (int i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
                if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
                        return fail(plan, CHILD_STEP_CAPABILITIES);
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
                return fail(plan, CHILD_STEP_CAPABILITIES);
        return 0;
}

/* The bare system calls: the C library's would change the user of our parent's threads too. */
static int switch_user(ChildPlan *plan)
{
        if (syscall(SYS_setgroups, plan->n_groups, plan->groups) < 0 ||
            syscall(SYS_setresgid, plan->gid, plan->gid, plan->gid) < 0 ||
            syscall(SYS_setresuid, plan->uid, plan->uid, plan->uid) < 0)
                return fail(plan, CHILD_STEP_USER);
        return 0;
}

/* What is left after switch_user() if that stayed root. */
static int clear_capabilities(ChildPlan *plan)
{
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        struct __user_cap_data_struct none[2] = { { 0 } };

        return syscall(SYS_capset, &header, none) < 0 ? fail(plan, CHILD_STEP_CAPABILITIES) : 0;
}

static int confine(ChildPlan *plan)
{
        if (plan->no_capabilities && drop_capabilities(plan) < 0)
                return -1;
        if (plan->switch_user && switch_user(plan) < 0)
                return -1;
        return plan->no_capabilities ? clear_capabilities(plan) : 0;
}

static int place(ChildPlan *plan)
{
        if (set_limits(plan) < 0)
                return -1;
        for (size_t i = 0; i < plan->n_before; i++) {
                plan->failed_before = i;
                if (plan->before[i].step(plan->before[i].opaque) < 0)
                        return fail(plan, CHILD_STEP_BEFORE);
        }
        /* A group may forbid what came before: making device nodes. */
        if (meet(plan) < 0 || join_groups(plan) < 0)
                return -1;
        if (plan->folder && chdir(plan->folder) < 0)
                return fail(plan, CHILD_STEP_FOLDER);
        return 0;
}

static int child_main(void *opaque)
{
        ChildPlan *plan = opaque;

        reset_signals();
        /* What is not detached ends with the thread that started it: nobody else would end it. */
        if (plan->new_session)
                setsid();
        if (set_streams(plan) < 0 || close_others(plan) < 0 || place(plan) < 0 || write_pid_file(plan) < 0 ||
            set_passed(plan) < 0 || confine(plan) < 0)
                _exit(127);
        /* Changing the user would undo it. */
        if (!plan->new_session)
                prctl(PR_SET_PDEATHSIG, SIGKILL);
        execve(plan->program, plan->argv, plan->envp);
        fail(plan, CHILD_STEP_EXEC);
        _exit(127);
}

pid_t child_clone(int (*main)(void *opaque), void *opaque)
{
        sigset_t all, before;
        char *stack;
        pid_t pid;
        int errnum;

        stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (stack == MAP_FAILED)
                return -1;
        /* No handler of ours may run in the child, on our memory. */
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pid = clone(main, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, opaque);
        errnum = errno;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        munmap(stack, STACK_SIZE);
        errno = errnum;
        return pid;
}

pid_t child_start(ChildPlan *plan)
{
        int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
        pid_t pid;
        int errnum;

        plan->parent = getpid();
        pid = child_clone(child_main, plan);
        errnum = errno;
        /* A child that changed its user took this from our memory too, which it shared. */
        if (plan->switch_user && dumpable == 1)
                prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        errno = errnum;
        return pid;
}
