/* Descriptors that clients gave for the disks of a domain, under names. A group lasts as long as the connection that
 * gave it; what a running guest has of it stays open until its disk goes, so that its label can be given back: if not by
 * us, by the daemon that comes after us. */
#pragma once

#include "guest/instance.h"

struct QemuHost;

typedef struct FdGroups FdGroups;

FdGroups *fd_groups_new(void);
void fd_groups_free(FdGroups *groups); /* accepts NULL */

/** fd_groups_put: @n copies of @fds are group @name of @domain, in place of what had that name before. @flags:
 * VIR_DOMAIN_FD_ASSOCIATE_*. */
int fd_groups_put(QemuInstance *instance, virDomainPtr domain, const char *name, const int *fds, size_t n,
                  unsigned flags, Error *err);
/** fd_groups_forget: all that @conn gave. @instance may be NULL. */
void fd_groups_forget(QemuInstance *instance, virConnectPtr conn);

/** fd_groups_files: @files (DomainFiles) gets the descriptors that stand for images of @live, which has them from now on. In jobs. */
void fd_groups_files(const QemuInstance *instance, const Domain *live, GPtrArray *files);
/** fd_groups_note: @status says what @live has of them; lend them before labels change, so that it says what they had. */
void fd_groups_note(const QemuInstance *instance, const Domain *live, QemuStatus *status);
/** fd_groups_adopt: what an earlier daemon noted of @live is found again; @pid: its process, 0: it has ended. */
void fd_groups_adopt(QemuInstance *instance, const Domain *live, const QemuStatus *status, pid_t pid);
/** fd_groups_end: the images of @live, a guest or a disk of it, are closed. */
void fd_groups_end(const QemuInstance *instance, const Domain *live);

/** host_group_fds: QemuHost.group_fds: copies, which are the host's. */
const int *host_group_fds(struct QemuHost *host, const char *name, size_t *ret_n);
