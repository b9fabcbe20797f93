/* UUIDs, addresses of cards, sets of processors. */
#include "rows/rows_plan.h"

#include <string.h>

enum { CPUS_MAX = 16384 };

static bool uuid_read(const Row *row, void *p, const char *text, const char *unit)
{
        return uuid_parse(text, p);
}

static bool genid_read(const Row *row, void *p, const char *text, const char *unit)
{
        if (*text)
                return uuid_parse(text, p);
        uuid_generate(p);
        return true;
}

static void uuid_text(const Row *row, const void *p, GString *out)
{
        char text[UUID_TEXT_LENGTH];

        uuid_format(p, text);
        g_string_append(out, text);
}

const RowCodec row_uuid = { "a UUID, 32 hexadecimal digits", sizeof(Uuid), .read = uuid_read, .text = uuid_text,
                            .pattern = "\\s*([0-9a-fA-F][\\-\\s]*){32}" };
const RowCodec row_genid = { "a UUID, 32 hexadecimal digits",
                             sizeof(Uuid),
                             .empty = true,
                             .read = genid_read,
                             .text = uuid_text,
                             .pattern = "(\\s*([0-9a-fA-F][\\-\\s]*){32})?" };

static bool mac_read(const Row *row, void *p, const char *text, const char *unit)
{
        Mac mac;

        for (unsigned i = 0; i < sizeof(mac.bytes); i++) {
                char *end;

                if (!g_ascii_isxdigit(text[0]))
                        return false;
                mac.bytes[i] = (unsigned char)g_ascii_strtoull(text, &end, 16);
                if (end - text > 2 || *end != (i + 1 < sizeof(mac.bytes) ? ':' : 0))
                        return false;
                text = end + (*end == ':');
        }
        *(Mac *)p = mac;
        return true;
}

bool mac_parse(const char *text, Mac *ret)
{
        return mac_read(NULL, ret, text, NULL);
}

void mac_format(const Mac *mac, char text[MAC_TEXT_LENGTH])
{
        const unsigned char *b = mac->bytes;

        g_snprintf(text, MAC_TEXT_LENGTH, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
}

bool mac_same(const Mac *a, const Mac *b)
{
        return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool mac_is_set(const Mac *mac)
{
        return !mac_same(mac, &(Mac){ 0 });
}

static void mac_text(const Row *row, const void *p, GString *out)
{
        char text[MAC_TEXT_LENGTH];

        mac_format(p, text);
        g_string_append(out, text);
}

const RowCodec row_mac = { "a MAC address like 52:54:00:12:34:56", sizeof(Mac), .read = mac_read, .text = mac_text,
                           .pattern = "([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}" };

static bool cpus_read(const Row *row, void *p, const char *text, const char *unit)
{
        return (*(Bitmap **)p = bitmap_parse(text, CPUS_MAX, NULL));
}

static void cpus_text(const Row *row, const void *p, GString *out)
{
        const Bitmap *cpus = *(Bitmap *const *)p;
        g_autofree char *text = cpus ? bitmap_format(cpus) : NULL;

        g_string_append(out, text ? text : "");
}

static void cpus_drop(void *p)
{
        *(Bitmap **)p = bitmap_free(*(Bitmap **)p);
}

static void cpus_copy(void *to, const void *from)
{
        const Bitmap *cpus = *(Bitmap *const *)from;

        *(Bitmap **)to = cpus ? bitmap_copy(cpus) : NULL;
}

static bool cpus_same(const void *a, const void *b)
{
        const Bitmap *x = *(Bitmap *const *)a, *y = *(Bitmap *const *)b;

        return x == y || (x && y && bitmap_equal(x, y));
}

const RowCodec row_cpus = {
        "a set like '0-3,^2'", sizeof(Bitmap *),  .read = cpus_read, .text = cpus_text,
        .drop = cpus_drop,     .copy = cpus_copy, .same = cpus_same, .pattern = "[\\-0-9,\\^\\s]*"
};
