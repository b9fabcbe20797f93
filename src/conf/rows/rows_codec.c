/* How single values travel between text and C. */
#include "rows/rows_plan.h"
#include "xml/xml_raw.h"

#include <inttypes.h>
#include <string.h>

static const char *skip_blank(const char *text)
{
        return text + strspn(text, " \t\r\n");
}

static void append_uint(GString *out, uint64_t value)
{
        char digits[24];
        char *p = digits + sizeof(digits);

        *--p = 0;
        do
                *--p = (char)('0' + value % 10);
        while (value /= 10);
        g_string_append(out, p);
}

static void append_hex(GString *out, int width, uint64_t value)
{
        g_string_append_printf(out, "0x%0*" PRIx64, width, value);
}

/* Strings. */

static bool string_read(const Row *row, void *p, const char *text, const char *unit)
{
        *(char **)p = g_strdup(text);
        return true;
}

static void string_text(const Row *row, const void *p, GString *out)
{
        const char *text = *(char *const *)p;

        if (text)
                g_string_append(out, text);
}

static void string_drop(void *p)
{
        g_clear_pointer((char **)p, g_free);
}

static void string_copy(void *to, const void *from)
{
        *(char **)to = g_strdup(*(char *const *)from);
}

static bool string_same(const void *a, const void *b)
{
        return g_strcmp0(*(char *const *)a, *(char *const *)b) == 0;
}

/* Other programs' elements are kept in one layout. */
static bool raw_read(const Row *row, void *p, const char *text, const char *unit)
{
        return (*(char **)p = xml_raw_layout(text, 0));
}

/* Ids that a user chose keep; ours are made anew for every run. */
static bool alias_lives(const void *p)
{
        const char *alias = *(char *const *)p;

        return alias && !g_str_has_prefix(alias, "ua-");
}

#define STRING_LIFE .drop = string_drop, .copy = string_copy, .same = string_same

const RowCodec row_string = { "a text", sizeof(char *), .read = string_read, .text = string_text, STRING_LIFE };
const RowCodec row_alias = { "a name",   sizeof(char *), .read = string_read, .text = string_text, .lives = alias_lives,
                             STRING_LIFE };
const RowCodec row_raw = { "an element",     sizeof(char *),      ROW_VERBATIM,
                           .read = raw_read, .text = string_text, STRING_LIFE };

const RowCodec row_rest = { "an element",     sizeof(char *),      ROW_VERBATIM,
                            .read = raw_read, .text = string_text, STRING_LIFE };

/* Numbers. */

static bool uint_read(const Row *row, void *p, const char *text, const char *unit)
{
        return text_to_uint(skip_blank(text), 10, p);
}

static void uint_text(const Row *row, const void *p, GString *out)
{
        append_uint(out, *(const unsigned *)p);
}

static bool octal_read(const Row *row, void *p, const char *text, const char *unit)
{
        guint64 value;

        if (!g_ascii_string_to_unsigned(text, 8, 0, 07777, &value, NULL))
                return false;
        *(unsigned *)p = (unsigned)value;
        return true;
}

static void octal_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%04o", *(const unsigned *)p);
}

static bool uint64_read(const Row *row, void *p, const char *text, const char *unit)
{
        return text_to_uint64(skip_blank(text), 10, p);
}

static void uint64_text(const Row *row, const void *p, GString *out)
{
        append_uint(out, *(const uint64_t *)p);
}

static bool int_read(const Row *row, void *p, const char *text, const char *unit)
{
        return text_to_int(skip_blank(text), 10, p);
}

static void int_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%d", *(const int *)p);
}

static bool int64_read(const Row *row, void *p, const char *text, const char *unit)
{
        return text_to_int64(skip_blank(text), 10, p);
}

static void int64_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%" PRId64, *(const int64_t *)p);
}

static bool id_is_set(const void *p)
{
        return *(const int *)p >= 0;
}

const RowCodec row_uint = { "non-negative integer value", sizeof(unsigned), .read = uint_read, .text = uint_text,
                            .nature = ROW_IS_NUMBER,      .pattern = DIGITS };
const RowCodec row_octal = { "an octal mode", sizeof(unsigned), .read = octal_read, .text = octal_text,
                             .pattern = "[0-7]+" };
const RowCodec row_uint64 = { "non-negative integer value", sizeof(uint64_t),        .read = uint64_read,
                              .text = uint64_text,          .nature = ROW_IS_NUMBER, .pattern = DIGITS };
const RowCodec row_int = { "integer value",         sizeof(int),
                           .read = int_read,        .text = int_text,
                           .nature = ROW_IS_NUMBER, .pattern = SIGNED_DIGITS };
const RowCodec row_int64 = { "integer value",    sizeof(int64_t),         .read = int64_read,
                             .text = int64_text, .nature = ROW_IS_NUMBER, .pattern = SIGNED_DIGITS };
const RowCodec row_id = { "integer value",         sizeof(int),      .read = int_read,
                          .is_set = id_is_set,     .text = int_text, .nature = ROW_IS_NUMBER,
                          .pattern = SIGNED_DIGITS };
const RowCodec row_port = { "a port, or -1",         sizeof(int),
                            .read = int_read,        .text = int_text,
                            .nature = ROW_IS_NUMBER, .pattern = SIGNED_DIGITS };

static bool hex_read(const Row *row, void *p, const char *text, const char *unit)
{
        return text_to_uint(skip_blank(text), 0, p);
}

static void hex_text(const Row *row, const void *p, GString *out)
{
        append_hex(out, row->width, *(const unsigned *)p);
}

static bool hex64_read(const Row *row, void *p, const char *text, const char *unit)
{
        return text_to_uint64(skip_blank(text), 0, p);
}

static void hex64_text(const Row *row, const void *p, GString *out)
{
        append_hex(out, row->width, *(const uint64_t *)p);
}

const RowCodec row_hex = { "a number",       sizeof(unsigned),        .read = hex_read,
                           .text = hex_text, .nature = ROW_IS_NUMBER, .pattern = HEX_DIGITS };
const RowCodec row_hex64 = { "a number",         sizeof(uint64_t),        .read = hex64_read,
                             .text = hex64_text, .nature = ROW_IS_NUMBER, .pattern = HEX_DIGITS };

static bool count_read(const Row *row, void *p, const char *text, const char *unit)
{
        return true;
}

static void count_text(const Row *row, const void *p, GString *out)
{
        append_uint(out, *(const size_t *)p);
}

const RowCodec row_count_of = { "a number", sizeof(size_t), .read = count_read, .text = count_text };

/* Numbers whose zero means something. */

static bool opt_uint_is_set(const void *p)
{
        return ((const OptUint *)p)->set;
}

static bool opt_uint_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint *number = p;

        return number->set = text_to_uint(skip_blank(text), 10, &number->value);
}

static bool opt_hex_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint *number = p;

        return number->set = text_to_uint(skip_blank(text), 0, &number->value);
}

static void opt_uint_text(const Row *row, const void *p, GString *out)
{
        append_uint(out, ((const OptUint *)p)->value);
}

static void opt_hex_text(const Row *row, const void *p, GString *out)
{
        append_hex(out, row->width, ((const OptUint *)p)->value);
}

/* "-1": any. */
static bool opt_hex_any_read(const Row *row, void *p, const char *text, const char *unit)
{
        return strcmp(text, "-1") == 0 || opt_hex_read(row, p, text, unit);
}

static void opt_hex_upper_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "0x%0*X", row->width, ((const OptUint *)p)->value);
}

static bool opt_uint_same(const void *a, const void *b)
{
        const OptUint *x = a, *y = b;

        return x->set == y->set && (!x->set || x->value == y->value);
}

static bool opt_int_is_set(const void *p)
{
        return ((const OptInt *)p)->set;
}

static bool opt_int_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptInt *number = p;

        return number->set = text_to_int(skip_blank(text), 10, &number->value);
}

static void opt_int_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%d", ((const OptInt *)p)->value);
}

static bool opt_int_same(const void *a, const void *b)
{
        const OptInt *x = a, *y = b;

        return x->set == y->set && (!x->set || x->value == y->value);
}

static bool opt_uint64_is_set(const void *p)
{
        return ((const OptUint64 *)p)->set;
}

static bool opt_uint64_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint64 *number = p;

        return number->set = text_to_uint64(skip_blank(text), 10, &number->value);
}

static bool opt_hex64_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint64 *number = p;

        return number->set = text_to_uint64(skip_blank(text), 0, &number->value);
}

static void opt_uint64_text(const Row *row, const void *p, GString *out)
{
        append_uint(out, ((const OptUint64 *)p)->value);
}

static void opt_hex64_text(const Row *row, const void *p, GString *out)
{
        append_hex(out, row->width, ((const OptUint64 *)p)->value);
}

static bool opt_uint64_same(const void *a, const void *b)
{
        const OptUint64 *x = a, *y = b;

        return x->set == y->set && (!x->set || x->value == y->value);
}

const RowCodec row_opt_uint = { "non-negative integer value", sizeof(OptUint),       .read = opt_uint_read,
                                .is_set = opt_uint_is_set,    .text = opt_uint_text, .same = opt_uint_same,
                                .nature = ROW_IS_NUMBER,      .pattern = DIGITS };
const RowCodec row_opt_hex = {
        "a number",           sizeof(OptUint),       .read = opt_hex_read,    .is_set = opt_uint_is_set,
        .text = opt_hex_text, .same = opt_uint_same, .nature = ROW_IS_NUMBER, .pattern = HEX_DIGITS
};
const RowCodec row_opt_hex_upper = { "a number",
                                     sizeof(OptUint),
                                     .read = opt_hex_any_read,
                                     .is_set = opt_uint_is_set,
                                     .text = opt_hex_upper_text,
                                     .same = opt_uint_same,
                                     .nature = ROW_IS_NUMBER,
                                     .pattern = "-1|\\s*(0[xX])?[0-9a-fA-F]+" };
const RowCodec row_opt_int = { "integer value",          sizeof(OptInt),          .read = opt_int_read,
                               .is_set = opt_int_is_set, .text = opt_int_text,    .same = opt_int_same,
                               .nature = ROW_IS_NUMBER,  .pattern = SIGNED_DIGITS };
const RowCodec row_opt_uint64 = { "non-negative integer value", sizeof(OptUint64),       .read = opt_uint64_read,
                                  .is_set = opt_uint64_is_set,  .text = opt_uint64_text, .same = opt_uint64_same,
                                  .nature = ROW_IS_NUMBER,      .pattern = DIGITS };
const RowCodec row_opt_hex64 = { "a number",
                                 sizeof(OptUint64),
                                 .read = opt_hex64_read,
                                 .is_set = opt_uint64_is_set,
                                 .text = opt_hex64_text,
                                 .same = opt_uint64_same,
                                 .nature = ROW_IS_NUMBER,
                                 .pattern = HEX_DIGITS };

/* Names. */

static bool enum_read(const Row *row, void *p, const char *text, const char *unit)
{
        /* What must be there is not there when it is empty, whatever an unset value is called. */
        if (row->flags & ROW_REQUIRED && text && !*text)
                return false;
        for (unsigned i = 0; i == 0 || row->names[i]; i++)
                if (g_strcmp0(row->names[i], text) == 0 ||
                    (row->old_names && g_strcmp0(row->old_names[i], text) == 0)) {
                        *(uint8_t *)p = (uint8_t)i;
                        return true;
                }
        return false;
}

static bool word_read(const Row *row, void *p, const char *text, const char *unit)
{
        uint8_t index;

        return enum_read(row, &index, text, unit) && string_read(row, p, text, unit);
}

static void enum_text_of(const Row *row, const void *p, GString *out)
{
        const char *name = row->names[*(const uint8_t *)p];

        if (name)
                g_string_append(out, name);
}

static bool flag_read(const Row *row, void *p, const char *text, const char *unit)
{
        return *(bool *)p = true;
}

static void flag_text(const Row *row, const void *p, GString *out)
{
        g_string_append(out, *(const bool *)p ? "present" : "");
}

static bool ignored_read(const Row *row, void *p, const char *text, const char *unit)
{
        return true;
}

static bool ignored_is_set(const void *p)
{
        return false;
}

static void ignored_text(const Row *row, const void *p, GString *out)
{
}

const RowCodec row_ignored = { "anything", sizeof(char), .read = ignored_read, .is_set = ignored_is_set,
                               .text = ignored_text };
const RowCodec row_enum = { "a name", sizeof(uint8_t), .read = enum_read, .text = enum_text_of };
const RowCodec row_word = { "a name", sizeof(char *), .read = word_read, .text = string_text, STRING_LIFE };
const RowCodec row_state = { "'on' or 'off'", sizeof(uint8_t), ROW_ONOFF, .read = enum_read, .text = enum_text_of };
const RowCodec row_flag = { "nothing",         sizeof(bool),      ROW_PRESENCE,
                            .read = flag_read, .text = flag_text, .nature = ROW_IS_BOOLEAN };
