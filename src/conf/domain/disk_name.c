/* Names of targets: "vda" is the first disk of its kind, "vdz" the 26th, "vdaa" the 27th. */
#include <string.h>

#include "conf/disk.h"

int disk_target_number(const char *target)
{
        static const char *const prefixes[] = { "fd", "hd", "vd", "sd", "xvd", "ubd" };
        enum { NUMBER_MAX = 1 << 20 };
        int number = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
                const char *at = target + strlen(prefixes[i]);

                if (!g_str_has_prefix(target, prefixes[i]) || !*at)
                        continue;
                for (; g_ascii_islower(*at) && number < NUMBER_MAX; at++)
                        number = number * 26 + (*at - 'a' + 1);
                return *at && !g_ascii_isdigit(*at) ? -1 : number - 1;
        }
        return -1;
}

char *disk_target_name(const char *prefix, unsigned number)
{
        char letters[8]; /* 26 to the seventh is more than 32 bits */
        size_t at = sizeof(letters);
        uint64_t rest = (uint64_t)number + 1;

        letters[--at] = '\0';
        for (; rest > 0; rest = (rest - 1) / 26)
                letters[--at] = (char)('a' + (rest - 1) % 26);
        return g_strconcat(prefix, letters + at, NULL);
}
