#define LOG_SOURCE "util.log_test"
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "log_private.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/paths.h"

static char *folder, *path;

static char *written(void)
{
        char *text = NULL;

        if (file_read(path, 1 << 20, &text, NULL, NULL) < 0)
                return g_strdup("");
        g_assert_cmpint(truncate(path, 0), ==, 0);
        return text;
}

/* Everything to the file, with the given filters and level. */
static void set(const char *filters, int level)
{
        g_autofree char *outputs = g_strdup_printf("1:file:%s", path);

        g_assert_cmpint(log_set_filters(filters, NULL), ==, 0);
        g_assert_cmpint(log_set_level(level, NULL), ==, 0);
        g_assert_cmpint(log_set_outputs(outputs, NULL), ==, 0);
}

static void test_line(void)
{
        g_autofree char *text = NULL, *expected = NULL;
        int line;

        set("", LOG_WARN);
        errno = EBADF;
        log_warn("number %d", 5), line = __LINE__;
        g_assert_cmpint(errno, ==, EBADF);
        log_info("too low");
        text = written();
        expected = g_strdup_printf("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000: %ld: warning : "
                                   "test_line:%d : number 5\n$",
                                   syscall(SYS_gettid), line);
        g_assert_true(g_regex_match_simple(expected, text, 0, 0));
}

static void test_one_message_is_one_line(void)
{
        g_autofree char *text = NULL;

        set("", LOG_DEBUG);
        log_error("a\n2026-01-01 forged\r\033[2J");
        text = written();
        g_assert_true(g_str_has_suffix(text, " : a 2026-01-01 forged  [2J\n"));
        g_assert_true(strchr(text, '\n') == text + strlen(text) - 1);
}

/* Whether a message of this source and level gets out. */
static bool passes(const char *source, LogLevel level)
{
        g_autofree char *text = NULL;

        log_message(level, source, __FILE__, __LINE__, __func__, "x");
        text = written();
        return *text;
}

static void test_filters(void)
{
        set("1:qemu.monitor 4:qemu 3:+json 2:r*c", LOG_WARN);
        g_assert_true(passes("qemu.monitor", LOG_DEBUG));
        g_assert_false(passes("qemu.process", LOG_WARN));
        g_assert_true(passes("qemu.process", LOG_ERROR));
        g_assert_false(passes("util.json", LOG_INFO));
        g_assert_true(passes("util.json", LOG_WARN));
        g_assert_true(passes("src.rpc.server", LOG_INFO));
        g_assert_false(passes("other", LOG_INFO));
        g_assert_true(passes("other", LOG_WARN));
}

static void test_first_filter_counts(void)
{
        set("4:qemu 1:qemu.monitor", LOG_WARN);
        g_assert_false(passes("qemu.monitor", LOG_DEBUG));
}

static void test_output_levels(void)
{
        g_autofree char *outputs = g_strdup_printf("4:file:%s", path);

        set("", LOG_DEBUG);
        g_assert_cmpint(log_set_outputs(outputs, NULL), ==, 0);
        g_assert_false(passes("x", LOG_WARN));
        g_assert_true(passes("x", LOG_ERROR));
}

static void test_bad_text_changes_nothing(void)
{
        static const char *const bad_filters[] = { "5:x", "0:x", "x", "1:", "1:a 9:b", "1", "1:+" };
        static const char *const bad_outputs[] = {
                "1:nowhere", "1:file",     "1:file:", "1:file:relative", "1:syslog",
                "9:stderr",  "1:stderr:x", "stderr",  "1:journald:x",    "1:file:/nonexistent/folder/x"
        };
        g_autofree char *filters = NULL, *outputs = NULL;
        g_autofree char *expected = g_strdup_printf("1:file:%s", path);

        set("1:a  2:b", LOG_INFO);
        for (size_t i = 0; i < G_N_ELEMENTS(bad_filters); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_cmpint(log_set_filters(bad_filters[i], &err), ==, -1);
                g_assert_true(error_is_set(&err));
        }
        for (size_t i = 0; i < G_N_ELEMENTS(bad_outputs); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_cmpint(log_set_outputs(bad_outputs[i], &err), ==, -1);
                g_assert_true(error_is_set(&err));
        }
        g_assert_cmpint(log_set_level(0, NULL), ==, -1);
        g_assert_cmpint(log_set_level(5, NULL), ==, -1);
        g_assert_cmpint(log_level_named("1", LOG_ERROR), ==, LOG_DEBUG);
        g_assert_cmpint(log_level_named("warn", LOG_ERROR), ==, LOG_WARN);
        g_assert_cmpint(log_level_named("", LOG_ERROR), ==, LOG_ERROR);
        g_assert_cmpint(log_level_named("17", LOG_ERROR), ==, LOG_ERROR);
        filters = log_get_filters();
        outputs = log_get_outputs();
        g_assert_cmpstr(filters, ==, "1:a 2:b");
        g_assert_cmpstr(outputs, ==, expected);
        g_assert_cmpint(log_get_level(), ==, LOG_INFO);
}

static void test_defaults_again(void)
{
        g_autofree char *outputs = NULL;

        g_assert_cmpint(log_set_outputs("", NULL), ==, 0);
        outputs = log_get_outputs();
        g_assert_cmpstr(outputs, ==, "1:stderr");
}

/* A datagram socket in our folder. */
static int listen_datagrams(const char *at)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        g_strlcpy(address.sun_path, at, sizeof(address.sun_path));
        g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
        return fd;
}

static void test_journald(void)
{
        g_autofree char *at = g_build_filename(folder, "journal", NULL);
        AUTO_FD int fd = listen_datagrams(at);
        char text[4096];
        ssize_t n;

        log_set_sockets(at, NULL);
        g_assert_cmpint(log_set_outputs("1:journald", NULL), ==, 0);
        log_error("to the journal");
        n = recv(fd, text, sizeof(text) - 1, 0);
        g_assert_cmpint(n, >, 0);
        text[n] = '\0';
        g_assert_true(g_str_has_prefix(text, "MESSAGE=to the journal\nPRIORITY=3\n"));
        g_assert_nonnull(strstr(text, "\nLIBVIRT_SOURCE=util.log_test\n"));
        g_assert_nonnull(strstr(text, "\nCODE_FUNC=test_journald\n"));
        unlink(at);
        log_error("nobody listens any more");
        log_set_sockets(NULL, NULL);
}

/* The content of the descriptor that comes with an empty datagram. */
static char *receive_file(int fd)
{
        union {
                char room[CMSG_SPACE(sizeof(int))];
                struct cmsghdr align;
        } control;
        struct msghdr message = { .msg_control = control.room, .msg_controllen = sizeof(control.room) };
        AUTO_FD int memory = -1;
        char *text = NULL;

        g_assert_cmpint(recvmsg(fd, &message, MSG_CMSG_CLOEXEC), ==, 0);
        g_assert_nonnull(CMSG_FIRSTHDR(&message));
        memcpy(&memory, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
        g_assert_cmpint(lseek(memory, 0, SEEK_SET), ==, 0);
        g_assert_cmpint(file_read_fd(memory, "memory", 1 << 24, &text, NULL, NULL), ==, 0);
        return text;
}

static void test_journald_large(void)
{
        g_autofree char *at = g_build_filename(folder, "journal", NULL);
        g_autofree char *large = g_strnfill(1 << 20, 'x');
        g_autofree char *text = NULL;
        AUTO_FD int fd = listen_datagrams(at);

        log_set_sockets(at, NULL);
        g_assert_cmpint(log_set_outputs("1:journald", NULL), ==, 0);
        log_error("%s", large);
        text = receive_file(fd);
        g_assert_true(g_str_has_prefix(text, "MESSAGE=xxxx"));
        g_assert_nonnull(strstr(text, "x\nPRIORITY=3\n"));
        unlink(at);
        log_set_sockets(NULL, NULL);
}

static void test_syslog(void)
{
        g_autofree char *at = g_build_filename(folder, "syslog", NULL);
        g_autofree char *end = g_strdup_printf(" vireod[%d]: to syslog", (int)getpid());
        AUTO_FD int fd = listen_datagrams(at);
        char text[4096];
        ssize_t n;

        log_set_sockets(NULL, at);
        g_assert_cmpint(log_set_outputs("1:syslog:vireod", NULL), ==, 0);
        log_warn("to syslog");
        n = recv(fd, text, sizeof(text) - 1, 0);
        g_assert_cmpint(n, >, 0);
        text[n] = '\0';
        g_assert_true(g_str_has_prefix(text, "<28>"));
        g_assert_true(g_str_has_suffix(text, end));
        unlink(at);
        log_set_sockets(NULL, NULL);
}

enum { WRITERS = 4, LINES = 500 };

static void *write_lines(void *opaque)
{
        for (int i = 0; i < LINES; i++)
                log_error("line %d of %d", i, GPOINTER_TO_INT(opaque));
        return NULL;
}

/* Lines of many threads stay whole, also while the settings change. */
static void test_threads(void)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;
        GThread *threads[WRITERS];

        set("", LOG_WARN);
        for (int i = 0; i < WRITERS; i++)
                threads[i] = g_thread_new("writer", write_lines, GINT_TO_POINTER(i));
        for (int i = 0; i < 100; i++)
                set(i % 2 ? "1:qemu" : "", LOG_WARN);
        for (int i = 0; i < WRITERS; i++)
                g_thread_join(threads[i]);
        text = written();
        lines = g_strsplit(text, "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, WRITERS * LINES + 1);
        for (int i = 0; i < WRITERS * LINES; i++)
                g_assert_true(g_regex_match_simple(": error : write_lines:\\d+ : line \\d+ of \\d$", lines[i], 0, 0));
}

int main(int argc, char **argv)
{
        int r;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("log-XXXXXX", NULL);
        path = g_build_filename(folder, "log", NULL);
        g_test_add_func("/log/line", test_line);
        g_test_add_func("/log/one-message-is-one-line", test_one_message_is_one_line);
        g_test_add_func("/log/filters", test_filters);
        g_test_add_func("/log/first-filter-counts", test_first_filter_counts);
        g_test_add_func("/log/output-levels", test_output_levels);
        g_test_add_func("/log/bad-text-changes-nothing", test_bad_text_changes_nothing);
        g_test_add_func("/log/defaults-again", test_defaults_again);
        g_test_add_func("/log/journald", test_journald);
        g_test_add_func("/log/journald-large", test_journald_large);
        g_test_add_func("/log/syslog", test_syslog);
        g_test_add_func("/log/threads", test_threads);
        r = g_test_run();
        unlink(path);
        rmdir(folder);
        g_free(path);
        g_free(folder);
        return r;
}
