/* Child processes: what to run, starting it, waiting for it. The child's own side is in process_child.c. */
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "process_child.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/pool.h"
#include "util/text.h"

enum { OUTPUT_MAX = 1 << 20, LAST_WORDS_MAX = 1000 };

struct Process {
        GPtrArray *arguments;   /* program first */
        GPtrArray *environment; /* NAME=VALUE; NULL: ours */
        GArray *passed;         /* of int */
        int standard[3];        /* -1: /dev/null */
        char *folder;
        bool detached;
        char *pid_file;
        GArray *joined;         /* of int */
        GArray *limits;         /* of ChildLimit */
        GArray *before;         /* of ChildBefore */
        ProcessMeeting meeting; /* NULL: none */
        void *meeting_opaque;
        bool no_capabilities;
        bool switch_user;
        uid_t uid;
        gid_t gid;
        GArray *groups; /* of gid_t */
};

Process *process_new(const char *program)
{
        Process *process = g_new0(Process, 1);

        process->arguments = g_ptr_array_new_with_free_func(g_free);
        process->passed = g_array_new(FALSE, FALSE, sizeof(int));
        process->joined = g_array_new(FALSE, FALSE, sizeof(int));
        process->limits = g_array_new(FALSE, FALSE, sizeof(ChildLimit));
        process->groups = g_array_new(FALSE, FALSE, sizeof(gid_t));
        process->before = g_array_new(FALSE, FALSE, sizeof(ChildBefore));
        for (size_t i = 0; i < ARRAY_SIZE(process->standard); i++)
                process->standard[i] = -1;
        process_add(process, program);
        return process;
}

Process *process_free(Process *process)
{
        if (!process)
                return NULL;
        g_ptr_array_unref(process->arguments);
        if (process->environment)
                g_ptr_array_unref(process->environment);
        g_array_unref(process->passed);
        g_array_unref(process->joined);
        g_array_unref(process->limits);
        g_array_unref(process->groups);
        g_array_unref(process->before);
        g_free(process->folder);
        g_free(process->pid_file);
        g_free(process);
        return NULL;
}

void process_add(Process *process, const char *argument)
{
        g_ptr_array_add(process->arguments, g_strdup(argument));
}

void process_add_format(Process *process, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        g_ptr_array_add(process->arguments, g_strdup_vprintf(format, args));
        va_end(args);
}

void process_add_pair(Process *process, const char *option, const char *value)
{
        process_add(process, option);
        process_add(process, value);
}

/* Whether @entry is "NAME=..." for the name that @setting starts with. */
static bool same_name(const char *entry, const char *setting)
{
        size_t length = strcspn(setting, "=") + 1;

        return strncmp(entry, setting, length) == 0;
}

void process_env(Process *process, const char *name, const char *value)
{
        char *setting = g_strdup_printf("%s=%s", name, value);

        if (!process->environment)
                process->environment = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; i < process->environment->len; i++)
                if (same_name(g_ptr_array_index(process->environment, i), setting)) {
                        g_free(process->environment->pdata[i]);
                        process->environment->pdata[i] = setting;
                        return;
                }
        g_ptr_array_add(process->environment, setting);
}

void process_env_pass(Process *process, const char *name)
{
        const char *value = getenv(name);

        if (value)
                process_env(process, name, value);
        else if (!process->environment)
                process->environment = g_ptr_array_new_with_free_func(g_free);
}

void process_pass_fd(Process *process, int fd)
{
        g_assert(fd > STDERR_FILENO);
        g_array_append_val(process->passed, fd);
}

void process_stdin(Process *process, int fd)
{
        process->standard[STDIN_FILENO] = fd;
}

void process_stdout(Process *process, int fd)
{
        process->standard[STDOUT_FILENO] = fd;
}

void process_stderr(Process *process, int fd)
{
        process->standard[STDERR_FILENO] = fd;
}

void process_chdir(Process *process, const char *folder)
{
        g_free(process->folder);
        process->folder = g_strdup(folder);
}

void process_detach(Process *process, const char *pid_file)
{
        process->detached = true;
        g_free(process->pid_file);
        process->pid_file = g_strdup(pid_file);
}

void process_join(Process *process, int fd)
{
        g_array_append_val(process->joined, fd);
}

void process_limit(Process *process, int resource, uint64_t value)
{
        ChildLimit limit = { resource, value };

        g_array_append_val(process->limits, limit);
}

void process_before(Process *process, const char *what, ProcessStep step, void *opaque)
{
        const ChildBefore before = { .step = step, .opaque = opaque, .what = what };

        g_array_append_val(process->before, before);
}

void process_meet(Process *process, ProcessMeeting meeting, void *opaque)
{
        g_assert(!process->meeting);
        process->meeting = meeting;
        process->meeting_opaque = opaque;
}

void process_no_capabilities(Process *process)
{
        process->no_capabilities = true;
}

void process_user(Process *process, uid_t uid, gid_t gid, const gid_t *groups, size_t n)
{
        process->switch_user = true;
        process->uid = uid;
        process->gid = gid;
        g_array_set_size(process->groups, 0);
        g_array_append_vals(process->groups, groups, (guint)n);
}

/* NAME='a value': the name stays bare, or a shell would not take it for an assignment. */
static void append_setting(GString *line, const char *setting)
{
        const char *value = strchr(setting, '=') + 1;
        g_autofree char *quoted = *value ? text_shell_quote(value) : g_strdup("");

        g_string_append_len(line, setting, value - setting);
        g_string_append_printf(line, "%s ", quoted);
}

char *process_text(const Process *process)
{
        GString *line = g_string_new(NULL);

        for (guint i = 0; process->environment && i < process->environment->len; i++)
                append_setting(line, g_ptr_array_index(process->environment, i));
        for (guint i = 0; i < process->arguments->len; i++) {
                g_autofree char *quoted = text_shell_quote(g_ptr_array_index(process->arguments, i));

                g_string_append_printf(line, "%s%s", i ? " " : "", quoted);
        }
        return g_string_free(line, FALSE);
}

/* The strings of @array as a NULL-terminated list; owned by the array, until it changes. */
static char **terminated(GPtrArray *array)
{
        g_ptr_array_add(array, NULL);
        g_ptr_array_set_size(array, (int)array->len - 1);
        return (char **)array->pdata;
}

const char *const *process_argv(const Process *process)
{
        return (const char *const *)terminated(process->arguments);
}

static int compare_fds(const void *a, const void *b)
{
        return *(const int *)a - *(const int *)b;
}

static int report_start(const ChildPlan *plan, Error *err)
{
        switch (plan->failed_step) {
        case CHILD_STEP_STREAMS:
                return error_errno(err, plan->errnum, "cannot hand descriptors to '%s'", plan->program);
        case CHILD_STEP_JOIN: return error_errno(err, plan->errnum, "cannot put '%s' into its cgroup", plan->program);
        case CHILD_STEP_LIMIT: return error_errno(err, plan->errnum, "cannot set the limits of '%s'", plan->program);
        case CHILD_STEP_BEFORE:
                return error_errno(err, plan->errnum, "cannot %s for '%s'", plan->before[plan->failed_before].what,
                                   plan->program);
        case CHILD_STEP_MEET: return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' was not let go on", plan->program);
        case CHILD_STEP_CAPABILITIES:
                return error_errno(err, plan->errnum, "cannot drop the capabilities of '%s'", plan->program);
        case CHILD_STEP_USER:
                return error_errno(err, plan->errnum, "cannot run '%s' as %u:%u", plan->program, plan->uid, plan->gid);
        case CHILD_STEP_FOLDER:
                return error_errno(err, plan->errnum, "cannot start '%s' in folder '%s'", plan->program, plan->folder);
        case CHILD_STEP_PID_FILE:
                return error_errno(err, plan->errnum, "cannot write pid file '%s' of '%s'", plan->pid_file,
                                   plan->program);
        case CHILD_STEP_EXEC: break;
        }
        return error_errno(err, plan->errnum, "cannot execute binary %s", plan->program);
}

static void wait_away(pid_t pid)
{
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                ;
}

static int run_plan(ChildPlan *plan, pid_t *ret_pid, Error *err)
{
        pid_t pid = child_start(plan);

        if (pid < 0)
                return error_errno(err, errno, "cannot fork child process for '%s'", plan->program);
        if (plan->errnum) {
                wait_away(pid);
                if (plan->pid_file && plan->failed_step > CHILD_STEP_PID_FILE)
                        unlink(plan->pid_file);
                return report_start(plan, err);
        }
        *ret_pid = pid;
        return 0;
}

/* Our end of a meeting; the thread that starts the child stands still meanwhile. */
typedef struct Meeting {
        int ends[2]; /* ours, the child's */
        ProcessMeeting meet;
        void *opaque;
        int result;
        Error problem;
} Meeting;

static void *hold_meeting(void *opaque)
{
        Meeting *meeting = opaque;
        pid_t pid;

        /* Nobody comes when the child fails before. */
        if (recv(meeting->ends[0], &pid, sizeof(pid), 0) != sizeof(pid))
                return NULL;
        meeting->result = meeting->meet(pid, meeting->opaque, &meeting->problem);
        if (meeting->result == 0)
                send(meeting->ends[0], "g", 1, MSG_NOSIGNAL);
        else
                shutdown(meeting->ends[0], SHUT_RDWR);
        return NULL;
}

static int run_with_meeting(ChildPlan *plan, Meeting *meeting, pid_t *ret_pid, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        pthread_t thread;
        int r = pthread_create(&thread, NULL, hold_meeting, meeting);

        if (r != 0)
                return error_errno(err, r, "cannot make a thread");
        pool_wait_begin();
        r = run_plan(plan, ret_pid, &why);
        /* Whoever waits for a child that is gone learns so. */
        shutdown(meeting->ends[1], SHUT_RDWR);
        pthread_join(thread, NULL);
        pool_wait_end();
        if (r == 0)
                return 0;
        return error_move(err, meeting->result < 0 ? &meeting->problem : &why);
}

static int meeting_open(Meeting *meeting, const Process *process, Error *err)
{
        *meeting = (Meeting){
                .ends = { -1, -1 }, .meet = process->meeting, .opaque = process->meeting_opaque, .problem = ERROR_INIT
        };
        if (process->meeting && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, meeting->ends) < 0)
                return error_errno(err, errno, "cannot make a pair of sockets");
        return 0;
}

static void meeting_done(Meeting *meeting)
{
        for (size_t i = 0; i < ARRAY_SIZE(meeting->ends); i++)
                if (meeting->ends[i] >= 0)
                        close(meeting->ends[i]);
        error_clear(&meeting->problem);
}

/* All that the child needs before it runs the program. */
static GArray *kept_fds(const Process *process, int meeting)
{
        GArray *kept = g_array_new(FALSE, FALSE, sizeof(int));

        if (process->passed->len > 0)
                g_array_append_vals(kept, process->passed->data, process->passed->len);
        if (process->joined->len > 0)
                g_array_append_vals(kept, process->joined->data, process->joined->len);
        if (meeting >= 0)
                g_array_append_val(kept, meeting);
        g_array_sort(kept, compare_fds);
        return kept;
}

int process_start(Process *process, pid_t *ret_pid, Error *err)
{
        const char *name = g_ptr_array_index(process->arguments, 0);
        g_autofree char *program = g_find_program_in_path(name);
        g_autofree char *temporary = process->pid_file ? g_strconcat(process->pid_file, ".new", NULL) : NULL;
        g_autoptr(GArray) kept = NULL;
        Meeting meeting;
        int r;
        ChildPlan plan = {
                .argv = terminated(process->arguments),
                .envp = process->environment ? terminated(process->environment) : environ,
                .folder = process->folder,
                .new_session = process->detached,
                .pid_file = process->pid_file,
                .temporary_pid_file = temporary,
                .n_passed = process->passed->len,
                .joined = (const int *)(void *)process->joined->data,
                .n_joined = process->joined->len,
                .limits = (const ChildLimit *)(void *)process->limits->data,
                .n_limits = process->limits->len,
                .before = (const ChildBefore *)(void *)process->before->data,
                .n_before = process->before->len,
                .no_capabilities = process->no_capabilities,
                .switch_user = process->switch_user,
                .uid = process->uid,
                .gid = process->gid,
                .groups = (const gid_t *)(void *)process->groups->data,
                .n_groups = process->groups->len,
        };

        if (!program && !strchr(name, '/'))
                return error_errno(err, ENOENT, "Cannot find '%s' in path", name);
        plan.program = program ? program : name; /* exec says what is wrong with it */
        memcpy(plan.standard, process->standard, sizeof(plan.standard));
        g_array_sort(process->passed, compare_fds);
        plan.passed = (const int *)(void *)process->passed->data;
        if (meeting_open(&meeting, process, err) < 0)
                return -1;
        plan.meeting = meeting.ends[1];
        kept = kept_fds(process, plan.meeting);
        plan.kept = (const int *)(void *)kept->data;
        plan.n_kept = kept->len;
        r = process->meeting ? run_with_meeting(&plan, &meeting, ret_pid, err) : run_plan(&plan, ret_pid, err);
        meeting_done(&meeting);
        return r;
}

/* One stream of process_run(). */
typedef struct Output {
        int fd; /* -1: nobody reads, or at its end */
        GString *text;
        bool overflow; /* what is beyond OUTPUT_MAX is read and dropped, or the child would hang */
} Output;

/* Reads what is there; closes at the end. */
static void output_read(Output *output)
{
        char part[65536];
        ssize_t n = read(output->fd, part, sizeof(part));
        size_t room = OUTPUT_MAX - output->text->len;

        if (n < 0 && (errno == EINTR || errno == EAGAIN))
                return;
        if (n <= 0) {
                close(output->fd);
                output->fd = -1;
                return;
        }
        if ((size_t)n > room)
                output->overflow = true;
        g_string_append_len(output->text, part, (gssize)MIN((size_t)n, room));
}

/* After the child's end: what the pipe still holds, and no more; a grandchild may keep it open for ever. */
static void output_drain(Output *output)
{
        struct pollfd ready = { .fd = output->fd, .events = POLLIN };

        while (output->fd >= 0 && poll(&ready, 1, 0) > 0)
                output_read(output);
}

static void output_done(Output *output)
{
        if (output->fd >= 0)
                close(output->fd);
        g_string_free(output->text, TRUE);
}

/* Reads both streams until the child has ended; false when the time is over. */
static bool read_until_end(int pidfd, Output *outputs, int64_t timeout_ms)
{
        int64_t end = timeout_ms < 0 ? -1 : g_get_monotonic_time() / 1000 + timeout_ms;

        for (;;) {
                struct pollfd fds[3] = { { .fd = outputs[0].fd, .events = POLLIN },
                                         { .fd = outputs[1].fd, .events = POLLIN },
                                         { .fd = pidfd, .events = POLLIN } };
                int64_t left = end < 0 ? -1 : MAX(end - g_get_monotonic_time() / 1000, 0);

                if (poll(fds, 3, (int)MIN(left, INT_MAX)) == 0)
                        return false;
                for (int i = 0; i < 2; i++)
                        if (fds[i].revents)
                                output_read(&outputs[i]);
                if (fds[2].revents) {
                        output_drain(&outputs[0]);
                        output_drain(&outputs[1]);
                        return true;
                }
                if (left == 0)
                        return false;
        }
}

static const char *last_words(const Output *output)
{
        const char *text = g_strchomp(output->text->str);
        size_t length = strlen(text);
        const char *start;

        if (length <= LAST_WORDS_MAX)
                return text;
        start = strchr(text + length - LAST_WORDS_MAX, '\n');
        return start ? start + 1 : text + length - LAST_WORDS_MAX;
}

static int check_status(const char *program, int status, const Output *output, Error *err)
{
        const char *words = last_words(output);
        const char *colon = *words ? ": " : "";

        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return 0;
        if (WIFSIGNALED(status))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) unexpected fatal signal %d%s%s",
                                 program, WTERMSIG(status), colon, words);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) unexpected exit status %d%s%s", program,
                         WEXITSTATUS(status), colon, words);
}

/* The child has been started: reads, waits, kills when the time is over. */
static int finish(pid_t pid, const char *program, Output *outputs, int64_t timeout_ms, int *ret_status, Error *err)
{
        AUTO_FD int pidfd = pidfd_open(pid, 0);
        int status;
        bool ended = true;

        if (pidfd >= 0) {
                pool_wait_begin();
                ended = read_until_end(pidfd, outputs, timeout_ms);
                pool_wait_end();
        }
        if (pidfd < 0 || !ended)
                kill(pid, SIGKILL); /* our own child, not yet waited for: the number is still its own */
        if (pidfd < 0) {
                wait_away(pid);
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot watch the process of '%s'", program);
        }
        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return error_errno(err, errno, "cannot wait for '%s'", program);
        if (!ended)
                return error_set(err, VIR_ERR_OPERATION_TIMEOUT, "'%s' did not end within %lld ms and was killed",
                                 program, (long long)timeout_ms);
        *ret_status = status;
        return 0;
}

/* A pipe into @output for stream @number, unless the caller has set one. */
static int make_pipe(Process *process, int number, Output *output, int *ret_child_end, Error *err)
{
        int ends[2];

        if (process->standard[number] >= 0)
                return 0;
        if (pipe2(ends, O_CLOEXEC) < 0)
                return error_errno(err, errno, "cannot make a pipe");
        output->fd = ends[0];
        process->standard[number] = *ret_child_end = ends[1];
        return 0;
}

static int start_with_pipes(Process *process, Output *outputs, bool want_stdout, pid_t *ret_pid, Error *err)
{
        AUTO_FD int out = -1;
        AUTO_FD int errors = -1;
        int r = 0;

        if (want_stdout)
                r = make_pipe(process, STDOUT_FILENO, &outputs[0], &out, err);
        if (r == 0)
                r = make_pipe(process, STDERR_FILENO, &outputs[1], &errors, err);
        if (r == 0)
                r = process_start(process, ret_pid, err);
        if (out >= 0)
                process->standard[STDOUT_FILENO] = -1;
        if (errors >= 0)
                process->standard[STDERR_FILENO] = -1;
        return r;
}

/* Checks the end and hands out the texts. */
static int give(const char *program, int status, Output *outputs, char **ret_stdout, char **ret_stderr, int *ret_status,
                Error *err)
{
        if (ret_stdout && outputs[0].overflow)
                return error_set(err, VIR_ERR_OVERFLOW, "'%s' printed more than %d bytes", program, OUTPUT_MAX);
        if (ret_status)
                *ret_status = status;
        else if (check_status(program, status, &outputs[1], err) < 0)
                return -1;
        if (ret_stdout)
                *ret_stdout = g_strdup(outputs[0].text->str);
        if (ret_stderr)
                *ret_stderr = g_strdup(outputs[1].text->str);
        return 0;
}

int process_run(Process *process, int64_t timeout_ms, char **ret_stdout, char **ret_stderr, int *ret_status, Error *err)
{
        const char *program = g_ptr_array_index(process->arguments, 0);
        Output outputs[2] = { { -1, g_string_new(NULL), false }, { -1, g_string_new(NULL), false } };
        int status = 0;
        pid_t pid;
        int r;

        r = start_with_pipes(process, outputs, ret_stdout != NULL, &pid, err);
        if (r == 0)
                r = finish(pid, program, outputs, timeout_ms, &status, err);
        if (r == 0)
                r = give(program, status, outputs, ret_stdout, ret_stderr, ret_status, err);
        output_done(&outputs[0]);
        output_done(&outputs[1]);
        return r;
}

enum { STAT_PARENT = 4, STAT_START = 22, STAT_FIRST = 3 };

/* Field @number of its stat (proc(5)); false: it is not there, or dead. */
static bool read_stat(pid_t pid, unsigned number, uint64_t *ret)
{
        g_autofree char *path = g_strdup_printf("/proc/%lld/stat", (long long)pid);
        g_autofree char *text = NULL;
        g_auto(GStrv) fields = NULL;
        const char *after_name;

        if (pid <= 0 || file_read(path, 4096, &text, NULL, NULL) < 0)
                return false;
        after_name = strrchr(text, ')'); /* the name may hold anything, blanks and brackets too */
        if (!after_name || after_name[1] != ' ')
                return false;
        fields = g_strsplit(after_name + 2, " ", STAT_START - STAT_FIRST + 2);
        if (g_strv_length(fields) <= STAT_START - STAT_FIRST || fields[0][0] == 'Z' || fields[0][0] == 'X')
                return false;
        return text_to_uint64(fields[number - STAT_FIRST], 10, ret);
}

uint64_t process_start_time(pid_t pid)
{
        uint64_t ticks = 0;

        return read_stat(pid, STAT_START, &ticks) ? ticks : 0;
}

pid_t process_parent(pid_t pid)
{
        uint64_t parent = 0;

        return read_stat(pid, STAT_PARENT, &parent) ? (pid_t)parent : 0;
}

bool process_kill(pid_t pid, int deadline_ms)
{
        AUTO_FD int fd = pidfd_open(pid, 0);
        struct pollfd gone = { .fd = fd, .events = POLLIN };

        if (fd < 0 || pidfd_send_signal(fd, SIGKILL, NULL, 0) < 0)
                return errno == ESRCH;
        return poll(&gone, 1, deadline_ms) > 0;
}
