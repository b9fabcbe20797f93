#include "monitor/qmp_message.h"

#include <glib.h>
#include <string.h>

static QmpMessage parsed(const char *line)
{
        QmpMessage message;
        ERROR_AUTO Error err = ERROR_INIT;

        if (qmp_message_parse(line, strlen(line), &message, &err) < 0)
                g_error("%s: %s", line, err.message);
        return message;
}

static void test_kinds(void)
{
        QmpMessage message = parsed("{\"QMP\":{\"capabilities\":[]}}");

        g_assert_cmpint(message.kind, ==, QMP_GREETING);
        qmp_message_done(&message);
        message = parsed("{\"return\":{\"status\":\"running\"},\"id\":\"vireo-7\"}");
        g_assert_cmpint(message.kind, ==, QMP_REPLY);
        g_assert_cmpuint(message.id, ==, 7);
        g_assert_cmpstr(json_get_string(message.body, "status"), ==, "running");
        qmp_message_done(&message);
        message = parsed("{\"event\":\"STOP\",\"timestamp\":{\"seconds\":5,\"microseconds\":9}}");
        g_assert_cmpint(message.kind, ==, QMP_EVENT);
        g_assert_cmpstr(message.event, ==, "STOP");
        g_assert_cmpint(message.seconds, ==, 5);
        g_assert_null(message.body);
        qmp_message_done(&message);
}

static void test_failure(void)
{
        QmpMessage message = parsed("{\"error\":{\"class\":\"GenericError\",\"desc\":\"no such thing\"},\"id\":\"x\"}");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(message.kind, ==, QMP_FAILURE);
        g_assert_cmpuint(message.id, ==, 0);
        g_assert_cmpint(qmp_failure(message.body, "stop", &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
        g_assert_cmpstr(err.str2, ==, "unable to execute QEMU command 'stop': no such thing");
        qmp_message_done(&message);
}

static void test_garbage(void)
{
        static const char *const lines[] = {
                "x", "[]", "{}", "{\"id\":1}", "\"return\"", "{\"return\":{}", "\xff\xfe"
        };

        for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                QmpMessage message;

                g_assert_cmpint(qmp_message_parse(lines[i], strlen(lines[i]), &message, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
                g_assert_true(g_utf8_validate(err.message, -1, NULL));
        }
}

static int collect(const char *line, size_t length, void *opaque, Error *err)
{
        g_string_append_len(opaque, line, (gssize)length);
        g_string_append_c(opaque, '|');
        return 0;
}

static void test_lines_in_pieces(void)
{
        const char *text = "one\r\ntwo\n\r\nthree\r\nrest";

        for (size_t step = 1; step < strlen(text); step++) {
                g_autoptr(GString) seen = g_string_new(NULL);
                QmpLines lines = { 0 };

                for (size_t at = 0; at < strlen(text); at += step)
                        g_assert_cmpint(
                                qmp_lines_feed(&lines, text + at, MIN(step, strlen(text) - at), collect, seen, NULL),
                                ==, 0);
                g_assert_cmpstr(seen->str, ==, "one|two|three|");
                g_assert_cmpuint(lines.length, ==, 4);
                qmp_lines_done(&lines);
        }
}

static void test_line_too_long(void)
{
        g_autofree char *block = g_strnfill(1024 * 1024, 'x');
        QmpLines lines = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        int r = 0;
        size_t fed = 0;

        for (; r == 0 && fed < 64; fed++)
                r = qmp_lines_feed(&lines, block, 1024 * 1024, collect, NULL, &err);
        g_assert_cmpint(r, ==, -1);
        g_assert_cmpuint(fed, ==, QMP_LINE_MAX / 1024 / 1024 + 1);
        qmp_lines_done(&lines);
}

static void test_format(void)
{
        g_autoptr(Json) arguments = json_object();
        g_autofree char *text = NULL;

        json_set(arguments, "path", json_string("a\"b"));
        text = qmp_format("qom-get", arguments, 12);
        g_assert_cmpstr(text, ==,
                        "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"a\\\"b\"},\"id\":\"vireo-12\"}\r\n");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/qmp-message/kinds", test_kinds);
        g_test_add_func("/qmp-message/failure", test_failure);
        g_test_add_func("/qmp-message/garbage", test_garbage);
        g_test_add_func("/qmp-message/lines-in-pieces", test_lines_in_pieces);
        g_test_add_func("/qmp-message/line-too-long", test_line_too_long);
        g_test_add_func("/qmp-message/format", test_format);
        return g_test_run();
}
