/* A device of a guest that comes or goes by its document: what attach-* and detach-* share. */
#include "virsh.h"

const DeviceCalls device_attach = { "attach", "attached", virDomainAttachDevice, virDomainAttachDeviceFlags };
const DeviceCalls device_detach = { "detach", "detached", virDomainDetachDevice, virDomainDetachDeviceFlags };

int device_call(const ShellArgs *args, virDomainPtr domain, const char *xml, int flags, const DeviceCalls *calls)
{
        if (flags == 0 && !args_has(args, "current"))
                return calls->plain(domain, xml);
        return calls->with_flags(domain, xml, (unsigned)flags);
}

bool device_from_file(Shell *shell, const ShellArgs *args, const DeviceCalls *calls)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        int flags = domain ? affect_flags_persistent(shell, args, domain) : -1;

        if (flags < 0 || args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        if (device_call(args, domain, xml, flags, calls) < 0) {
                shell_error(shell, "Failed to %s device from %s", calls->verb, path);
                return false;
        }
        shell_print_extra(shell, "Device %s successfully\n", calls->done);
        return true;
}
