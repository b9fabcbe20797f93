/* Reading the small files of /proc and /sys. */
#include "host_files.h"

#include <string.h>

#include "util/file.h"
#include "util/text.h"

enum { TEXT_MAX = 16 << 20 }; /* /proc/cpuinfo of thousands of CPUs */

static char *read_text(const char *root, const char *format, va_list args)
{
        g_autofree char *tail = g_strdup_vprintf(format, args);
        g_autofree char *path = g_strconcat(root, tail, NULL);
        char *text = NULL;

        if (file_read(path, TEXT_MAX, &text, NULL, NULL) < 0)
                return NULL;
        return g_strchomp(text);
}

char *host_file_text(const char *root, const char *format, ...)
{
        va_list args;
        char *text;

        va_start(args, format);
        text = read_text(root, format, args);
        va_end(args);
        return text;
}

uint64_t host_file_uint(uint64_t otherwise, const char *root, const char *format, ...)
{
        g_autofree char *text = NULL;
        uint64_t number = otherwise;
        va_list args;

        va_start(args, format);
        text = read_text(root, format, args);
        va_end(args);
        text_to_uint64(text, 10, &number);
        return number;
}

Bitmap *host_file_set(const char *root, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list args;

        va_start(args, format);
        text = read_text(root, format, args);
        va_end(args);
        return text ? bitmap_parse(text, HOST_CPUS_MAX, NULL) : NULL;
}

Bitmap *host_folder_set(const char *root, const char *prefix, const char *format, ...)
{
        g_autofree char *tail = NULL;
        g_autofree char *path = NULL;
        g_autoptr(Bitmap) set = bitmap_new(0);
        g_auto(GStrv) names = NULL;
        va_list args;

        va_start(args, format);
        tail = g_strdup_vprintf(format, args);
        va_end(args);
        path = g_strconcat(root, tail, NULL);
        if (dir_list(path, NULL, &names, NULL) < 0)
                return NULL;
        for (char **name = names; *name; name++) {
                unsigned number;

                if (g_str_has_prefix(*name, prefix) && text_to_uint(*name + strlen(prefix), 10, &number) &&
                    number < HOST_CPUS_MAX)
                        bitmap_set(set, number, true);
        }
        return bitmap_count(set) > 0 ? g_steal_pointer(&set) : NULL;
}

Bitmap *host_cells(const char *root)
{
        Bitmap *online = host_file_set(root, "/sys/devices/system/node/online");

        return online ? online : host_folder_set(root, "node", "/sys/devices/system/node"); /* before Linux 2.6.30 */
}
