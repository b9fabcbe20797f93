/* Bindings of filters: which filter guards which interface of the host. */
#pragma once

#include "conf/document.h"
#include "conf/network_port.h"

typedef struct NwfilterBinding {
        PortOwner *owner;
        char *port_dev;
        char *link_dev;
        Mac mac;
        FilterRef *filter;
} NwfilterBinding;
extern const Rows NwfilterBinding_rows;

DOCUMENT_DECLARE(NwfilterBinding, nwfilter_binding);
