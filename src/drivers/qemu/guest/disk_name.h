/* Disks and their images by the names that callers and QEMU have for them: "vda", "/images/a.qcow2", "vda[2]" (the image
 * with that number in the chain), a node. Nothing found is NULL and no error. */
#pragma once

#include "conf/domain.h"

/** disk_by_name: by target or by the path of its image. Borrowed. */
const Disk *disk_by_name(const Domain *domain, const char *name);
/** disk_source_by_name: as above, its top image, or the one of "TARGET[NUMBER]". Borrowed. @ret_disk may be NULL. */
const Source *disk_source_by_name(const Domain *domain, const char *name, const Disk **ret_disk);
/** disk_source_by_node: the image that has @node. Borrowed. */
const Source *disk_source_by_node(const Domain *live, const char *node, const Disk **ret_disk);
/** disk_source_number: in "TARGET[NUMBER]"; 0: none. */
unsigned disk_source_number(const Disk *disk, const Source *source);
