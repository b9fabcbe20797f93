/* The rules behind the tables of network filters. */
#pragma once

#include "conf/nwfilter.h"
#include "rows/hook.h"

/* nwfilter_rules.c */
CHECK(ipv4_match_check);
CHECK(ipv6_match_check);
SETTLE(filter_rule_settle);
SETTLE(nwfilter_settle);
CHECK(nwfilter_check);
