/* Owner, mode and label of what a pool or volume is on the host. */
#pragma once

#include "conf/common.h"

/* "-1" for an owner or group is what not saying it is. */
typedef struct StoragePermissions {
        OptUint mode;
        OptUint owner;
        OptUint group;
        char *label;
} StoragePermissions;
extern const Rows StoragePermissions_rows;

/* Of a file: seconds and nanoseconds since the epoch. */
typedef struct StorageTime {
        int64_t seconds;
        unsigned nanoseconds;
        bool set;
} StorageTime;

typedef struct StorageTimes {
        StorageTime accessed;
        StorageTime modified;
        StorageTime changed;
        StorageTime born;
} StorageTimes;
extern const Rows StorageTimes_rows;
