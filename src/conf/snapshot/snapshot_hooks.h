/* The rules behind the tables, and what the three documents share. */
#pragma once

#include "conf/snapshot.h"
#include "rows/hook.h"

SETTLE(snapshot_settle);
CHECK(snapshot_check);
void snapshot_disk_init(void *s);
SETTLE(snapshot_disk_settle);
CHECK(snapshot_disk_check);
bool snapshot_disk_has_source(const void *s);
bool snapshot_has_no_domain(const void *s);
SETTLE(checkpoint_disk_settle);
SETTLE(backup_disk_settle);
CHECK(backup_disk_check);
SETTLE(backup_settle);
CHECK(backup_check);

/** source_is_named: it says which image. */
bool source_is_named(const Source *source);
/** disk_can_change: it has an image that may be written. */
bool disk_can_change(const Disk *disk);
/** disks_match: for each disk of @d the place in @list (from 1) that names it, by target or by the path of its image; 0:
 * none. @list: structs of @size bytes whose first member is the name. VIR_ERR_CONFIG_UNSUPPORTED. */
int disks_match(const Domain *d, const void *list, size_t n, size_t size, size_t **ret_places, Error *err);
