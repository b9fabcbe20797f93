/* See qmp_message.h. */
#include "monitor/qmp_message.h"

#include <string.h>

#include "util/text.h"

enum { ID_PREFIX_LENGTH = 6, QUOTED_MAX = 200 };
static const char id_prefix[] = "vireo-";

static int not_qmp(const char *line, size_t length, Error *err)
{
        int shown = length > QUOTED_MAX ? QUOTED_MAX : (int)length;
        g_autofree char *quoted = g_strndup(line, (gsize)shown);
        g_autofree char *valid = g_utf8_make_valid(quoted, -1);

        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse json from QEMU's monitor: '%s'", valid);
}

static uint64_t message_id(const Json *whole)
{
        const char *id = json_get_string(whole, "id");
        uint64_t number = 0;

        if (!id || strncmp(id, id_prefix, ID_PREFIX_LENGTH) != 0)
                return 0;
        return text_to_uint64(id + ID_PREFIX_LENGTH, 10, &number) ? number : 0;
}

static bool classify(QmpMessage *message)
{
        const Json *stamp = json_get(message->whole, "timestamp");

        message->event = json_get_string(message->whole, "event");
        if (message->event) {
                message->kind = QMP_EVENT;
                message->body = json_get(message->whole, "data");
                json_get_int(stamp, "seconds", &message->seconds);
                json_get_int(stamp, "microseconds", &message->microseconds);
                return true;
        }
        message->id = message_id(message->whole);
        if ((message->body = json_get(message->whole, "return"))) {
                message->kind = QMP_REPLY;
                return true;
        }
        if ((message->body = json_get(message->whole, "error"))) {
                message->kind = QMP_FAILURE;
                return true;
        }
        message->body = json_get(message->whole, "QMP");
        message->kind = QMP_GREETING;
        return message->body;
}

int qmp_message_parse(const char *line, size_t length, QmpMessage *ret_message, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        QmpMessage message = { .whole = json_parse(line, length, &why) };

        if (!message.whole)
                return not_qmp(line, length, err);
        if (!json_is_object(message.whole) || !classify(&message)) {
                qmp_message_done(&message);
                return not_qmp(line, length, err);
        }
        *ret_message = message;
        return 0;
}

void qmp_message_done(QmpMessage *message)
{
        message->whole = json_unref(message->whole);
        message->body = NULL;
        message->event = NULL;
}

int qmp_failure(const Json *body, const char *command, Error *err)
{
        const char *words = json_get_string(body, "desc");
        const char *class = json_get_string(body, "class");
        int code = VIR_ERR_INTERNAL_ERROR;

        if (g_strcmp0(class, "CommandNotFound") == 0)
                code = VIR_ERR_OPERATION_UNSUPPORTED;
        return error_set(err, code, "unable to execute QEMU command '%s': %s", command,
                         words ? words : "unexpected error");
}

char *qmp_format(const char *command, Json *arguments, uint64_t id)
{
        g_autoptr(Json) message = json_object();
        g_autofree char *text = NULL;
        g_autofree char *mark = g_strdup_printf("%s%" G_GUINT64_FORMAT, id_prefix, id);

        json_set(message, "execute", json_string(command));
        if (arguments)
                json_set(message, "arguments", json_ref(arguments));
        json_set(message, "id", json_string(mark));
        text = json_format(message, false);
        return g_strconcat(text, "\r\n", NULL);
}

void qmp_lines_done(QmpLines *lines)
{
        g_free(lines->bytes);
        *lines = (QmpLines){ 0 };
}

static void lines_append(QmpLines *lines, const char *data, size_t length)
{
        if (lines->length + length > lines->room) {
                lines->room = MAX(lines->length + length, lines->room * 2);
                lines->bytes = g_realloc(lines->bytes, lines->room);
        }
        memcpy(lines->bytes + lines->length, data, length);
        lines->length += length;
}

static void lines_drop(QmpLines *lines, size_t start)
{
        if (start > 0)
                memmove(lines->bytes, lines->bytes + start, lines->length - start);
        lines->length -= start;
        lines->seen = lines->length;
        /* One big answer (query-qmp-schema) must not stay with every guest. */
        if (lines->length == 0 && lines->room > 64 * 1024)
                qmp_lines_done(lines);
}

static int line_deliver(const char *line, size_t length, QmpLineFunc func, void *opaque, Error *err)
{
        if (length > 0 && line[length - 1] == '\r')
                length--;
        return length == 0 ? 0 : func(line, length, opaque, err);
}

int qmp_lines_feed(QmpLines *lines, const char *data, size_t length, QmpLineFunc func, void *opaque, Error *err)
{
        size_t start = 0;

        if (length == 0)
                return 0;
        lines_append(lines, data, length);
        for (;;) {
                size_t from = MAX(start, lines->seen);
                const char *end = memchr(lines->bytes + from, '\n', lines->length - from);

                if (!end)
                        break;
                if (line_deliver(lines->bytes + start, (size_t)(end - lines->bytes) - start, func, opaque, err) < 0)
                        return -1;
                start = (size_t)(end - lines->bytes) + 1;
        }
        lines_drop(lines, start);
        if (lines->length > QMP_LINE_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "QEMU's monitor sent a line of more than %d MiB without an end",
                                 QMP_LINE_MAX / 1024 / 1024);
        return 0;
}
