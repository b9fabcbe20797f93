/* libFuzzer: QEMU's command lines. What is accepted has an XML form. */
#include <stdint.h>

#include "conf/qemu_namespace.h"
#include "qemu_argv/qemu_argv.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        rows_register(&qemu_namespace);
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        g_autofree char *xml = NULL;
        int r = qemu_argv_parse((const char *)bytes, length, &d, &err);

        g_assert((r < 0) == error_is_set(&err));
        if (r < 0)
                return 0;
        xml = domain_format(d, DOMAIN_FORMAT_SECURE, NULL);
        g_assert_nonnull(xml);
        return 0;
}
