/* libFuzzer: what dmidecode and kernels print; what comes of it must be a document. */
#include "conf/sysinfo.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void format(HostSysinfo *sysinfo)
{
        g_autofree char *xml = NULL;

        g_assert(sysinfo);
        xml = host_sysinfo_format(sysinfo, 0);
        g_assert(xml);
        host_sysinfo_free(sysinfo);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        static const char *const machines[] = { "aarch64", "ppc64le", "s390x" };
        g_autofree char *text = g_strndup((const char *)bytes, length);

        format(host_sysinfo_from_dmi(text, NULL, NULL, NULL));
        for (size_t i = 0; i < G_N_ELEMENTS(machines); i++)
                format(host_sysinfo_from_kernel(machines[i], text, text, NULL));
        return 0;
}
