/* Macvtaps: a second address of a card of the host, with a character device for what goes in and out. */
#pragma once

#include "conf/domain.h"

/** macvtap_open: a new one for @nic with @n queues, as tap_open(). @records: a folder where it is written down before it
 * is made. */
int macvtap_open(const Interface *nic, const char *folder, const char *records, int *ret_fds, size_t n, char **ret_name,
                 Error *err);
/** macvtap_sweep: those that no guest has go: see records_left(). */
void macvtap_sweep(const char *records, GHashTable *used);
/** macvtap_open_queues: of one that is there. @folder: where a device node may be made when /dev has none; NULL:
 * nowhere. */
int macvtap_open_queues(const char *name, const char *folder, int *ret_fds, size_t n, Error *err);
/** macvtap_is: whether the interface @name is one. */
bool macvtap_is(const char *name);
