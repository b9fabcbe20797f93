/* libFuzzer: JSON text; what parses must survive being written and read again. */
#include "util/json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = json_parse((const char *)bytes, length, &err);
        g_autofree char *text = NULL;
        g_autoptr(Json) again = NULL;
        g_autoptr(Json) nested = NULL;

        g_assert((json == NULL) == error_is_set(&err));
        if (!json)
                return 0;
        text = json_format(json, length % 2);
        again = json_parse(text, strlen(text), &err);
        g_assert(again);
        nested = json_unflatten(json, &err);
        g_assert((nested == NULL) == error_is_set(&err));
        return 0;
}
