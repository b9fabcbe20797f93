/* One device of a definition, whatever its kind: found, added, taken out. What kinds there are, and where in a Domain
 * they stand, is the rows of the document. */
#pragma once

#include "conf/domain.h"
#include "conf/rows.h"

typedef struct DevRef {
        const Row *row; /* of the Domain: row->sub are the rows of the device; NULL: no device */
        size_t index;   /* in its list; of what is there once 0 */
} DevRef;

/** devref_only: the device of a definition that has nothing else (domain_parse_device()). */
DevRef devref_only(const Domain *domain);
/** devref_at: the struct. Borrowed. */
void *devref_at(const Domain *domain, DevRef device);
/** devref_info: NULL: a device of this kind has no name and no address. */
DeviceInfo *devref_info(const Domain *domain, DevRef device);
/** devref_kind: "disk", "hostdev" ... */
const char *devref_kind(DevRef device);
bool devref_is(DevRef device, const Rows *rows);

/** devref_each: ends when @func returns true; returns whether it did. */
bool devref_each(const Domain *domain, bool (*func)(const Domain *domain, DevRef device, void *opaque), void *opaque);
/** devref_named: by alias. */
DevRef devref_named(const Domain *domain, const char *alias);

/** devref_controller: the one at @index of the list. */
DevRef devref_controller(size_t index);

/** devref_insert: a copy of @device of @from, at the place where it belongs. Its place in @domain; .row NULL: there
 * can be only one of its kind, and it is there. */
DevRef devref_insert(Domain *domain, const Domain *from, DevRef device);
void devref_remove(Domain *domain, DevRef device);

/** devref_find: the one of @domain that @device of @given describes: whatever is said there is so here. Disks are told
 * by their target, controllers by type and number. VIR_ERR_DEVICE_MISSING; VIR_ERR_OPERATION_FAILED: several. */
int devref_find(const Domain *domain, const Domain *given, DevRef device, DevRef *ret, Error *err);

/** devref_alone: @domain as if @device were the only one of all kinds that QEMU gets items for, but for controllers,
 * which others refer to. Shares everything with @domain: only to be read, never to be freed. */
Domain devref_alone(const Domain *domain, DevRef device);
/** devref_first_change: the path of the first thing that @given says and @there has not, besides those that are @free
 * to change (NULL last); NULL: none. The caller frees. */
char *devref_first_change(const Rows *rows, const void *given, const void *there, const char *const *free);
