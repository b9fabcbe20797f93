/* Rules of secrets and encryption, which disks, pools and volumes have in common. */
#pragma once

#include "conf/disk.h"
#include "rows/hook.h"

SETTLE(secret_ref_settle);
CHECK(secret_ref_check);
SETTLE(encryption_settle);
CHECK(encryption_check);
