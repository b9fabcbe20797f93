/* libFuzzer: xend's S-expressions. What is accepted has an XML form, and once settled it can be written or is refused
 * with a word. */
#include <stdint.h>

#include "xen/xen.h"
#include "xen/xen_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT, late = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        g_autofree char *xml = NULL, *sexpr = NULL;
        int version = length && bytes[0] >= '1' && bytes[0] <= '4' ? bytes[0] - '0' : XEND_3_1_0;
        int r = xen_sexpr_read((const char *)bytes + !!length, length - !!length, version, &d, &err);

        g_assert((r < 0) == error_is_set(&err));
        if (r < 0)
                return 0;
        xml = domain_format(d, DOMAIN_FORMAT_SECURE, NULL);
        g_assert_nonnull(xml);
        if (domain_settle_for(&xen_rules, NULL, d, DOMAIN_PARSE_INACTIVE, NULL) < 0)
                return 0;
        sexpr = xen_sexpr_write(d, version, &late);
        g_assert((sexpr == NULL) == error_is_set(&late));
        return 0;
}
