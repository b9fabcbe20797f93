/* libFuzzer: what processors and QEMU answer. '<' begins a dump, anything else is JSON. What is decoded can be written,
 * read again and compared. */
#include <stdint.h>
#include <string.h>

#include "cpu/cpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void use(const CpuDefinition *found)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *xml = cpu_definition_format(found);
        g_autoptr(CpuDefinition) again = NULL;

        g_assert_cmpint(cpu_definition_parse(xml, strlen(xml), &again, &err), ==, 0);
}

static void try_dump(const char *text, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(CpuData) data = NULL;
        g_autoptr(CpuDefinition) host = NULL;
        g_autoptr(CpuDefinition) guest = NULL;

        if (cpu_data_parse(text, length, 0, &data, &err) < 0)
                return;
        if (cpu_decode(data, true, NULL, &host, &err) == 0)
                use(host);
        if (cpu_decode(data, false, NULL, &guest, &why) == 0)
                use(guest);
}

static void try_reply(const Json *json)
{
        ERROR_AUTO Error err = ERROR_INIT;
        ERROR_AUTO Error words_err = ERROR_INIT;
        ERROR_AUTO Error models_err = ERROR_INIT;
        g_autoptr(CpuData) data = NULL;
        g_autoptr(GPtrArray) models = NULL;
        g_autoptr(CpuDefinition) x86 = NULL;
        g_autoptr(CpuDefinition) s390 = NULL;
        int r = cpu_decode_expansion("x86_64", json, NULL, &x86, &err);

        g_assert((r < 0) == error_is_set(&err));
        g_assert_cmpint(cpu_data_from_words(json, &data, &words_err), ==, data ? 0 : -1);
        g_assert_cmpint(cpu_usable_models_read(json, &models, &models_err), ==, models ? 0 : -1);
        if (r == 0)
                use(x86);
        if (cpu_decode_expansion("s390x", json, NULL, &s390, NULL) == 0)
                use(s390);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        g_autoptr(Json) json = NULL;

        if (length > 0 && bytes[0] == '<') {
                try_dump((const char *)bytes, length);
                return 0;
        }
        json = json_parse((const char *)bytes, length, NULL);
        if (json)
                try_reply(json);
        return 0;
}
