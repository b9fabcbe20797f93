/* The IORT table of ACPI: which devices of an ARM machine are behind which IOMMU. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/* The numbers are the table's. */
typedef enum {
        HOST_IORT_ITS_GROUP,
        HOST_IORT_NAMED_COMPONENT,
        HOST_IORT_ROOT_COMPLEX,
        HOST_IORT_SMMU, /* versions 1 and 2 */
        HOST_IORT_SMMUV3,
        HOST_IORT_PMCG,
        HOST_IORT_MEMORY_RANGE,
        HOST_IORT_MAX_,
} HostIortType;

typedef struct HostIortNode {
        HostIortType type;
        unsigned length; /* in bytes, its header included */
} HostIortNode;

extern const char *const HostIortType_names[];

/** host_iort_parse: the nodes of a whole table, as an array of HostIortNode; a table that contradicts itself is an
 * error. */
GArray *host_iort_parse(const uint8_t *table, size_t length, Error *err);

/** host_iort: the table of the machine below @root; NULL without an error where it has none. */
GArray *host_iort(const char *root, Error *err);
