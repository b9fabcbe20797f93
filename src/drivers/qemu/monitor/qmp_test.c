/* Against a scripted peer on a socket pair, and against a real QEMU when one is installed. */
#include "monitor/qmp.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/process.h"

static Loop *loop;

typedef struct Seen {
        pthread_mutex_t mutex;
        pthread_cond_t wake;
        int events, closed, freed;
        char *last_event;
        char *why;
} Seen;

static Seen *seen_new(void)
{
        Seen *seen = g_new0(Seen, 1);

        pthread_mutex_init(&seen->mutex, NULL);
        pthread_cond_init(&seen->wake, NULL);
        return seen;
}

static void seen_free(Seen *seen)
{
        g_free(seen->last_event);
        g_free(seen->why);
        g_free(seen);
}

static void on_event(Qmp *qmp, const char *name, const Json *data, int64_t seconds, int64_t microseconds, void *opaque)
{
        Seen *seen = opaque;
        LOCKED(&seen->mutex);

        seen->events++;
        g_free(seen->last_event);
        seen->last_event = g_strdup(name);
        pthread_cond_signal(&seen->wake);
}

static void on_closed(Qmp *qmp, const Error *why, void *opaque)
{
        Seen *seen = opaque;
        LOCKED(&seen->mutex);

        seen->closed++;
        seen->why = g_strdup(why->message);
        pthread_cond_signal(&seen->wake);
}

static void on_free(void *opaque)
{
        Seen *seen = opaque;
        LOCKED(&seen->mutex);

        seen->freed++;
        pthread_cond_signal(&seen->wake);
}

static const QmpHooks hooks = { .event = on_event, .closed = on_closed, .free = on_free };

/* Until *@counter is @value; ten seconds at most. */
static void wait_until(Seen *seen, const int *counter, int value)
{
        struct timespec limit;
        LOCKED(&seen->mutex);

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += 10;
        while (*counter < value)
                g_assert_cmpint(pthread_cond_timedwait(&seen->wake, &seen->mutex, &limit), ==, 0);
}

static void say(int fd, const char *text)
{
        g_assert_cmpint(send(fd, text, strlen(text), MSG_NOSIGNAL), ==, (int)strlen(text));
}

/* What the client sent, up to a line end. */
static char *hear(int fd)
{
        GString *line = g_string_new(NULL);
        char c = 0;

        while (c != '\n' && recv(fd, &c, 1, 0) == 1)
                g_string_append_c(line, c);
        return g_string_free(line, false);
}

static const char greeting[] = "{\"QMP\":{\"version\":{},\"capabilities\":[]}}\r\n";

static Qmp *connected(Seen *seen, int *ret_peer)
{
        int pair[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
        *ret_peer = pair[1];
        return qmp_new(loop, pair[0], "peer", &hooks, seen);
}

static void greet(int peer)
{
        g_autofree char *heard = NULL;

        say(peer, greeting);
        heard = hear(peer);
        g_assert_cmpstr(heard, ==, "{\"execute\":\"qmp_capabilities\",\"id\":\"vireo-1\"}\r\n");
        say(peer, "{\"return\":{},\"id\":\"vireo-1\"}\r\n");
}

static void finish(Qmp *qmp, Seen *seen)
{
        qmp_close(qmp);
        qmp_unref(qmp);
        wait_until(seen, &seen->freed, 1);
        g_assert_cmpint(seen->closed, ==, 1);
        seen_free(seen);
}

typedef struct Answer {
        Seen *seen;
        int count, failed, code;
} Answer;

static void on_reply(Json *reply, const Error *err, void *opaque)
{
        Answer *answer = opaque;
        LOCKED(&answer->seen->mutex);

        json_unref(reply);
        answer->count++;
        if (!reply) {
                answer->failed++;
                answer->code = err->code;
        }
        pthread_cond_signal(&answer->seen->wake);
}

static void test_replies_match_ids(void)
{
        Seen *seen = seen_new();
        Answer first = { .seen = seen }, second = { .seen = seen };
        AUTO_FD int peer = -1;
        Qmp *qmp = connected(seen, &peer);
        g_autofree char *a = NULL;
        g_autofree char *b = NULL;

        /* Sent before the greeting: they wait for it. */
        qmp_call_async(qmp, "one", NULL, 10000, on_reply, &first);
        qmp_call_async(qmp, "two", NULL, 10000, on_reply, &second);
        greet(peer);
        a = hear(peer);
        b = hear(peer);
        g_assert_nonnull(strstr(a, "\"one\""));
        g_assert_nonnull(strstr(b, "\"two\""));
        /* Answered in the other order, with an event and a stranger's answer between. */
        say(peer, "{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"},\"id\":\"vireo-3\"}\r\n");
        say(peer, "{\"event\":\"STOP\",\"timestamp\":{}}\r\n{\"return\":{},\"id\":\"vireo-99\"}\r\n");
        say(peer, "{\"return\":{},\"id\":\"vireo-2\"}\r\n");
        wait_until(seen, &first.count, 1);
        wait_until(seen, &second.count, 1);
        wait_until(seen, &seen->events, 1);
        g_assert_cmpint(first.failed, ==, 0);
        g_assert_cmpint(second.failed, ==, 1);
        g_assert_cmpint(second.code, ==, VIR_ERR_INTERNAL_ERROR);
        g_assert_cmpstr(seen->last_event, ==, "STOP");
        g_assert_cmpint(qmp_silent_ms(qmp), ==, 0);
        finish(qmp, seen);
}

/* A peer that answers nobody before it has heard everybody, qmp_capabilities too. */
static void *slow_peer(void *opaque)
{
        int peer = *(int *)opaque;

        say(peer, greeting);
        for (int i = 0; i < 4; i++)
                g_free(hear(peer));
        say(peer, "{\"return\":{},\"id\":\"vireo-1\"}\r\n{\"return\":[7],\"id\":\"vireo-4\"}\r\n"
                  "{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"},\"id\":\"vireo-3\"}\r\n"
                  "{\"return\":{},\"id\":\"vireo-2\"}\r\n");
        return NULL;
}

static void test_together(void)
{
        QmpQuestion questions[] = { { .command = "one" }, { .command = "two" }, { .command = "three" } };
        Seen *seen = seen_new();
        AUTO_FD int peer = -1;
        Qmp *qmp = connected(seen, &peer);
        GThread *thread = g_thread_new("peer", slow_peer, &peer);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(qmp_wait_greeting(qmp, 10000, &err), ==, 0);
        g_assert_cmpint(qmp_ask_all(qmp, questions, ARRAY_SIZE(questions), 10000, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
        g_assert_nonnull(strstr(err.message, "two"));
        g_assert_true(json_is_object(questions[0].reply));
        g_assert_true(json_is_array(questions[2].reply));
        g_assert_null(questions[1].reply);
        qmp_questions_clear(questions, ARRAY_SIZE(questions));
        g_thread_join(thread);
        finish(qmp, seen);
}

static void test_deadline(void)
{
        Seen *seen = seen_new();
        Answer answer = { .seen = seen };
        AUTO_FD int peer = -1;
        Qmp *qmp = connected(seen, &peer);
        g_autofree char *heard = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(qmp_wait_greeting(qmp, 20, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_TIMEOUT);
        greet(peer);
        qmp_call_async(qmp, "slow", NULL, 20, on_reply, &answer);
        heard = hear(peer);
        wait_until(seen, &answer.count, 1);
        g_assert_cmpint(answer.code, ==, VIR_ERR_OPERATION_TIMEOUT);
        g_assert_cmpint(qmp_silent_ms(qmp), >, 0);
        /* The late answer is dropped, and ends the silence: an event behind it shows that it was read. */
        say(peer, "{\"return\":{},\"id\":\"vireo-2\"}\r\n{\"event\":\"RESUME\"}\r\n");
        wait_until(seen, &seen->events, 1);
        g_assert_cmpint(answer.count, ==, 1);
        g_assert_cmpint(qmp_silent_ms(qmp), ==, 0);
        finish(qmp, seen);
}

static void test_end_answers_all(void)
{
        Seen *seen = seen_new();
        Answer answer = { .seen = seen };
        int peer = -1;
        Qmp *qmp = connected(seen, &peer);

        greet(peer);
        for (int i = 0; i < 5; i++)
                qmp_call_async(qmp, "x", NULL, -1, on_reply, &answer);
        close(peer);
        wait_until(seen, &answer.count, 5);
        wait_until(seen, &seen->closed, 1);
        g_assert_cmpint(answer.failed, ==, 5);
        g_assert_nonnull(strstr(seen->why, "End of file from qemu monitor"));
        /* And what comes later is answered too. */
        qmp_call_async(qmp, "x", NULL, -1, on_reply, &answer);
        wait_until(seen, &answer.count, 6);
        finish(qmp, seen);
}

static void test_garbage_closes(void)
{
        Seen *seen = seen_new();
        AUTO_FD int peer = -1;
        Qmp *qmp = connected(seen, &peer);

        greet(peer);
        say(peer, "{\"return\":{},\r\n");
        wait_until(seen, &seen->closed, 1);
        g_assert_nonnull(strstr(seen->why, "cannot parse json"));
        finish(qmp, seen);
}

static void test_raw(void)
{
        Seen *seen = seen_new();
        AUTO_FD int peer = -1;
        Qmp *qmp = connected(seen, &peer);
        ERROR_AUTO Error err = ERROR_INIT;
        char *text = NULL;

        g_assert_cmpint(qmp_call_raw(qmp, "[1]", -1, 1000, &text, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
        finish(qmp, seen);
}

static Qmp *real_qemu(Seen *seen, pid_t *ret_pid)
{
        g_autofree char *program = g_find_program_in_path("qemu-system-x86_64");
        ERROR_AUTO Error err = ERROR_INIT;
        int pair[2];
        Process *process;
        int r;

        if (!program) {
                g_test_skip("needs qemu-system-x86_64");
                return NULL;
        }
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
        process = process_new(program);
        for (const char *const *word = (const char *const[]){ "-machine", "none", "-nographic", "-nodefaults", "-S",
                                                              "-mon", "chardev=m,mode=control", NULL };
             *word; word++)
                process_add(process, *word);
        process_add(process, "-chardev");
        process_add_format(process, "socket,id=m,fd=%d", pair[1]);
        process_pass_fd(process, pair[1]);
        r = process_start(process, ret_pid, &err);
        if (r < 0)
                g_error("%s", err.message);
        process_free(process);
        close(pair[1]);
        return qmp_new(loop, pair[0], "real", &hooks, seen);
}

static void test_real_qemu(void)
{
        Seen *seen = seen_new();
        pid_t pid = 0;
        Qmp *qmp = real_qemu(seen, &pid);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) status = NULL;
        g_autofree char *text = NULL;

        if (!qmp) {
                seen_free(seen);
                return;
        }
        g_assert_cmpint(qmp_call(qmp, "query-status", NULL, 20000, &status, &err), ==, 0);
        g_assert_cmpstr(json_get_string(status, "status"), ==, "prelaunch");
        g_assert_cmpint(qmp_call(qmp, "no-such-command", NULL, 20000, NULL, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_UNSUPPORTED);
        error_clear(&err);
        g_assert_cmpint(qmp_call_raw(qmp, "{\"execute\":\"query-name\",\"id\":\"mine\"}", -1, 20000, &text, &err), ==,
                        0);
        g_assert_nonnull(strstr(text, "\"id\":\"mine\""));
        g_assert_cmpint(qmp_call(qmp, "quit", NULL, 20000, NULL, &err), ==, 0);
        wait_until(seen, &seen->closed, 1);
        g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
        finish(qmp, seen);
}

/* A descriptor arrives with the command that it was given to, also when others are under way. */
static void test_real_qemu_fd(void)
{
        Seen *seen = seen_new();
        pid_t pid = 0;
        Qmp *qmp = real_qemu(seen, &pid);
        g_autofree char *path = NULL;
        int fd = g_file_open_tmp(NULL, &path, NULL);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(fd, >=, 0);
        for (int i = 0; qmp && i < 50; i++) {
                g_autoptr(Json) reply = NULL;
                g_autofree char *link = NULL;
                g_autofree char *its = NULL;
                int64_t number = -1;

                qmp_call_async(qmp, "query-status", NULL, -1, NULL, NULL);
                g_assert_cmpint(qmp_call_fd(qmp, "add-fd", NULL, fd, 20000, &reply, &err), ==, 0);
                g_assert_true(json_get_int(reply, "fd", &number));
                link = g_strdup_printf("/proc/%d/fd/%d", pid, (int)number);
                its = g_file_read_link(link, NULL);
                g_assert_cmpstr(its, ==, path);
        }
        close(fd);
        unlink(path);
        if (!qmp) {
                seen_free(seen);
                return;
        }
        g_assert_cmpint(qmp_call(qmp, "quit", NULL, 20000, NULL, &err), ==, 0);
        wait_until(seen, &seen->closed, 1);
        g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
        finish(qmp, seen);
}

/* A QEMU that is stopped answers nothing: the deadline holds, and afterwards it goes on. */
static void test_real_qemu_stopped(void)
{
        Seen *seen = seen_new();
        pid_t pid = 0;
        Qmp *qmp = real_qemu(seen, &pid);
        ERROR_AUTO Error err = ERROR_INIT;

        if (!qmp) {
                seen_free(seen);
                return;
        }
        g_assert_cmpint(qmp_call(qmp, "query-status", NULL, 20000, NULL, &err), ==, 0);
        kill(pid, SIGSTOP);
        g_assert_cmpint(qmp_call(qmp, "query-status", NULL, 50, NULL, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_TIMEOUT);
        g_assert_cmpint(qmp_silent_ms(qmp), >=, 50);
        error_clear(&err);
        kill(pid, SIGCONT);
        g_assert_cmpint(qmp_call(qmp, "query-status", NULL, 20000, NULL, &err), ==, 0);
        g_assert_cmpint(qmp_silent_ms(qmp), ==, 0);
        kill(pid, SIGKILL);
        wait_until(seen, &seen->closed, 1);
        g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
        finish(qmp, seen);
}

int main(int argc, char **argv)
{
        int r;

        g_test_init(&argc, &argv, NULL);
        loop = loop_new("test", NULL);
        g_assert_nonnull(loop);
        g_test_add_func("/qmp/replies-match-ids", test_replies_match_ids);
        g_test_add_func("/qmp/together", test_together);
        g_test_add_func("/qmp/deadline", test_deadline);
        g_test_add_func("/qmp/end-answers-all", test_end_answers_all);
        g_test_add_func("/qmp/garbage-closes", test_garbage_closes);
        g_test_add_func("/qmp/raw", test_raw);
        g_test_add_func("/qmp/real-qemu", test_real_qemu);
        g_test_add_func("/qmp/real-qemu-fd", test_real_qemu_fd);
        g_test_add_func("/qmp/real-qemu-stopped", test_real_qemu_stopped);
        r = g_test_run();
        loop_free(loop);
        return r;
}
