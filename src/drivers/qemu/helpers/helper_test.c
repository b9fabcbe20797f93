/* Helpers: started, found again by the pid file, stopped; never somebody else who has the number now. */
#include "helpers/helper.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"

static char *folder;

static char *in_folder(const char *name)
{
        return g_build_filename(folder, name, NULL);
}

static void test_start_and_stop(void)
{
        g_autofree char *pid_file = in_folder("deep/sleep.pid");
        Helper helper = { .program = "sleep", .pid_file = pid_file };
        Process *process = process_new("sleep");
        ERROR_AUTO Error err = ERROR_INIT;
        pid_t pid;

        process_add(process, "1000");
        g_assert_cmpint(helper_start(&helper, process, &err), ==, 0);
        process_free(process);
        pid = helper_pid(&helper);
        g_assert_cmpint(pid, >, 1);
        helper_stop(&helper);
        g_assert_cmpint(kill(pid, 0), ==, -1);
        g_assert_cmpint(helper_pid(&helper), ==, 0);
        g_assert_cmpint(access(pid_file, F_OK), ==, -1);
        helper_stop(&helper); /* again: nothing to do */
}

static void test_stubborn(void)
{
        g_autofree char *pid_file = in_folder("sh.pid");
        g_autofree char *fifo = in_folder("fifo");
        g_autofree char *script = g_strdup_printf("trap '' TERM; read line <%s", fifo);
        Helper helper = { .program = "sh", .pid_file = pid_file };
        Process *process = process_new("sh");
        ERROR_AUTO Error err = ERROR_INIT;
        int ready;
        pid_t pid;

        g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
        process_add_pair(process, "-c", script);
        g_assert_cmpint(helper_start(&helper, process, &err), ==, 0);
        process_free(process);
        ready = open(fifo, O_WRONLY | O_CLOEXEC); /* waits until it reads: now it is deaf */
        pid = helper_pid(&helper);
        g_assert_cmpint(pid, >, 1);
        helper_stop(&helper);
        g_assert_cmpint(kill(pid, 0), ==, -1);
        close(ready);
        unlink(fifo);
}

/* It ended before we asked it to: nothing of it stays in the table of processes. */
static void test_ended(void)
{
        g_autofree char *pid_file = in_folder("ended.pid");
        Helper helper = { .program = "sleep", .pid_file = pid_file };
        Process *process = process_new("sleep");
        siginfo_t info = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        pid_t pid;

        process_add(process, "1000");
        g_assert_cmpint(helper_start(&helper, process, &err), ==, 0);
        process_free(process);
        pid = helper_pid(&helper);
        g_assert_cmpint(pid, >, 1);
        g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
        g_assert_cmpint(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), ==, 0);
        helper_stop(&helper);
        g_assert_cmpint(kill(pid, 0), ==, -1);
}

static void test_foreign_number(void)
{
        g_autofree char *pid_file = in_folder("passt.pid");
        g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
        Helper helper = { .program = "passt", .pid_file = pid_file };
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(file_replace(pid_file, text, strlen(text), 0600, &err), ==, 0);
        g_assert_cmpint(helper_pid(&helper), ==, 0);
        helper_stop(&helper); /* we live on */
        g_assert_cmpint(access(pid_file, F_OK), ==, -1);
}

static void test_run(void)
{
        g_autofree char *pid_file = in_folder("run.pid");
        g_autofree char *fifo = in_folder("fifo");
        g_autofree char *script = g_strdup_printf("{ read line <%s; } >/dev/null 2>&1 & echo $! >%s", fifo, pid_file);
        Helper helper = { .program = "sh", .pid_file = pid_file };
        Process *process = process_new("sh");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
        process_add_pair(process, "-c", script);
        if (helper_run(&helper, process, &err) < 0)
                g_error("%s", err.message);
        process_free(process);
        g_assert_cmpint(helper_pid(&helper), >, 1);
        helper_stop(&helper);
        g_assert_cmpint(helper_pid(&helper), ==, 0);
        unlink(fifo);
}

static void test_run_fails(void)
{
        g_autofree char *pid_file = in_folder("none.pid");
        Helper helper = { .program = "sleep", .pid_file = pid_file };
        Process *process = process_new("sh");
        ERROR_AUTO Error err = ERROR_INIT;

        process_add_pair(process, "-c", "echo no room for us >&2; exit 3");
        g_assert_cmpint(helper_run(&helper, process, &err), ==, -1);
        process_free(process);
        g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
        g_assert_nonnull(strstr(err.message, "no room for us"));
}

int main(int argc, char **argv)
{
        g_autofree char *deep = NULL;
        int r;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("helper-XXXXXX", NULL);
        g_assert_nonnull(folder);
        g_test_add_func("/helper/start-and-stop", test_start_and_stop);
        g_test_add_func("/helper/stubborn", test_stubborn);
        g_test_add_func("/helper/ended", test_ended);
        g_test_add_func("/helper/foreign-number", test_foreign_number);
        g_test_add_func("/helper/run", test_run);
        g_test_add_func("/helper/run-fails", test_run_fails);
        r = g_test_run();
        deep = in_folder("deep");
        rmdir(deep);
        rmdir(folder);
        g_free(folder);
        return r;
}
