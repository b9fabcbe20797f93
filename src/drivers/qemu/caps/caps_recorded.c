/* See caps.h: a conversation with a QEMU of somewhere else, from a file. */
#include "caps/caps.h"

#include <string.h>

enum { DOCUMENTS_MAX = 10 * 1000 };

/* The next document of the file and where it ends: a line without anything, or the end. */
static size_t document_length(const char *text, size_t left)
{
        const char *end = g_strstr_len(text, (gssize)left, "\n\n");

        return end ? (size_t)(end - text) + 1 : left;
}

static int keep(Json *answers, const Json *command, const Json *reply, Error *err)
{
        g_autofree char *key = NULL;
        Json *value = json_get(reply, "return");

        if (!json_get_string(command, "execute") || (!value && !json_get(reply, "error")))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "a recording of QEMU is not commands and replies in turn");
        key = qemu_question_key(json_get_string(command, "execute"), json_get(command, "arguments"));
        if (value && !json_get(answers, key))
                json_set(answers, key, json_ref(value));
        return 0;
}

/* The first session's answers are the object itself. */
static Json *next_session(Json *answers, const Json *session)
{
        if (!session)
                return answers;
        if (!json_get(answers, "tcg"))
                json_set(answers, "tcg", json_object());
        return json_get(answers, "tcg");
}

Json *qemu_answers_of_recording(const char *text, size_t length, Error *err)
{
        g_autoptr(Json) answers = json_object();
        g_autoptr(Json) command = NULL;
        Json *session = NULL;

        for (unsigned n = 0; length > 0 && n < DOCUMENTS_MAX;) {
                size_t part = document_length(text, length);
                g_autoptr(Json) document = NULL;

                if (strspn(text, "\n") >= part) {
                        text += part, length -= part;
                        continue;
                }
                document = json_parse(text, part, err);
                if (!document)
                        return NULL;
                if (!command) {
                        command = g_steal_pointer(&document);
                } else {
                        if (g_strcmp0(json_get_string(command, "execute"), "qmp_capabilities") == 0)
                                session = next_session(answers, session);
                        else if (keep(session ? session : answers, command, document, err) < 0)
                                return NULL;
                        command = json_unref(command);
                }
                text += part, length -= part, n++;
        }
        return g_steal_pointer(&answers);
}
