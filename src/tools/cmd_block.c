/* Images of running guests: size, thresholds, jobs on them; and descriptors for them. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

bool cmd_blockresize(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *path = NULL;
        unsigned long long size = 0;
        const char *text = args_text(args, "size");
        unsigned flags = 0;

        if (args_string(shell, args, "path", &path) <= 0 ||
            args_scaled(shell, args, "size", 1024, ULLONG_MAX, &size) <= 0)
                return false;
        /* The call's own unit is KiB; only what is not a multiple needs the flag for bytes. */
        if (size % 1024 == 0 && g_ascii_tolower(text[strlen(text) - 1]) != 'b')
                size /= 1024;
        else
                flags = VIR_DOMAIN_BLOCK_RESIZE_BYTES;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (virDomainBlockResize(domain, path, size, flags) < 0) {
                shell_error(shell, "Failed to resize block device '%s'", path);
                return false;
        }
        shell_print_extra(shell, "Block device '%s' is resized", path);
        return true;
}

bool cmd_domblkthreshold(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *device = NULL;
        unsigned long long bytes = 0;

        if (args_string(shell, args, "dev", &device) <= 0 ||
            args_scaled(shell, args, "threshold", 1, ULLONG_MAX, &bytes) <= 0)
                return false;
        domain = domain_get(shell, args);
        return domain && virDomainSetBlockThreshold(domain, device, bytes, 0) == 0;
}

bool cmd_dom_fd_associate(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        const char *name = NULL;
        g_autofree int *fds = NULL;
        unsigned flags = 0;
        unsigned n = 0;

        if (!domain || args_string(shell, args, "name", &name) <= 0 || !fds_given(shell, args, &fds, &n))
                return false;
        if (args_has(args, "seclabel-writable"))
                flags |= VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_WRITABLE;
        if (args_has(args, "seclabel-restore"))
                flags |= VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE;
        return virDomainFDAssociate(domain, name, n, fds, flags) == 0;
}
