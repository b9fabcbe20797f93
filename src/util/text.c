/* Text: numbers, nearest spelling, quoting, uuid. */
#include "util/text.h"
#include "util/random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Whether strtoll() would start at a digit at once: no blanks, and a minus only where @negative. */
static bool starts_with_digit(const char *text, bool negative)
{
        if (!text)
                return false;
        if (negative && *text == '-')
                text++;
        return g_ascii_isxdigit(*text);
}

bool text_to_int64(const char *text, int base, int64_t *ret)
{
        char *end = NULL;
        long long value;

        if (!starts_with_digit(text, true))
                return false;
        errno = 0;
        value = strtoll(text, &end, base);
        if (errno || end == text || *end)
                return false;
        *ret = value;
        return true;
}

bool text_to_uint64(const char *text, int base, uint64_t *ret)
{
        char *end = NULL;
        unsigned long long value;

        if (!starts_with_digit(text, false))
                return false;
        errno = 0;
        value = strtoull(text, &end, base);
        if (errno || end == text || *end)
                return false;
        *ret = value;
        return true;
}

bool text_to_int(const char *text, int base, int *ret)
{
        int64_t value;

        if (!text_to_int64(text, base, &value) || value < INT_MIN || value > INT_MAX)
                return false;
        *ret = (int)value;
        return true;
}

bool text_to_uint(const char *text, int base, unsigned *ret)
{
        uint64_t value;

        if (!text_to_uint64(text, base, &value) || value > UINT_MAX)
                return false;
        *ret = (unsigned)value;
        return true;
}

enum { WORD_MAX = 64 }; /* longer words are not compared: nobody's keyword is */

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
        return MIN(a, MIN(b, c));
}

/* Edits (insert, delete, replace, swap of neighbours) from @a to @b; case does not count. */
static unsigned edits(const char *a, size_t a_length, const char *b, size_t b_length)
{
        unsigned rows[3][WORD_MAX + 1];
        unsigned *before = rows[0], *last = rows[1], *now = rows[2];

        for (size_t j = 0; j <= b_length; j++)
                last[j] = j;
        for (size_t i = 1; i <= a_length; i++) {
                unsigned *oldest = before;
                char x = g_ascii_tolower(a[i - 1]);

                now[0] = i;
                for (size_t j = 1; j <= b_length; j++) {
                        char y = g_ascii_tolower(b[j - 1]);

                        now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + (x != y));
                        if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && y == g_ascii_tolower(a[i - 2]))
                                now[j] = MIN(now[j], before[j - 2] + 1);
                }
                before = last;
                last = now;
                now = oldest;
        }
        return last[b_length];
}

const char *text_nearest(const char *word, const char *const *names)
{
        size_t length = strlen(word);
        /* One edit in a short word, a third of a long one: beyond that a suggestion misleads. */
        unsigned best = length < 3 ? 2 : 1 + (unsigned)length / 3;
        const char *nearest = NULL;

        if (length > WORD_MAX)
                return NULL;
        for (; *names; names++) {
                size_t name_length = strlen(*names);
                unsigned distance;

                if (name_length > WORD_MAX)
                        continue;
                distance = edits(word, length, *names, name_length);
                if (distance < best && distance < MAX(length, name_length)) {
                        best = distance;
                        nearest = *names;
                }
        }
        return nearest;
}

char *text_shell_quote(const char *text)
{
        static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-";
        GString *quoted;

        if (*text && text[strspn(text, safe)] == '\0')
                return g_strdup(text);
        quoted = g_string_new("'");
        for (; *text; text++) {
                if (*text == '\'')
                        g_string_append(quoted, "'\\''");
                else
                        g_string_append_c(quoted, *text);
        }
        g_string_append_c(quoted, '\'');
        return g_string_free(quoted, FALSE);
}

/* libvirt takes dashes and spaces anywhere between two bytes and blanks around: so do we. */
bool uuid_parse(const char *text, unsigned char uuid[UUID_LENGTH])
{
        unsigned char bytes[UUID_LENGTH];

        while (g_ascii_isspace(*text))
                text++;
        for (size_t i = 0; i < UUID_LENGTH; i++) {
                while (*text == '-' || *text == ' ')
                        text++;
                if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
                        return false;
                bytes[i] = (unsigned char)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
                text += 2;
        }
        while (g_ascii_isspace(*text))
                text++;
        if (*text)
                return false;
        memcpy(uuid, bytes, UUID_LENGTH);
        return true;
}

void uuid_format(const unsigned char uuid[UUID_LENGTH], char text[UUID_TEXT_LENGTH])
{
        static const char digits[] = "0123456789abcdef";
        char *out = text;

        for (size_t i = 0; i < UUID_LENGTH; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10)
                        *out++ = '-';
                *out++ = digits[uuid[i] >> 4];
                *out++ = digits[uuid[i] & 15];
        }
        *out = '\0';
}

void uuid_generate(unsigned char uuid[UUID_LENGTH])
{
        random_bytes(uuid, UUID_LENGTH);
        uuid[6] = (uuid[6] & 0x0f) | 0x40;
        uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

bool uuid_is_valid(const unsigned char uuid[UUID_LENGTH])
{
        return memcmp(uuid, uuid + 1, UUID_LENGTH - 1) != 0;
}
