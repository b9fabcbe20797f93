/* What calls that change a running guest, its definition, or both have in common. */
#pragma once

#include "conf/domain_list.h"

/** call_targets: which definitions a call with VIR_DOMAIN_AFFECT_* in @flags is about. VIR_ERR_OPERATION_INVALID when
 * it cannot be about them. */
int call_targets(const DomainView *view, unsigned flags, bool *ret_live, bool *ret_config, Error *err);

/** check_call_flags: VIR_ERR_INVALID_ARG for others than @known. */
int check_call_flags(unsigned flags, unsigned known, const char *function, Error *err);

/** call_find_disk: the disk of @definition that @name means: a target ("vda") or the file or device behind it; NULL:
 * none. Borrowed. */
Disk *call_find_disk(const Domain *definition, const char *name);
/** call_find_interface: the card that @device means: its end on the host ("vnet0") or its address; NULL: none.
 * Borrowed. */
Interface *call_find_interface(const Domain *definition, const char *device);
