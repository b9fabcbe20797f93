/* libFuzzer: configuration files. */
#include "util/settings.h"

#include <stdint.h>

typedef struct Target {
        int flag;
        unsigned count;
        char *name;
        char **names;
} Target;

static const Setting table[] = {
        { "flag", SETTING_BOOL, offsetof(Target, flag), 0 },
        { "max_clients", SETTING_UINT, offsetof(Target, count), 0 },
        { "name", SETTING_STRING, offsetof(Target, name), 0 },
        { "names", SETTING_STRINGS, offsetof(Target, names), 0 },
        { "old", SETTING_IGNORED, 0, 0 },
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Target target = { 0 };
        int r = settings_parse("fuzz", (const char *)bytes, length, table, G_N_ELEMENTS(table), &target, &err);

        g_assert((r < 0) == error_is_set(&err));
        settings_free(table, G_N_ELEMENTS(table), &target);
        return 0;
}
