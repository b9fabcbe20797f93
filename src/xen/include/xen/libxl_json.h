/* A guest as libxl describes it: the JSON form of libxl_domain_config, which libxl_domain_config_from_json() takes. */
#pragma once

#include "conf/domain.h"
#include "util/json.h"

/* What only the host knows. */
typedef struct LibxlHost {
        uint64_t shadow_kib; /* what libxl_get_required_shadow_memory() says; 0: by its published formula */
} LibxlHost;

/** libxl_json: @d is settled by xen_rules, and ports of displays have been handed out. VIR_ERR_CONFIG_UNSUPPORTED names
 * what libxl does not have. */
Json *libxl_json(const Domain *d, const LibxlHost *host, Error *err);
