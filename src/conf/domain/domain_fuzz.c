/* libFuzzer: domain documents. What is accepted can be copied, compared and written, and what was written is accepted
 * again and written the same. */
#include <stdint.h>
#include <string.h>

#include "conf/domain.h"
#include "conf/qemu_namespace.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        rows_register(&qemu_namespace);
        return 0;
}

static void travel(const Domain *d)
{
        g_autoptr(Domain) copy = domain_copy(d);
        g_autoptr(Domain) again = NULL;
        g_autofree char *xml = domain_format(copy, DOMAIN_FORMAT_SECURE | DOMAIN_FORMAT_STATUS, NULL);
        g_autofree char *second = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(domain_difference(d, copy));
        g_assert_cmpint(domain_compare_abi(d, copy, NULL), ==, 0);
        if (domain_parse(xml, strlen(xml), NULL, DOMAIN_PARSE_STATUS | DOMAIN_PARSE_NO_SETTLE, &again, &err) < 0)
                g_error("%s\n%s", err.message, xml);
        second = domain_format(again, DOMAIN_FORMAT_SECURE | DOMAIN_FORMAT_STATUS, NULL);
        g_assert_cmpstr(xml, ==, second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        unsigned flags = length ? bytes[0] & 7 : 0; /* the first byte chooses how to parse */
        int r = domain_parse((const char *)bytes + !!length, length - !!length, NULL, flags, &d, &err);

        g_assert((r < 0) == error_is_set(&err));
        if (r == 0)
                travel(d);
        return 0;
}
