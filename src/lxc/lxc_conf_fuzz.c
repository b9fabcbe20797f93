/* libFuzzer: container configurations; what is taken can be written as a document. */
#include "lxc/lxc_conf.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        static const LxcConfOptions options = { .root = "/nowhere" };
        Domain *d = NULL;
        g_autofree char *xml = NULL;

        if (lxc_conf_parse((const char *)bytes, length, &options, &d, &err) < 0) {
                g_assert(error_is_set(&err));
                return 0;
        }
        xml = domain_format(d, DOMAIN_FORMAT_INACTIVE, &err);
        g_assert(xml);
        domain_unref(d);
        return 0;
}
