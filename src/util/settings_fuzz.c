/* libFuzzer: configuration files. */
#include "util/settings.h"

#include <stdint.h>
#include <string.h>

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

        g_autofree char *text = NULL;
        g_autofree char *again = NULL;

        g_assert((r < 0) == error_is_set(&err));
        error_clear(&err);
        text = settings_normalise("fuzz", (const char *)bytes, length, &err);
        g_assert((text == NULL) == error_is_set(&err));
        again = text ? settings_normalise("normal", text, strlen(text), &err) : NULL;
        g_assert_cmpstr(text, ==, again);
        settings_free(table, G_N_ELEMENTS(table), &target);
        return 0;
}
