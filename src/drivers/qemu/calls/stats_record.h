/* One domain's record of bulk statistics while it is filled. */
#pragma once

#include "calls/params.h"
#include "guest/stats.h"
#include "host/process_figures.h"

typedef struct Record {
        DomainEntry *entry;
        DomainView *view;
        Guest *guest;
        Params params;
        Figures *figures;
        int64_t age_ms;
        bool asked;
        bool chains; /* of disks: each of their images */
} Record;

/** stats_put_blocks: the block group (stats_block.c). */
void stats_put_blocks(Record *record);
