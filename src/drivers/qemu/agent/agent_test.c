/* The client of the guest agent against an agent of a few lines that misbehaves on demand. */
#include "agent/agent.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The other end: reads a line, and answers by what the line asks for. */
typedef struct Fake {
        int fd;
        GThread *thread;
        const char *garbage; /* said before everything else */
        Agent *agent;        /* to be told what happens to the guest */
} Fake;

static void say(int fd, const char *text)
{
        size_t length = strlen(text);

        g_assert_cmpint(write(fd, text, length), ==, (ssize_t)length);
}

static void answer_sync(int fd, const Json *command)
{
        int64_t id = -1;
        g_autofree char *text = NULL;

        g_assert_true(json_get_int(json_get(command, "arguments"), "id", &id));
        text = g_strdup_printf("\xff{\"return\": %" G_GINT64_FORMAT "}\n", id);
        say(fd, text);
}

static bool answer_line(Fake *fake, const char *line)
{
        g_autoptr(Json) command = json_parse(line, strlen(line), NULL);
        const char *name = json_get_string(command, "execute");

        g_assert_nonnull(name);
        if (strcmp(name, "guest-sync-delimited") == 0)
                answer_sync(fake->fd, command);
        else if (strcmp(name, "guest-ping") == 0)
                say(fake->fd, "{\"return\": {}}\n");
        else if (strcmp(name, "guest-get-time") == 0)
                say(fake->fd, "{\"return\": 1700000000000000000}\n");
        else if (strcmp(name, "guest-fstrim") == 0)
                say(fake->fd, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such disk\"}}\n");
        else if (strcmp(name, "guest-info") == 0)
                say(fake->fd, "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"unknown\"}}\n");
        else if (strcmp(name, "guest-nonsense") == 0)
                say(fake->fd, "{\"return\": [}\n");
        else if (strcmp(name, "guest-sleep") == 0)
                agent_happened(fake->agent);
        else if (strcmp(name, "guest-quit") == 0)
                return false;
        return true; /* anything else: silence */
}

static void *fake_run(void *opaque)
{
        Fake *fake = opaque;
        g_autoptr(GString) line = g_string_new(NULL);
        char c;

        if (fake->garbage)
                say(fake->fd, fake->garbage);
        while (read(fake->fd, &c, 1) == 1) {
                if ((unsigned char)c == 0xff) {
                        g_string_truncate(line, 0);
                } else if (c != '\n') {
                        g_string_append_c(line, c);
                } else {
                        bool go_on = answer_line(fake, line->str);

                        g_string_truncate(line, 0);
                        if (!go_on)
                                break;
                }
        }
        close(fake->fd);
        return NULL;
}

typedef struct Fixture {
        Loop *loop;
        Agent *agent;
        Fake fake;
        gint closed;
} Fixture;

static void on_closed(Agent *agent, void *opaque)
{
        g_atomic_int_inc((gint *)opaque);
}

static const AgentHooks hooks = { .closed = on_closed };

static void set_up(Fixture *f, gconstpointer data)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int fds[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
        f->loop = loop_new("test", &err);
        g_assert_nonnull(f->loop);
        f->fake = (Fake){ .fd = fds[1], .garbage = data };
        f->fake.agent = f->agent = agent_new(f->loop, fds[0], "web", &hooks, &f->closed);
        f->fake.thread = g_thread_new("fake", fake_run, &f->fake);
}

static void tear_down(Fixture *f, gconstpointer data)
{
        agent_close(f->agent);
        agent_unref(f->agent);
        g_thread_join(f->fake.thread);
        loop_free(f->loop);
        g_assert_cmpint(f->closed, ==, 1);
}

static void expect_time(Fixture *f)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) reply = NULL;
        g_autofree char *text = NULL;

        g_assert_cmpint(agent_call(f->agent, "guest-get-time", NULL, AGENT_FOREVER, &reply, &err), ==, 0);
        text = json_format(reply, false);
        g_assert_cmpstr(text, ==, "1700000000000000000");
}

static void test_answers(Fixture *f, gconstpointer data)
{
        g_autofree char *raw = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        expect_time(f);
        g_assert_cmpint(agent_call_raw(f->agent, "{\"execute\":\"guest-fstrim\"}", AGENT_FOREVER, &raw, &err), ==, 0);
        g_assert_nonnull(strstr(raw, "no such disk"));
        g_assert_cmpint(agent_call_raw(f->agent, "[]", AGENT_FOREVER, &raw, &err), ==, -1);
}

static void expect_failure(Fixture *f, const char *command, int64_t ms, int code, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(agent_call(f->agent, command, NULL, ms, NULL, &err), ==, -1);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void test_refusals(Fixture *f, gconstpointer data)
{
        expect_failure(f, "guest-fstrim", AGENT_FOREVER, VIR_ERR_INTERNAL_ERROR,
                       "unable to execute QEMU agent command 'guest-fstrim': no such disk");
        expect_failure(f, "guest-info", AGENT_FOREVER, VIR_ERR_OPERATION_UNSUPPORTED, "unknown");
        expect_failure(f, "guest-nonsense", AGENT_FOREVER, VIR_ERR_INTERNAL_ERROR, "");
        expect_time(f);
}

/* A command that is not answered costs its caller the deadline; the next one is answered. */
static void test_silence(Fixture *f, gconstpointer data)
{
        expect_failure(f, "guest-silence", 50, VIR_ERR_AGENT_UNRESPONSIVE, "Guest agent is not responding: ");
        expect_time(f);
}

static void test_end(Fixture *f, gconstpointer data)
{
        expect_failure(f, "guest-quit", AGENT_FOREVER, VIR_ERR_AGENT_UNRESPONSIVE, "disappeared");
        expect_failure(f, "guest-ping", AGENT_FOREVER, VIR_ERR_AGENT_UNRESPONSIVE, "not connected");
}

/* A guest that shuts down need not answer: its end is the answer. */
static void test_last(Fixture *f, gconstpointer data)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(agent_call_last(f->agent, "guest-quit", NULL, AGENT_FOREVER, &err), ==, 0);
}

static void test_happened(Fixture *f, gconstpointer data)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(agent_call_last(f->agent, "guest-sleep", NULL, AGENT_FOREVER, &err), ==, 0);
}

/* What an earlier command left in the pipe is thrown away. */
static void test_garbage(Fixture *f, gconstpointer data)
{
        expect_time(f);
}

int main(int argc, char **argv)
{
        static const char left[] = "{\"return\": 5}\n\xff{\"return\": 1}\n{\"return\": [1,2";

        g_test_init(&argc, &argv, NULL);
        g_test_add("/agent/answers", Fixture, NULL, set_up, test_answers, tear_down);
        g_test_add("/agent/refusals", Fixture, NULL, set_up, test_refusals, tear_down);
        g_test_add("/agent/silence", Fixture, NULL, set_up, test_silence, tear_down);
        g_test_add("/agent/end", Fixture, NULL, set_up, test_end, tear_down);
        g_test_add("/agent/last", Fixture, NULL, set_up, test_last, tear_down);
        g_test_add("/agent/happened", Fixture, NULL, set_up, test_happened, tear_down);
        g_test_add("/agent/garbage", Fixture, left, set_up, test_garbage, tear_down);
        return g_test_run();
}
