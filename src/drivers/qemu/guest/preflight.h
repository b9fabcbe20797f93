/* What stands in the way of a start, all of it at once, before anything is touched. */
#pragma once

#include "guest/instance.h"

/* What is found, one after the other. */
typedef struct Obstacles {
        GString *text; /* NULL: nothing yet */
        Error first;
        unsigned n;
} Obstacles;

/** obstacles_add: @result is what a check of ours returned with @why, which is used up. */
void obstacles_add(Obstacles *obstacles, int result, Error *why);
/** obstacles_end: -1 and the one obstacle as it is, or VIR_ERR_SYSTEM_ERROR that lists them; 0: there are none. */
int obstacles_end(Obstacles *obstacles, Error *err);

/** guest_preflight: every obstacle on the host: files that are missing or cannot be reached by the user that QEMU runs
 * as, bridges and cards that are not there, display ports that are taken. */
void guest_preflight(const QemuInstance *instance, const Domain *live, Obstacles *obstacles);
