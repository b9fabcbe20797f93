/* Link of an interface of the host: the names and the rows. */
#include "conf/host_link.h"

#include "conf/rows.h"

ENUM_TABLE(HostLinkState, HOST_LINK_MAX_) = {
        [HOST_LINK_UNKNOWN] = "unknown", [HOST_LINK_NOTPRESENT] = "notpresent",
        [HOST_LINK_DOWN] = "down",       [HOST_LINK_LOWERLAYERDOWN] = "lowerlayerdown",
        [HOST_LINK_TESTING] = "testing", [HOST_LINK_DORMANT] = "dormant",
        [HOST_LINK_UP] = "up",
};

/* A row is a line. */
/* clang-format off */

ROWS(HostLink,
     ROW_UINT("@speed", HostLink, speed, .since = "1.2.5"),
     ROW_ENUM("@state", HostLink, state, HostLinkState, .since = "1.2.5"));

/* clang-format on */
