/* Reading and searching S-expressions. */
#include "sexpr.h"

#include <string.h>

typedef struct Reader {
        const char *at, *end;
        unsigned line;
        size_t n_nodes;
} Reader;

static void node_free(void *opaque)
{
        Sexpr *sexpr = opaque;

        if (!sexpr)
                return;
        g_free(sexpr->word);
        if (sexpr->items)
                g_ptr_array_unref(sexpr->items);
        g_free(sexpr);
}

Sexpr *sexpr_free(Sexpr *sexpr)
{
        node_free(sexpr);
        return NULL;
}

static int syntax_error(const Reader *reader, const char *what, Error *err)
{
        return error_set(err, VIR_ERR_SEXPR_SERIAL, "line %u: %s", reader->line, what);
}

/* The next character, 0 at the end; lines that are joined are one. */
static char peek(Reader *reader)
{
        while (reader->end - reader->at >= 2 && reader->at[0] == '\\' && reader->at[1] == '\n') {
                reader->at += 2;
                reader->line++;
        }
        return reader->at < reader->end ? *reader->at : '\0';
}

static void skip_blanks(Reader *reader)
{
        for (; peek(reader) && g_ascii_isspace(peek(reader)); reader->at++)
                reader->line += *reader->at == '\n';
}

static int read_quoted(Reader *reader, GString *out, Error *err)
{
        char quote = *reader->at++;

        for (; peek(reader) && peek(reader) != quote; reader->at++) {
                reader->line += *reader->at == '\n';
                if (*reader->at == '\\' && reader->at + 1 < reader->end)
                        reader->at++;
                g_string_append_c(out, *reader->at);
        }
        if (!peek(reader))
                return syntax_error(reader, "the quoted word does not end", err);
        reader->at++;
        return 0;
}

static int read_word(Reader *reader, GString *out, Error *err)
{
        if (peek(reader) == '\'' || peek(reader) == '"')
                return read_quoted(reader, out, err);
        for (; peek(reader) && !g_ascii_isspace(peek(reader)) && !strchr("()", peek(reader)); reader->at++)
                g_string_append_c(out, *reader->at);
        return 0;
}

static Sexpr *read_node(Reader *reader, unsigned depth, Error *err);

/* xend's own lists could end early: what is open at the end is closed there. */
static int read_list(Reader *reader, Sexpr *list, unsigned depth, Error *err)
{
        if (depth >= SEXPR_DEPTH_MAX)
                return syntax_error(reader, "too many lists within lists", err);
        list->items = g_ptr_array_new_with_free_func(node_free);
        reader->at++;
        for (skip_blanks(reader); peek(reader) && peek(reader) != ')'; skip_blanks(reader)) {
                Sexpr *item = read_node(reader, depth + 1, err);

                if (!item)
                        return -1;
                g_ptr_array_add(list->items, item);
        }
        reader->at += peek(reader) == ')';
        return 0;
}

static Sexpr *read_node(Reader *reader, unsigned depth, Error *err)
{
        g_autoptr(Sexpr) node = g_new0(Sexpr, 1);
        g_autoptr(GString) word = NULL;

        if (++reader->n_nodes > SEXPR_NODES_MAX)
                return syntax_error(reader, "too many words", err), NULL;
        if (peek(reader) == '(')
                return read_list(reader, node, depth, err) < 0 ? NULL : g_steal_pointer(&node);
        word = g_string_new(NULL);
        if (read_word(reader, word, err) < 0)
                return NULL;
        node->word = g_string_free(g_steal_pointer(&word), FALSE);
        return g_steal_pointer(&node);
}

int sexpr_parse(const char *text, size_t length, Sexpr **ret, Error *err)
{
        Reader reader = { .at = text, .end = text + length, .line = 1 };
        g_autoptr(Sexpr) root = NULL;

        if (length > 0 && memchr(text, '\0', length))
                return syntax_error(&reader, "there is a zero byte", err);
        skip_blanks(&reader);
        if (peek(&reader) != '(')
                return syntax_error(&reader, "expecting a list: (domain ...)", err);
        root = read_node(&reader, 0, err);
        if (!root)
                return -1;
        *ret = g_steal_pointer(&root);
        return 0;
}

/* The second word of an item, or whether it is a list: its first word; NULL for anything else. */
static const char *word_at(const Sexpr *list, unsigned index)
{
        const Sexpr *item;

        if (!list || !list->items || list->items->len <= index)
                return NULL;
        item = g_ptr_array_index(list->items, index);
        return item->word;
}

bool sexpr_is(const Sexpr *list, const char *word)
{
        return g_strcmp0(word_at(list, 0), word) == 0;
}

static const Sexpr *find_child(const Sexpr *list, const char *word)
{
        for (unsigned i = 0; list && list->items && i < list->items->len; i++) {
                const Sexpr *item = g_ptr_array_index(list->items, i);

                if (sexpr_is(item, word))
                        return item;
        }
        return NULL;
}

const Sexpr *sexpr_find(const Sexpr *list, const char *path)
{
        g_auto(GStrv) steps = g_strsplit(path, "/", 8);

        for (char **step = steps; *step && list; step++)
                list = find_child(list, *step);
        return list;
}

const char *sexpr_word(const Sexpr *list, const char *path)
{
        const char *word = word_at(sexpr_find(list, path), 1);

        return word && *word ? word : NULL;
}

bool sexpr_flag(const Sexpr *list, const char *path)
{
        return g_strcmp0(sexpr_word(list, path), "1") == 0;
}

void sexpr_quote(GString *out, const char *text)
{
        g_string_append_c(out, '\'');
        for (; *text; text++) {
                if (*text == '\'' || *text == '\\')
                        g_string_append_c(out, '\\');
                g_string_append_c(out, *text);
        }
        g_string_append_c(out, '\'');
}
