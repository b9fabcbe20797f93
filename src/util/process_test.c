#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/auto.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Process, process_free)

static Process *shell(const char *script)
{
        Process *process = process_new("/bin/sh");

        process_add_pair(process, "-c", script);
        return process;
}

static char *output_of(Process *process)
{
        ERROR_AUTO Error err = ERROR_INIT;
        char *output = NULL;

        if (process_run(process, 10000, &output, NULL, NULL, &err) < 0)
                g_error("%s", err.message);
        return output;
}

static void test_text(void)
{
        g_autoptr(Process) process = process_new("/usr/bin/qemu");
        g_autofree char *text = NULL;

        process_env(process, "LC_ALL", "C");
        process_env(process, "EMPTY", "");
        process_env(process, "X", "a b");
        process_env(process, "LC_ALL", "C.UTF-8");
        process_add_pair(process, "-name", "guest=it's");
        process_add_format(process, "%d", 5);
        process_add(process, "");
        text = process_text(process);
        g_assert_cmpstr(text, ==, "LC_ALL=C.UTF-8 EMPTY= X='a b' /usr/bin/qemu -name 'guest=it'\\''s' 5 ''");
        g_assert_cmpstr(process_argv(process)[3], ==, "5");
        g_assert_null(process_argv(process)[5]);
}

static void test_run(void)
{
        g_autoptr(Process) process = shell("echo out; echo err >&2; exit 3");
        g_autofree char *out = NULL, *errors = NULL;
        int status = 0;

        g_assert_cmpint(process_run(process, 10000, &out, &errors, &status, NULL), ==, 0);
        g_assert_cmpstr(out, ==, "out\n");
        g_assert_cmpstr(errors, ==, "err\n");
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, 3);
}

static void test_failures(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Process) fails = shell("echo line 1 >&2; echo the reason >&2; exit 3");
        g_autoptr(Process) dies = shell("kill -9 $$");
        g_autoptr(Process) missing = process_new("no-such-program-here");
        g_autoptr(Process) absent = process_new("/nonexistent/program");
        g_autoptr(Process) folder = process_new("/tmp");
        g_autoptr(Process) nowhere = shell("true");
        pid_t pid = 7;

        g_assert_cmpint(process_run(fails, 10000, NULL, NULL, NULL, &err), ==, -1);
        g_assert_cmpstr(err.message, ==,
                        "internal error: Child process (/bin/sh) unexpected exit status 3: line 1\nthe reason");
        error_clear(&err);
        g_assert_cmpint(process_run(dies, 10000, NULL, NULL, NULL, &err), ==, -1);
        g_assert_cmpstr(err.message, ==, "internal error: Child process (/bin/sh) unexpected fatal signal 9");
        error_clear(&err);
        g_assert_cmpint(process_start(missing, &pid, &err), ==, -1);
        g_assert_cmpstr(err.message, ==, "Cannot find 'no-such-program-here' in path: No such file or directory");
        error_clear(&err);
        g_assert_cmpint(process_start(absent, &pid, &err), ==, -1);
        g_assert_cmpstr(err.message, ==, "cannot execute binary /nonexistent/program: No such file or directory");
        error_clear(&err);
        g_assert_cmpint(process_start(folder, &pid, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, EACCES);
        error_clear(&err);
        process_chdir(nowhere, "/nonexistent");
        g_assert_cmpint(process_start(nowhere, &pid, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "/nonexistent"));
        g_assert_cmpint(pid, ==, 7);
        g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1); /* nothing is left to wait for */
        g_assert_cmpint(errno, ==, ECHILD);
}

static void test_timeout(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Process) process = process_new("sleep");
        gint64 start = g_get_monotonic_time();

        process_add(process, "1000");
        g_assert_cmpint(process_run(process, 50, NULL, NULL, NULL, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_TIMEOUT);
        g_assert_cmpint(g_get_monotonic_time() - start, >=, 50000);
        g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
}

/* A grandchild that keeps the pipes does not keep us. */
static void test_grandchild_holds_pipe(void)
{
        g_autoptr(Process) process = shell("echo before; sleep 1000 & echo $!");
        g_autofree char *output = output_of(process);

        g_assert_true(g_str_has_prefix(output, "before\n"));
        kill(atoi(output + strlen("before\n")), SIGKILL);
}

static void test_much_output(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Process) fits = shell("head -c 1000000 /dev/zero | tr '\\0' x; head -c 2000000 /dev/zero >&2");
        g_autoptr(Process) huge = shell("head -c 1100000 /dev/zero");
        g_autofree char *output = output_of(fits);
        g_autofree char *none = NULL;

        g_assert_cmpuint(strlen(output), ==, 1000000);
        g_assert_cmpint(process_run(huge, 10000, &none, NULL, NULL, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OVERFLOW);
}

static void test_environment_and_folder(void)
{
        g_autoptr(Process) process = process_new("/usr/bin/env");
        g_autoptr(Process) empty = process_new("/usr/bin/env");
        g_autoptr(Process) where = process_new("/bin/pwd");
        g_autofree char *output = NULL, *nothing = NULL, *folder = NULL;

        g_setenv("PROCESS_TEST", "passed", TRUE);
        process_env(process, "A", "1");
        process_env_pass(process, "PROCESS_TEST");
        process_env_pass(process, "PROCESS_TEST_UNSET");
        output = output_of(process);
        g_assert_cmpstr(output, ==, "A=1\nPROCESS_TEST=passed\n");
        process_env_pass(empty, "PROCESS_TEST_UNSET");
        nothing = output_of(empty);
        g_assert_cmpstr(nothing, ==, "");
        process_chdir(where, "/usr");
        folder = output_of(where);
        g_assert_cmpstr(folder, ==, "/usr\n");
}

static void test_descriptors(void)
{
        AUTO_FD int passed = open("/dev/zero", O_RDONLY | O_CLOEXEC);
        AUTO_FD int leaky = open("/dev/zero", O_RDONLY); /* without close-on-exec on purpose */
        AUTO_FD int high = fcntl(passed, F_DUPFD_CLOEXEC, 50);
        g_autoptr(Process) process = shell("cd /proc/$$/fd; for f in *; do echo $f=$(readlink $f); done | sort -n");
        g_autofree char *output = NULL;
        g_autofree char *first = g_strdup_printf("\n%d=/dev/zero\n", passed);
        g_autofree char *second = g_strdup_printf("\n%d=/dev/zero\n", high);
        g_autofree char *leaked = g_strdup_printf("\n%d=/dev/zero\n", leaky);

        g_assert_cmpint(leaky, >, passed);
        process_pass_fd(process, high);
        process_pass_fd(process, passed);
        output = output_of(process);
        g_assert_true(g_str_has_prefix(output, "0=/dev/null\n1=pipe:"));
        g_assert_nonnull(strstr(output, first));
        g_assert_nonnull(strstr(output, second));
        g_assert_null(strstr(output, leaked));
        g_assert_true(fcntl(passed, F_GETFD) & FD_CLOEXEC); /* ours stays as it was */
}

static void test_streams_cross(void)
{
        g_autoptr(Process) process = shell("cat; echo done >&2");
        g_autofree char *folder = g_dir_make_tmp("process-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "in", NULL);
        g_autofree char *output = NULL;
        AUTO_FD int in = -1;

        g_assert_true(g_file_set_contents(path, "text", -1, NULL));
        in = open(path, O_RDONLY | O_CLOEXEC);
        process_stdin(process, in);
        output = output_of(process);
        g_assert_cmpstr(output, ==, "text");
        unlink(path);
        rmdir(folder);
}

/* Ignored and blocked signals do not reach the program. */
static void test_signals_are_reset(void)
{
        g_autoptr(Process) process = process_new("grep");
        g_autofree char *output = NULL;
        sigset_t set;

        signal(SIGPIPE, SIG_IGN);
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        pthread_sigmask(SIG_BLOCK, &set, NULL);
        process_add_pair(process, "-E", "^Sig(Blk|Ign)");
        process_add(process, "/proc/self/status");
        output = output_of(process);
        g_assert_cmpstr(output, ==, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
        signal(SIGPIPE, SIG_DFL);
}

static void test_detach(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *folder = g_dir_make_tmp("process-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "x.pid", NULL);
        g_autofree char *text = NULL;
        g_autoptr(Process) process = process_new("sleep");
        g_autoptr(Process) broken = process_new("/nonexistent/program");
        pid_t pid;

        process_add(process, "1000");
        process_detach(process, path);
        g_assert_cmpint(process_start(process, &pid, &err), ==, 0);
        /* The file is there as soon as the call returns. */
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_cmpint(atoi(text), ==, pid);
        g_assert_cmpint(getsid(pid), ==, pid);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);

        unlink(path);
        process_detach(broken, path);
        g_assert_cmpint(process_start(broken, &pid, &err), ==, -1);
        g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
        g_assert_cmpint(rmdir(folder), ==, 0); /* nothing beside it either */
}

static void test_start_time(void)
{
        g_autoptr(Process) process = process_new("sleep");
        uint64_t ours = process_start_time(getpid()), its;
        siginfo_t end;
        pid_t pid;

        process_add(process, "1000");
        g_assert_cmpint(process_start(process, &pid, NULL), ==, 0);
        its = process_start_time(pid);
        g_assert_cmpuint(ours, >, 0);
        g_assert_cmpuint(its, >=, ours);
        g_assert_cmpuint(its, ==, process_start_time(pid));
        kill(pid, SIGKILL);
        g_assert_cmpint(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), ==, 0);
        g_assert_cmpuint(process_start_time(pid), ==, 0); /* a zombie */
        waitpid(pid, NULL, 0);
        g_assert_cmpuint(process_start_time(pid), ==, 0);
        g_assert_cmpuint(process_start_time(0), ==, 0);
        g_assert_cmpuint(process_start_time(-1), ==, 0);
}

static void test_limits(void)
{
        g_autoptr(Process) process = shell("ulimit -n; ulimit -c");
        g_autofree char *output = NULL;

        process_limit(process, RLIMIT_NOFILE, 77);
        process_limit(process, RLIMIT_CORE, 0);
        output = output_of(process);
        g_assert_cmpstr(output, ==, "77\n0\n");
}

static int fail_before(void *opaque)
{
        *(bool *)opaque = true;
        errno = EDOM;
        return -1;
}

static void test_before(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Process) process = shell("true");
        bool called = false;
        pid_t pid;

        process_before(process, "sing", fail_before, &called);
        g_assert_cmpint(process_start(process, &pid, &err), ==, -1);
        g_assert_true(called);
        g_assert_cmpint(err.int1, ==, EDOM);
        g_assert_nonnull(strstr(err.message, "cannot sing for '/bin/sh'"));
}

/* What somebody saw of a process that waited for him. */
typedef struct Seen {
        pid_t pid;
        char *program;
        int result;
} Seen;

static int look_at(pid_t pid, void *opaque, Error *err)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/exe", pid);
        Seen *seen = opaque;

        seen->pid = pid;
        seen->program = g_file_read_link(path, NULL);
        return seen->result == 0 ? 0 : error_set(err, VIR_ERR_OPERATION_DENIED, "not this one");
}

static void test_meeting(void)
{
        g_autoptr(Process) process = shell("echo $$; ls /proc/self/fd | wc -l");
        g_autoptr(Process) plain = shell("echo $$; ls /proc/self/fd | wc -l");
        g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
        g_autofree char *output = NULL, *usual = NULL;
        g_auto(GStrv) lines = NULL;
        Seen seen = { 0 };

        process_meet(process, look_at, &seen);
        output = output_of(process);
        usual = output_of(plain);
        lines = g_strsplit(output, "\n", -1);
        g_assert_cmpint(atoi(lines[0]), ==, seen.pid);
        /* It did not run the program yet, and the program has none of the sockets. */
        g_assert_cmpstr(seen.program, ==, self);
        g_assert_cmpstr(strchr(output, '\n'), ==, strchr(usual, '\n'));
        g_free(seen.program);
}

static void test_meeting_refuses(void)
{
        g_autoptr(Process) process = shell("exit 0");
        g_autoptr(Process) absent = process_new("/nonexistent/program");
        g_autoptr(Process) early = shell("exit 0");
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { .result = -1 }, fine = { 0 }, never = { 0 };
        bool called = false;
        pid_t pid = 7;

        process_meet(process, look_at, &seen);
        g_assert_cmpint(process_start(process, &pid, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_DENIED);
        g_assert_cmpint(waitpid(seen.pid, NULL, WNOHANG), ==, -1);
        g_free(seen.program);
        error_clear(&err);
        /* What goes wrong afterwards is said as ever. */
        process_meet(absent, look_at, &fine);
        g_assert_cmpint(process_start(absent, &pid, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, ENOENT);
        g_assert_cmpint(fine.pid, >, 0);
        g_free(fine.program);
        error_clear(&err);
        /* One that fails before meets nobody. */
        process_meet(early, look_at, &never);
        process_before(early, "be there", fail_before, &called);
        g_assert_cmpint(process_start(early, &pid, &err), ==, -1);
        g_assert_cmpint(never.pid, ==, 0);
        g_assert_cmpint(pid, ==, 7);
}

static void test_other_user(void)
{
        static const gid_t groups[] = { 7, 8 };
        g_autoptr(Process) process = shell("id -u; id -g; id -G; grep -E 'Cap(Prm|Eff|Bnd)' /proc/self/status");
        g_autofree char *output = NULL;

        if (geteuid() != 0) {
                g_test_skip("needs root");
                return;
        }
        process_user(process, 5, 6, groups, ARRAY_SIZE(groups));
        process_no_capabilities(process);
        output = output_of(process);
        g_assert_cmpstr(output, ==,
                        "5\n6\n6 7 8\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
                        "CapBnd:\t0000000000000000\n");
        /* All of it was the child's alone. */
        g_assert_cmpint(geteuid(), ==, 0);
        g_assert_cmpint(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), ==, 1);
        g_assert_cmpint(prctl(PR_CAPBSET_READ, 0, 0, 0, 0), ==, 1);
}

static void test_root_without_capabilities(void)
{
        g_autoptr(Process) process = shell("id -u; grep CapEff /proc/self/status");
        g_autofree char *output = NULL;

        if (geteuid() != 0) {
                g_test_skip("needs root");
                return;
        }
        process_no_capabilities(process);
        output = output_of(process);
        g_assert_cmpstr(output, ==, "0\nCapEff:\t0000000000000000\n");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/process/text", test_text);
        g_test_add_func("/process/run", test_run);
        g_test_add_func("/process/failures", test_failures);
        g_test_add_func("/process/timeout", test_timeout);
        g_test_add_func("/process/grandchild-holds-pipe", test_grandchild_holds_pipe);
        g_test_add_func("/process/much-output", test_much_output);
        g_test_add_func("/process/environment-and-folder", test_environment_and_folder);
        g_test_add_func("/process/descriptors", test_descriptors);
        g_test_add_func("/process/streams-cross", test_streams_cross);
        g_test_add_func("/process/signals-are-reset", test_signals_are_reset);
        g_test_add_func("/process/detach", test_detach);
        g_test_add_func("/process/start-time", test_start_time);
        g_test_add_func("/process/limits", test_limits);
        g_test_add_func("/process/before", test_before);
        g_test_add_func("/process/meeting", test_meeting);
        g_test_add_func("/process/meeting-refuses", test_meeting_refuses);
        g_test_add_func("/process/root/other-user", test_other_user);
        g_test_add_func("/process/root/without-capabilities", test_root_without_capabilities);
        return g_test_run();
}
