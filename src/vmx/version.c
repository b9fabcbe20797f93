/* Banners: "VMware Workstation 7.0.0 build-203739 Release". */
#include "vmx/version.h"

#include <string.h>

const char *const vmware_product_names[] = {
        [VMWARE_WORKSTATION] = "ws",
        [VMWARE_PLAYER] = "player",
        [VMWARE_FUSION] = "fusion",
        [VMWARE_PRODUCT_MAX_] = NULL,
};

static const char *const starts[] = {
        [VMWARE_WORKSTATION] = "VMware Workstation ",
        [VMWARE_PLAYER] = "VMware Player ",
        [VMWARE_FUSION] = "VMware Fusion ",
};

enum { PART_MAX = 999 };

/* "7.1" or "7.1.2", up to a blank. */
static bool read_version(const char *text, unsigned long *ret)
{
        unsigned long parts[3] = { 0 };
        char *end;

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
                if (!g_ascii_isdigit(*text))
                        return false;
                parts[i] = strtoul(text, &end, 10);
                if (parts[i] > PART_MAX)
                        return false;
                text = end + 1;
                if (*end != '.')
                        break;
        }
        *ret = parts[0] * 1000000 + parts[1] * 1000 + parts[2];
        return true;
}

/* Other lines may stand around it: warnings, and with Fusion "VMware Fusion Information:". */
int vmware_version_parse(VmwareProduct product, const char *banner, unsigned long *ret, Error *err)
{
        const char *start = starts[product];

        for (const char *at = strstr(banner, start); at; at = strstr(at + 1, start))
                if (read_version(at + strlen(start), ret))
                        return 0;
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot find version pattern \"%s\"", start);
}
