/* libFuzzer: VMX files. What is accepted has an XML form; what can be written again is accepted again. */
#include <stdint.h>
#include <string.h>

#include "vmx/vmx.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void write_again(const Domain *d)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = vmx_format(d, 17, NULL, &err);
        g_autoptr(Domain) again = NULL;

        g_assert((text == NULL) == error_is_set(&err));
        if (text && vmx_parse(text, strlen(text), NULL, &again, &err) < 0)
                g_error("%s\n%s", err.message, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        g_autofree char *xml = NULL;
        int r = vmx_parse((const char *)bytes, length, NULL, &d, &err);

        g_assert((r < 0) == error_is_set(&err));
        if (r < 0)
                return 0;
        xml = domain_format(d, DOMAIN_FORMAT_SECURE, NULL);
        g_assert_nonnull(xml);
        write_again(d);
        return 0;
}
