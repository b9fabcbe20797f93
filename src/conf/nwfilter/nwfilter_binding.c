/* Filter binding: the rows. Row order is output order. */
#include "conf/nwfilter_binding.h"

/* A row is a line. */
/* clang-format off */

ROWS(NwfilterBinding,
     ROW_SUB("owner",          NwfilterBinding, owner, PortOwner, .flags = ROW_REQUIRED),
     ROW_STRING("portdev/@name", NwfilterBinding, port_dev, .flags = ROW_REQUIRED),
     ROW_STRING("linkdev/@name", NwfilterBinding, link_dev),
     ROW_MAC("mac/@address",   NwfilterBinding, mac, .flags = ROW_REQUIRED),
     ROW_SUB("filterref",      NwfilterBinding, filter, FilterRef, .flags = ROW_REQUIRED));

/* clang-format on */

DOCUMENT_DEFINE(NwfilterBinding, nwfilter_binding, "nwfilter-binding", "filterbinding");
