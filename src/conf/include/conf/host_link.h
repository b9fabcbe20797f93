/* The link of a network interface of the host: found by a driver, part of several documents. */
#pragma once

#include "conf/common.h"

typedef enum COMPACT {
        HOST_LINK_NONE,
        HOST_LINK_UNKNOWN,
        HOST_LINK_NOTPRESENT,
        HOST_LINK_DOWN,
        HOST_LINK_LOWERLAYERDOWN,
        HOST_LINK_TESTING,
        HOST_LINK_DORMANT,
        HOST_LINK_UP,
        HOST_LINK_MAX_
} HostLinkState;
extern const char *const HostLinkState_names[];

typedef struct HostLink {
        unsigned speed; /* Mbit/s; 0: not known */
        HostLinkState state;
} HostLink;
extern const Rows HostLink_rows;
