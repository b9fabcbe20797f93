/* Figures that only QEMU knows: asked afresh by the call, one outstanding query for each guest, shared by all callers.
 *
 * A guest gets 200 ms once. While that query is unanswered, later calls do not wait: they get what was known before
 * and how old it is. */
#pragma once

#include "guest/figures.h"
#include "guest/instance.h"

/** stats_ask: begin a query if none is under way. Never waits. */
void stats_ask(Guest *guest, const DomainView *view);
/** stats_collect: wait for the query, at most until 200 ms after it began. A reference to the figures, NULL when there
 * never were any; *ret_age_ms is 0 when they are fresh. */
Figures *stats_collect(Guest *guest, int64_t *ret_age_ms);
/** stats_fresh: both, for calls without room for an age: VIR_ERR_OPERATION_TIMEOUT tells it when they are old. */
Figures *stats_fresh(Guest *guest, const DomainView *view, Error *err);
