/* The rules behind the tables of storage: settle (may change), check (may not). */
#pragma once

#include "conf/storage_pool.h"
#include "conf/storage_volume.h"
#include "rows/hook.h"

/* storage_pool_settle.c */
SETTLE(storage_pool_settle);
CHECK(storage_pool_check);
SETTLE(pool_adapter_settle);
CHECK(pool_adapter_check);
CHECK(pool_adapter_parent_check);
CHECK(pool_auth_check);

/* storage_volume_settle.c */
SETTLE(storage_volume_settle);
CHECK(storage_volume_check);
SETTLE(volume_target_settle);
CHECK(volume_target_check);

/** storage_text_settle: an empty text says nothing. */
void storage_text_settle(char **text);
