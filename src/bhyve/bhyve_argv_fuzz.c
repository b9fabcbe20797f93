/* libFuzzer: command lines; what is taken can be written as a document, and bhyve's rules accept or refuse it. */
#include "bhyve/bhyve_argv.h"
#include "bhyve/bhyve_rules.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;
        g_autofree char *xml = NULL;
        int r;

        if (bhyve_argv_parse((const char *)bytes, length, NULL, &d, &err) < 0) {
                g_assert(error_is_set(&err));
                return 0;
        }
        xml = domain_format(d, DOMAIN_FORMAT_INACTIVE, &err);
        g_assert(xml);
        r = domain_settle_for(&bhyve_rules, NULL, d, DOMAIN_PARSE_INACTIVE, &err);
        g_assert((r < 0) == error_is_set(&err));
        domain_unref(d);
        return 0;
}
