/* Limits of the disks of a running guest: QEMU has no words for them on its command line and none in its devices; it is
 * told as soon as the device is there. */
#pragma once

#include "conf/domain.h"
#include "monitor/talk.h"

/** limits_any: whether @tune (NULL: no) limits anything. */
bool limits_any(const DiskIoTune *tune);
/** limits_same: NULL: none. */
bool limits_same(const DiskIoTune *a, const DiskIoTune *b);
/** limits_replace: @disk has a copy of @with (may be one's own, or NULL: empty ones). */
void limits_replace(Disk *disk, const DiskIoTune *with);
/** limits_drop: none any more. */
void limits_drop(Disk *disk);
/** limits_of_group: what the others of @group have, not counting @but; NULL: it has no others. Borrowed. */
const DiskIoTune *limits_of_group(const Domain *domain, const char *group, const Disk *but);
/** limits_share: the others of the group of @disk, one of @domain, have what it has: what changes for one changes for
 * all. */
void limits_share(Domain *domain, const Disk *disk);
/** limits_join: @disk has just come into @domain: with a group and nothing else it has what the group has; what it
 * brings is the group's from now on. */
void limits_join(Domain *domain, Disk *disk);

/** limits_put: QEMU, which keeps to the limits of @from (NULL: to none), keeps to those of @to. What was done before a
 * failure stays. */
int limits_put(Talk *talk, const Domain *from, const Domain *to, Error *err);
