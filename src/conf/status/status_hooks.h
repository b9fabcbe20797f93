/* The rules behind the tables. */
#pragma once

#include "conf/domain_status.h"
#include "rows/hook.h"

void domain_status_init(void *s);
SETTLE(domain_status_settle);
CHECK(domain_status_check);
void qemu_status_init(void *s);
SETTLE(qemu_status_settle);
SETTLE(migration_source_settle);
bool migration_source_is_flat(const void *s);
