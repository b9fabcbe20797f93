/* A URI that parses has a spelling that parses to the same spelling. */
#include <stdint.h>

#include "vireo/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autofree char *text = g_strndup((const char *)data, size);
        g_autoptr(Uri) uri = uri_parse(text, NULL);
        g_autoptr(Uri) again = NULL;
        g_autofree char *first = NULL;
        g_autofree char *second = NULL;

        if (!uri || !uri_scheme(uri))
                return 0;
        first = uri_format(uri);
        again = uri_parse(first, NULL);
        g_assert_nonnull(again);
        second = uri_format(again);
        g_assert_cmpstr(first, ==, second);
        return 0;
}
