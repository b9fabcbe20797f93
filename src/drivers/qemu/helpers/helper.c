/* See helper.h. */
#define LOG_SOURCE "qemu.helper"
#include "helpers/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/pool.h"

enum {
        READY_MS = 30 * 1000,
        PID_FILE_MS = 3 * 1000,
        TERM_MS = 3 * 1000,
        KILL_MS = 5 * 1000,
        PID_FILE_MAX = 64,
        COMMAND_MAX = 64 * 1024
};

static int open_log(const Helper *helper)
{
        int fd = helper->log ? open(helper->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

        if (helper->log && fd < 0)
                log_warn("cannot write to %s: %s", helper->log, g_strerror(errno));
        return fd;
}

static int make_folder(const Helper *helper, Error *err)
{
        g_autofree char *folder = g_path_get_dirname(helper->pid_file);

        return dir_make(folder, 0755, err);
}

int helper_start(const Helper *helper, Process *process, Error *err)
{
        AUTO_FD int log = open_log(helper);
        pid_t pid;

        if (make_folder(helper, err) < 0)
                return -1;
        if (log >= 0) {
                process_stdout(process, log);
                process_stderr(process, log);
        }
        process_detach(process, helper->pid_file);
        return process_start(process, &pid, err);
}

/* Some write it before they go into the background, some behind. */
static bool wait_for_pid_file(const Helper *helper, int folder)
{
        gint64 end = g_get_monotonic_time() + (gint64)PID_FILE_MS * 1000;
        struct pollfd change = { .fd = folder, .events = POLLIN };
        char room[4096];

        while (!helper_pid(helper)) {
                gint64 left = (end - g_get_monotonic_time()) / 1000;

                if (left <= 0 || (poll(&change, 1, (int)left) < 0 && errno != EINTR))
                        return false;
                if (read(folder, room, sizeof(room)) < 0 && errno != EAGAIN && errno != EINTR)
                        return false;
        }
        return true;
}

static int watch_folder(const Helper *helper, Error *err)
{
        g_autofree char *folder = g_path_get_dirname(helper->pid_file);
        AUTO_FD int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

        if (fd < 0 || inotify_add_watch(fd, folder, IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO) < 0)
                return error_errno(err, errno, "cannot watch '%s'", folder);
        return fd_steal(&fd);
}

int helper_run(const Helper *helper, Process *process, Error *err)
{
        g_autofree char *words = NULL;
        AUTO_FD int folder = -1;
        int status = 0, r;
        bool there;

        if (make_folder(helper, err) < 0)
                return -1;
        unlink(helper->pid_file); /* of an earlier run */
        folder = watch_folder(helper, err);
        if (folder < 0)
                return -1;
        pool_wait_begin();
        r = process_run(process, READY_MS, NULL, &words, &status, err);
        pool_wait_end();
        if (r < 0)
                return -1;
        if (status != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Could not start '%s': %s", helper->program,
                                 g_strchomp(words));
        pool_wait_begin();
        there = wait_for_pid_file(helper, folder);
        pool_wait_end();
        if (!there)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' has gone as soon as it was started: %s",
                                 helper->program, words);
        return 0;
}

static bool has_name(const char *path, const char *program)
{
        g_autofree char *base = g_path_get_basename(path);

        return g_str_has_prefix(base, program);
}

/* A pid file may outlive its process, and the number may have been given again: the program tells. One that has just
 * been started has no command yet, of one that hides itself (passt) only the command can be seen. */
static bool is_program(pid_t pid, const char *program)
{
        g_autofree char *link = g_strdup_printf("/proc/%d/exe", (int)pid);
        g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", (int)pid);
        g_autofree char *exe = g_file_read_link(link, NULL);
        g_autofree char *command = NULL;

        if (exe && has_name(exe, program))
                return true;
        return file_read(path, COMMAND_MAX, &command, NULL, NULL) == 0 && command[0] && has_name(command, program);
}

static pid_t pid_of_file(const Helper *helper)
{
        g_autofree char *text = NULL;
        gint64 pid;

        if (file_read(helper->pid_file, PID_FILE_MAX, &text, NULL, NULL) < 0)
                return 0;
        pid = g_ascii_strtoll(text, NULL, 10);
        return pid <= 1 || pid > G_MAXINT ? 0 : (pid_t)pid;
}

pid_t helper_pid(const Helper *helper)
{
        pid_t pid = pid_of_file(helper);

        return pid && is_program(pid, helper->program) ? pid : 0;
}

/* One that ended by itself, as it does when QEMU leaves it: a child of ours still waits for us. Of a dead process only
 * the name can be seen. */
static void reap_ended(pid_t pid, const char *program)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/comm", (int)pid);
        g_autofree char *name = NULL;

        if (file_read(path, COMMAND_MAX, &name, NULL, NULL) == 0 && g_str_has_prefix(program, g_strchomp(name)))
                waitpid(pid, NULL, WNOHANG);
}

static bool has_ended(int pidfd, int timeout_ms)
{
        struct pollfd ended = { .fd = pidfd, .events = POLLIN };
        int r;

        do
                r = poll(&ended, 1, timeout_ms);
        while (r < 0 && errno == EINTR);
        return r > 0;
}

static void end(const Helper *helper, int pidfd, pid_t pid)
{
        static const struct {
                int number, wait_ms;
        } steps[] = { { SIGTERM, TERM_MS }, { SIGKILL, KILL_MS } };

        for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
                if (pidfd_send_signal(pidfd, steps[i].number, NULL, 0) < 0 || has_ended(pidfd, steps[i].wait_ms)) {
                        waitpid(pid, NULL, WNOHANG); /* when it was a child of ours */
                        return;
                }
        log_warn("'%s' (process %d) does not end", helper->program, (int)pid);
}

void helper_stop(const Helper *helper)
{
        pid_t written = pid_of_file(helper);
        pid_t pid = helper_pid(helper);
        AUTO_FD int pidfd = pid ? pidfd_open(pid, 0) : -1;

        /* Asked again behind the descriptor: from here on the number cannot become somebody else. */
        if (pidfd >= 0 && is_program(pid, helper->program)) {
                pool_wait_begin();
                end(helper, pidfd, pid);
                pool_wait_end();
        } else if (written) {
                reap_ended(written, helper->program);
        }
        if (unlink(helper->pid_file) < 0 && errno != ENOENT)
                log_warn("cannot remove %s: %s", helper->pid_file, g_strerror(errno));
}
