/* From a settled definition to that of a run: what every start does before the command line is built. */
#include "argv/argv.h"

#include <string.h>

const char *argv_short_name(const QemuHost *host)
{
        const char *slash = strrchr(host->lib_dir, '/');
        const char *folder = slash ? slash + 1 : host->lib_dir;

        return g_str_has_prefix(folder, "domain-") ? folder + strlen("domain-") : folder;
}

int qemu_prepare(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        if (qemu_settle_usb(live, true, err) < 0)
                return -1;
        qemu_assign_aliases(live);
        qemu_name_iothreads(live);
        if (prepare_blocks(live, caps, host, err) < 0 || prepare_channels(live, host, err) < 0)
                return -1;
        return prepare_graphics(live, host, err);
}
