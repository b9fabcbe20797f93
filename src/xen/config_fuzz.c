/* libFuzzer: configuration files of xl and xm. What is accepted and settled can be written, or is refused with a word;
 * what was written is read again, unless a value holds what separates values. */
#include <stdint.h>
#include <string.h>

#include "conf/driver_namespaces.h"
#include "xen/libxl_json.h"
#include "xen/xen.h"
#include "xen/xen_rules.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        domain_register_namespaces();
        return 0;
}

static int settle(Domain *d)
{
        return domain_settle_for(&xen_rules, NULL, d, DOMAIN_PARSE_INACTIVE, NULL) < 0
                       ? -1
                       : domain_check_for(&xen_rules, NULL, d, NULL);
}

static void describe(const Domain *d)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = libxl_json(d, NULL, &err);

        g_assert((json == NULL) == error_is_set(&err));
}

static void travel(XenDialect dialect, const Domain *d)
{
        g_autofree char *text = xen_config_write(dialect, NULL, d, NULL), *second = NULL;
        g_autoptr(Domain) again = NULL;

        if (!text || xen_config_read(dialect, NULL, "again", text, strlen(text), &again, NULL) < 0 || settle(again) < 0)
                return;
        second = xen_config_write(dialect, NULL, again, NULL);
        g_assert_nonnull(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        XenDialect dialect = length && bytes[0] == 'm' ? XEN_XM : XEN_XL; /* the first byte chooses the dialect */
        int r = xen_config_read(dialect, NULL, "input", (const char *)bytes + !!length, length - !!length, &d, &err);

        g_assert((r < 0) == error_is_set(&err));
        if (r < 0 || settle(d) < 0)
                return 0;
        travel(dialect, d);
        describe(d);
        return 0;
}
