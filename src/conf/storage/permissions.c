/* Owner, mode, label and times: the rows, and how they are spelt. */
#include "conf/storage_permissions.h"

#include <inttypes.h>
#include <string.h>

#include "conf/rows.h"

static bool opt_is_set(const void *p)
{
        return ((const OptUint *)p)->set;
}

static bool opt_same(const void *a, const void *b)
{
        const OptUint *x = a, *y = b;

        return x->set == y->set && (!x->set || x->value == y->value);
}

static bool mode_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint *mode = p;
        guint64 value;

        if (!g_ascii_string_to_unsigned(text + strspn(text, " \t\r\n"), 8, 0, 0777, &value, NULL))
                return false;
        *mode = (OptUint){ .value = (unsigned)value, .set = true };
        return true;
}

static void mode_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "0%o", ((const OptUint *)p)->value);
}

/* Numbers above 2^31 are written as the negative ones that have the same bits, as libvirt does; both spellings are read. */
static bool owner_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint *owner = p;
        int64_t value;

        if (!text_to_int64(text + strspn(text, " \t\r\n"), 10, &value) || value < INT32_MIN || value > UINT32_MAX)
                return false;
        *owner = (OptUint){ .value = (unsigned)value, .set = (unsigned)value != (unsigned)-1 };
        return true;
}

static void owner_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%d", (int)((const OptUint *)p)->value);
}

static const RowCodec row_mode = { "an octal mode up to 777", sizeof(OptUint),   .read = mode_read,
                                   .is_set = opt_is_set,      .text = mode_text, .same = opt_same,
                                   .pattern = "[0-7]+" };
static const RowCodec row_owner = {
        "a number, or -1",  sizeof(OptUint),  .read = owner_read,      .is_set = opt_is_set,
        .text = owner_text, .same = opt_same, .nature = ROW_IS_NUMBER, .pattern = "-?[0-9]+"
};

/* "1341933637.273190990": what is behind the dot are nanoseconds, as far as they are spelt out. */
static bool time_read(const Row *row, void *p, const char *text, const char *unit)
{
        static const unsigned scale[] = { 0, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };
        g_auto(GStrv) parts = g_strsplit(text + strspn(text, " \t\r\n"), ".", 2);
        StorageTime time = { .set = true };

        if (!parts[0] || !text_to_int64(parts[0], 10, &time.seconds))
                return false;
        if (parts[1] && *parts[1]) {
                size_t digits = strlen(parts[1]);

                if (digits >= G_N_ELEMENTS(scale) || !text_to_uint(parts[1], 10, &time.nanoseconds))
                        return false;
                time.nanoseconds *= scale[digits];
        }
        *(StorageTime *)p = time;
        return true;
}

static void time_text(const Row *row, const void *p, GString *out)
{
        const StorageTime *time = p;

        g_string_append_printf(out, "%" PRId64, time->seconds);
        if (time->nanoseconds)
                g_string_append_printf(out, ".%09u", time->nanoseconds);
}

static bool time_is_set(const void *p)
{
        return ((const StorageTime *)p)->set;
}

static bool time_same(const void *a, const void *b)
{
        const StorageTime *x = a, *y = b;

        return x->set == y->set && x->seconds == y->seconds && x->nanoseconds == y->nanoseconds;
}

static const RowCodec row_time = { "seconds since the epoch",
                                   sizeof(StorageTime),
                                   .read = time_read,
                                   .is_set = time_is_set,
                                   .text = time_text,
                                   .same = time_same,
                                   .sample = "1700000000.000000250",
                                   .pattern = "[0-9]+(\\.[0-9]{0,9})?" };

#define ROW_TIME(P, S, m, ...)  ROW_VALUE_OF(P, S, m, StorageTime, row_time, ##__VA_ARGS__)
#define ROW_MODE(P, S, m, ...)  ROW_VALUE_OF(P, S, m, OptUint, row_mode, ##__VA_ARGS__)
#define ROW_OWNER(P, S, m, ...) ROW_VALUE_OF(P, S, m, OptUint, row_owner, ##__VA_ARGS__)

/* A row is a line. */
/* clang-format off */

ROWS(StoragePermissions,
     ROW_MODE("mode",    StoragePermissions, mode),
     ROW_OWNER("owner",  StoragePermissions, owner),
     ROW_OWNER("group",  StoragePermissions, group),
     ROW_STRING("label", StoragePermissions, label));

ROWS(StorageTimes,
     ROW_TIME("atime", StorageTimes, accessed),
     ROW_TIME("mtime", StorageTimes, modified),
     ROW_TIME("ctime", StorageTimes, changed),
     ROW_TIME("btime", StorageTimes, born, .since = "2.8.0"));

/* clang-format on */
