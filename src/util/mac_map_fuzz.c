/* libFuzzer: files of MAC addresses; what is read is written and read again. */
#include "util/mac_map.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(MacMap) map = mac_map_parse((const char *)bytes, length, &err);
        g_autoptr(MacMap) again = NULL;
        g_autofree char *text = NULL;

        g_assert((map == NULL) == error_is_set(&err));
        if (!map)
                return 0;
        text = mac_map_format(map);
        again = mac_map_parse(text, strlen(text), &err);
        g_assert(again);
        return 0;
}
