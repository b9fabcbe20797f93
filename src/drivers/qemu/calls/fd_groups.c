/* Descriptors for disks that the daemon, or QEMU, could not open itself. */
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/fd_groups.h"

/* Both are about labels: QEMU never opens the file by its name, so that its owner has no part in it. */
enum { KNOWN = VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE | VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_WRITABLE };

int qemu_domain_fd_associate(virDomainPtr domain, const char *name, unsigned int nfds, int *fds, unsigned int flags,
                             Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, KNOWN, "qemuDomainFDAssociate", err) < 0)
                return -1;
        if (nfds == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "a group of descriptors has at least one");
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        return fd_groups_put(instance_of(domain->conn), domain, name, fds, nfds, flags, err);
}
