/* See holders.h. */
#include "holders.h"

#include <string.h>

#include "util/text.h"

enum { TOKEN_LETTERS = 11, TOKEN_BYTES = 9 };

void holder_name(Holder *ret, const char *folder, const Uuid *uuid)
{
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

        g_checksum_update(sum, (const guchar *)folder, (gssize)strlen(folder) + 1);
        g_checksum_update(sum, (const guchar *)uuid, sizeof(*uuid));
        g_strlcpy(ret->name, g_checksum_get_string(sum), sizeof(ret->name));
}

/* A guest may know a file by several names, and has it until it has let go of the last. Short: there may be hundreds, and
 * little room. The caller frees; NULL: nobody in particular. */
static char *token_of(const Holder *holder, const char *path)
{
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
        guint8 digest[32];
        gsize length = sizeof(digest);
        char *token;

        if (!holder || !holder->name[0])
                return NULL;
        g_checksum_update(sum, (const guchar *)holder->name, (gssize)strlen(holder->name) + 1);
        g_checksum_update(sum, (const guchar *)path, (gssize)strlen(path));
        g_checksum_get_digest(sum, digest, &length);
        token = g_base64_encode(digest, TOKEN_BYTES);
        token[TOKEN_LETTERS] = '\0';
        return token;
}

void holders_init(Holders *holders)
{
        *holders = (Holders){ .tokens = g_ptr_array_new_with_free_func(g_free) };
}

void holders_done(Holders *holders)
{
        g_clear_pointer(&holders->tokens, g_ptr_array_unref);
}

void holders_clear(Holders *holders)
{
        g_ptr_array_set_size(holders->tokens, 0);
}

bool holders_parse(Holders *holders, const char *text)
{
        g_auto(GStrv) words = g_strsplit(text, " ", -1);

        holders_clear(holders);
        if (g_strv_length(words) < 2 || !text_to_uint(words[0], 10, &holders->from) ||
            !text_to_uint(words[1], 10, &holders->to)) {
                holders->from = holders->to = 0;
                return false;
        }
        for (char **word = words + 2; *word; word++)
                g_ptr_array_add(holders->tokens, g_strdup(*word));
        return true;
}

char *holders_format(const Holders *holders)
{
        GString *text = g_string_new(NULL);

        g_string_append_printf(text, "%u %u", holders->from, holders->to);
        for (guint i = 0; i < holders->tokens->len; i++)
                g_string_append_printf(text, " %s", (const char *)g_ptr_array_index(holders->tokens, i));
        return g_string_free(text, FALSE);
}

static bool find(const Holders *holders, const char *token, guint *ret)
{
        return token && g_ptr_array_find_with_equal_func(holders->tokens, token, g_str_equal, ret);
}

bool holders_add(Holders *holders, const Holder *holder, const char *path)
{
        g_autofree char *token = token_of(holder, path);

        if (!token || find(holders, token, NULL))
                return false;
        g_ptr_array_add(holders->tokens, g_steal_pointer(&token));
        return true;
}

bool holders_remove(Holders *holders, const Holder *holder, const char *path)
{
        g_autofree char *token = token_of(holder, path);
        guint index;

        if (!find(holders, token, &index))
                return false;
        g_ptr_array_remove_index(holders->tokens, index);
        return true;
}
