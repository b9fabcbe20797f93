/* What a host with Xen can run. */
#include "xlate.h"

#include <stdio.h>

#include "util/file.h"
#include "xen/xen_capabilities.h"

static int run(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *words = NULL, *cpuinfo = NULL, *xml = NULL;
        g_autoptr(Capabilities) all = NULL;
        size_t length;

        if (argc != 4)
                return CONVERT_USAGE;
        if (file_read(argv[2], CONVERT_INPUT_MAX, &cpuinfo, &length, &err) < 0 ||
            file_read(argv[3], CONVERT_INPUT_MAX, &words, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        all = xen_capabilities(words, cpuinfo, argv[1]);
        xml = capabilities_format(all, 0);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_xen_capabilities = { "xen-capabilities", "ARCH CPUINFO CAPABILITIES", run };
