/* libFuzzer: texts and tables of a host: schemata of resctrl, the IORT table. */
#include "util/host_iort.h"
#include "util/host_resctrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = g_strndup((const char *)bytes, length);
        g_autoptr(GPtrArray) schemata = host_schemata_parse("fuzz", text, &err);
        g_autoptr(GArray) nodes = NULL;
        HostResctrl none = { 0 };

        g_assert((schemata == NULL) == error_is_set(&err));
        if (schemata) {
                g_autofree char *written = host_schemata_format(&none, schemata);
                g_autoptr(GPtrArray) again = host_schemata_parse("again", written, &err);

                g_assert(again);
        }
        error_clear(&err);
        nodes = host_iort_parse(bytes, length, &err);
        g_assert((nodes == NULL) == error_is_set(&err));
        return 0;
}
