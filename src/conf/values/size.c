/* Sizes with units. */
#include "rows/rows_plan.h"

#include <inttypes.h>
#include <string.h>

/* "KiB", "K", "kb" ...; 0: no such unit. */
static uint64_t unit_bytes(const char *unit)
{
        static const char letters[] = "kmgtpe";
        const char *letter;
        uint64_t bytes = 1, base;

        if (!*unit || g_ascii_strcasecmp(unit, "b") == 0 || g_ascii_strcasecmp(unit, "byte") == 0 ||
            g_ascii_strcasecmp(unit, "bytes") == 0)
                return 1;
        letter = strchr(letters, g_ascii_tolower(*unit));
        if (!letter)
                return 0;
        if (!unit[1] || g_ascii_strcasecmp(unit + 1, "ib") == 0)
                base = 1024;
        else if (g_ascii_strcasecmp(unit + 1, "b") == 0)
                base = 1000;
        else
                return 0;
        for (long i = 0; i <= letter - letters; i++)
                bytes *= base;
        return bytes;
}

/* Bytes of @text in @unit, in units of @result rounded up. */
static bool scaled_read(const char *text, const char *unit, uint64_t scale, uint64_t result, uint64_t *ret)
{
        uint64_t value;

        if (unit && (scale = unit_bytes(unit)) == 0)
                return false;
        if (!text_to_uint64(text + strspn(text, " \t\r\n"), 10, &value))
                return false;
        if (value > UINT64_MAX / scale)
                return false;
        value *= scale;
        *ret = value / result + (value % result != 0);
        return true;
}

bool size_parse(const char *text, const char *unit, uint64_t *ret_bytes)
{
        return text && scaled_read(text, unit, 1, 1, ret_bytes);
}

static bool kib_read(const Row *row, void *p, const char *text, const char *unit)
{
        return scaled_read(text, unit, 1024, 1024, p);
}

static bool opt_kib_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint64 *size = p;

        return size->set = scaled_read(text, unit, 1024, 1024, &size->value);
}

static bool bytes_read(const Row *row, void *p, const char *text, const char *unit)
{
        return scaled_read(text, unit, 1, 1, p);
}

static bool mib_read(const Row *row, void *p, const char *text, const char *unit)
{
        return scaled_read(text, unit, 1024 * 1024, 1, p);
}

static const char *kib_unit(const void *p)
{
        return "KiB";
}

static const char *bytes_unit(const void *p)
{
        return "bytes";
}

static const char *mib_unit(const void *p)
{
        return "M";
}

static const struct {
        const char *name;
        unsigned shift;
} pretty[] = { { "EiB", 60 }, { "PiB", 50 }, { "TiB", 40 }, { "GiB", 30 }, { "MiB", 20 }, { "KiB", 10 }, { "B", 0 } };

/* The largest unit that shows the size exactly. */
static size_t pretty_of(uint64_t bytes)
{
        for (size_t i = 0; i < G_N_ELEMENTS(pretty) - 1; i++)
                if (bytes && bytes % (1ULL << pretty[i].shift) == 0)
                        return i;
        return G_N_ELEMENTS(pretty) - 1;
}

static const char *size_unit(const void *p)
{
        return pretty[pretty_of(*(const uint64_t *)p)].name;
}

static void size_text(const Row *row, const void *p, GString *out)
{
        uint64_t bytes = *(const uint64_t *)p;

        g_string_append_printf(out, "%" PRIu64, bytes >> pretty[pretty_of(bytes)].shift);
}

static void number_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%" PRIu64, *(const uint64_t *)p);
}

static void mib_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%" PRIu64, *(const uint64_t *)p >> 20);
}

static void opt_kib_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%" PRIu64, ((const OptUint64 *)p)->value);
}

static bool opt_kib_is_set(const void *p)
{
        return ((const OptUint64 *)p)->set;
}

static bool opt_kib_same(const void *a, const void *b)
{
        const OptUint64 *x = a, *y = b;

        return x->set == y->set && (!x->set || x->value == y->value);
}

const RowCodec row_kib = { "a size, a number", sizeof(uint64_t),        .read = kib_read, .text = number_text,
                           .unit = kib_unit,   .nature = ROW_IS_NUMBER, .pattern = DIGITS };
const RowCodec row_opt_kib = { "a size, a number",       sizeof(OptUint64),       .read = opt_kib_read,
                               .is_set = opt_kib_is_set, .text = opt_kib_text,    .unit = kib_unit,
                               .same = opt_kib_same,     .nature = ROW_IS_NUMBER, .pattern = DIGITS };
const RowCodec row_bytes = { "a size, a number", sizeof(uint64_t),        .read = bytes_read, .text = number_text,
                             .unit = bytes_unit, .nature = ROW_IS_NUMBER, .pattern = DIGITS };
const RowCodec row_mib = { "a size, a number", sizeof(uint64_t),        .read = mib_read, .text = mib_text,
                           .unit = mib_unit,   .nature = ROW_IS_NUMBER, .pattern = DIGITS };
const RowCodec row_size = { "a size, a number", sizeof(uint64_t),        .read = bytes_read, .text = size_text,
                            .unit = size_unit,  .nature = ROW_IS_NUMBER, .pattern = DIGITS };

const RowCodec row_mib_size = { "a size, a number", sizeof(uint64_t),        .read = mib_read, .text = size_text,
                                .unit = size_unit,  .nature = ROW_IS_NUMBER, .pattern = DIGITS };
