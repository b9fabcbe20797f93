/* Sets of small numbers. */
#include "util/bitmap.h"

#include <string.h>

enum { WORD_BITS = sizeof(unsigned long) * 8, BITS_MAX = 65536 };

static size_t n_words(size_t n_bits)
{
        return (n_bits + WORD_BITS - 1) / WORD_BITS;
}

Bitmap *bitmap_new(size_t n_bits)
{
        Bitmap *bitmap = g_new0(Bitmap, 1);

        g_assert(n_bits <= BITS_MAX);
        bitmap->n_bits = n_bits;
        bitmap->words = g_new0(unsigned long, n_words(n_bits));
        return bitmap;
}

Bitmap *bitmap_copy(const Bitmap *bitmap)
{
        Bitmap *copy;

        if (!bitmap)
                return NULL;
        copy = bitmap_new(bitmap->n_bits);
        if (bitmap->n_bits > 0)
                memcpy(copy->words, bitmap->words, n_words(bitmap->n_bits) * sizeof(unsigned long));
        return copy;
}

Bitmap *bitmap_free(Bitmap *bitmap)
{
        if (bitmap)
                g_free(bitmap->words);
        g_free(bitmap);
        return NULL;
}

bool bitmap_get(const Bitmap *bitmap, size_t bit)
{
        return bit < bitmap->n_bits && (bitmap->words[bit / WORD_BITS] >> bit % WORD_BITS & 1);
}

static void grow(Bitmap *bitmap, size_t n_bits)
{
        size_t before = n_words(bitmap->n_bits), after = n_words(n_bits);

        bitmap->words = g_renew(unsigned long, bitmap->words, after);
        for (size_t i = before; i < after; i++)
                bitmap->words[i] = 0;
        bitmap->n_bits = n_bits;
}

void bitmap_set(Bitmap *bitmap, size_t bit, bool value)
{
        unsigned long mask = 1UL << bit % WORD_BITS;

        g_assert(bit < BITS_MAX);
        if (bit >= bitmap->n_bits) {
                if (!value)
                        return;
                grow(bitmap, bit + 1);
        }
        if (value)
                bitmap->words[bit / WORD_BITS] |= mask;
        else
                bitmap->words[bit / WORD_BITS] &= ~mask;
}

size_t bitmap_count(const Bitmap *bitmap)
{
        size_t count = 0;

        for (size_t i = 0; i < n_words(bitmap->n_bits); i++)
                count += (size_t)__builtin_popcountl(bitmap->words[i]);
        return count;
}

long bitmap_next(const Bitmap *bitmap, long after)
{
        for (size_t bit = (size_t)(after + 1); bit < bitmap->n_bits; bit++)
                if (bitmap_get(bitmap, bit))
                        return (long)bit;
        return -1;
}

bool bitmap_equal(const Bitmap *a, const Bitmap *b)
{
        const Bitmap *longer = a->n_bits >= b->n_bits ? a : b;

        for (size_t bit = 0; bit < longer->n_bits; bit++)
                if (bitmap_get(a, bit) != bitmap_get(b, bit))
                        return false;
        return true;
}

static const char *skip_blank(const char *text)
{
        while (g_ascii_isspace(*text))
                text++;
        return text;
}

/* A number below @max at @text; where it ends, or NULL. */
static const char *parse_number(const char *text, size_t max, size_t *ret)
{
        size_t value = 0;

        if (!g_ascii_isdigit(*text))
                return NULL;
        for (; g_ascii_isdigit(*text); text++) {
                value = value * 10 + (size_t)(*text - '0');
                if (value >= max)
                        return NULL;
        }
        *ret = value;
        return skip_blank(text);
}

/* One "N", "N-M", "^N" or "^N-M"; where it ends, or NULL. */
static const char *parse_item(const char *text, size_t max, Bitmap *bitmap)
{
        bool value = true;
        size_t first, last;

        text = skip_blank(text);
        if (*text == '^') {
                value = false;
                text++;
        }
        text = parse_number(text, max, &first);
        if (!text)
                return NULL;
        last = first;
        if (*text == '-') {
                text = parse_number(skip_blank(text + 1), max, &last);
                if (!text || last < first)
                        return NULL;
        }
        for (size_t bit = first; bit <= last; bit++)
                bitmap_set(bitmap, bit, value);
        return text;
}

Bitmap *bitmap_parse(const char *text, size_t max, Error *err)
{
        g_autoptr(Bitmap) bitmap = bitmap_new(0);
        const char *at = text;

        max = MIN(max, (size_t)BITS_MAX);
        for (;;) {
                at = parse_item(at, max, bitmap);
                if (!at || (*at && *at != ','))
                        return error_null(err, VIR_ERR_INVALID_ARG,
                                          "Failed to parse bitmap '%s': not a list like 0-3,^2,8 of numbers below %zu",
                                          text, max);
                if (*at == '\0' || *skip_blank(++at) == '\0') /* a comma at the end is libvirt's custom */
                        break;
        }
        if (bitmap_count(bitmap) == 0)
                return error_null(err, VIR_ERR_INVALID_ARG, "Failed to parse bitmap '%s': it is empty", text);
        return g_steal_pointer(&bitmap);
}

char *bitmap_format(const Bitmap *bitmap)
{
        GString *text = g_string_new(NULL);

        for (long first = bitmap_next(bitmap, -1); first >= 0;) {
                long last = first;

                while (bitmap_get(bitmap, (size_t)last + 1))
                        last++;
                g_string_append_printf(text, "%s%ld", text->len ? "," : "", first);
                if (last > first)
                        g_string_append_printf(text, "-%ld", last);
                first = bitmap_next(bitmap, last);
        }
        return g_string_free(text, FALSE);
}

Bitmap *bitmap_from_bytes(const unsigned char *bytes, size_t length)
{
        Bitmap *bitmap = bitmap_new(MIN(length * 8, (size_t)BITS_MAX));

        for (size_t bit = 0; bit < bitmap->n_bits; bit++)
                if (bytes[bit / 8] >> bit % 8 & 1)
                        bitmap_set(bitmap, bit, true);
        return bitmap;
}

void bitmap_to_bytes(const Bitmap *bitmap, unsigned char *bytes, size_t length)
{
        memset(bytes, 0, length);
        for (size_t bit = 0; bit < bitmap->n_bits && bit / 8 < length; bit++)
                if (bitmap_get(bitmap, bit))
                        bytes[bit / 8] |= (unsigned char)(1 << bit % 8);
}
