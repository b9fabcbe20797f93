/* What keeps a guest's process in: who it runs as, whose its files are, a /dev of its own.
 *
 * What was done for a run is kept in its status file (namespaces, rememberOwner), so that a later daemon undoes it. */
#pragma once

#include "guest/instance.h"
#include "security/domain_files.h"
#include "util/process.h"

typedef struct Confinement Confinement;

/**
 * confine_plan: all that can be known before anything is touched; the live definition gets its labels, @facts what will
 * have been done. @stage: a folder that is there. The caller frees.
 */
Confinement *confine_plan(const QemuInstance *instance, Domain *live, GuestFacts *facts, const char *stage, Error *err);
Confinement *confine_free(Confinement *confinement); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Confinement, confine_free)

/** confine_files: the files and folders become the guest's: those of its devices, and @folders (NULL-terminated), which
 * are its own. */
int confine_files(Confinement *confinement, const char *const *folders, Error *err);
/** confine_group: the guest's control group with the limits of @live, which stays; guest_group_end() removes it. */
int confine_group(Confinement *confinement, const Domain *live, Error *err);
/** confine_get_group: NULL: none. Borrowed. */
const struct Cgroup *confine_get_group(const Confinement *confinement);
/** confine_process: as whom and where @process is to run. It borrows from @confinement until it is started. */
void confine_process(Confinement *confinement, Process *process);
/** confine_failed: what to add to an error of process_start(); NULL: nothing. Borrowed. */
const char *confine_failed(const Confinement *confinement);

/** confine_release: the guest's process is gone (or never came: @half, what was not done is not undone). */
void confine_release(const QemuInstance *instance, const Domain *live, const GuestFacts *facts, bool half);
/** confine_claim: libvirtd gave the guest its files, and we shall take them back. With @anew, first, for all such guests:
 * which of ours have them is told anew. */
void confine_claim(const QemuInstance *instance, const Domain *live, const GuestFacts *facts, bool anew);

/* While it runs: files of devices that come and go (domain_files_disk() and the like make the list). In jobs. */

/** confine_attach: @files are made the guest's and appear in its /dev, as what the helpers of @with, the guest with the
 * device, have. All or nothing. */
int confine_attach(Guest *guest, const DomainFiles *files, const Domain *with, Error *err);
/** confine_detach: the way back for those that no device of @rest, the guest without the device, needs. What fails is
 * logged: the device is gone already. */
void confine_detach(Guest *guest, const DomainFiles *files, const Domain *rest);
