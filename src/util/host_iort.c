/* Reading the IORT table (Arm document DEN 0049): a header of 36 bytes as all ACPI tables have it, the number of nodes
 * and the place of the first, then the nodes: kind, length, revision, ... All numbers are little endian. */
#include "util/host_iort.h"

#include <string.h>
#include <unistd.h>

#include "util/file.h"

enum { TABLE_MAX = 1 << 20, HEADER = 48, AT_LENGTH = 4, AT_COUNT = 36, AT_FIRST = 40, NODE_HEADER = 16 };

const char *const HostIortType_names[] = {
        [HOST_IORT_ITS_GROUP] = "its-group",
        [HOST_IORT_NAMED_COMPONENT] = "named-component",
        [HOST_IORT_ROOT_COMPLEX] = "root-complex",
        [HOST_IORT_SMMU] = "smmuv1-2",
        [HOST_IORT_SMMUV3] = "smmuv3",
        [HOST_IORT_PMCG] = "pmcg",
        [HOST_IORT_MEMORY_RANGE] = "memory-range",
        [HOST_IORT_MAX_] = NULL,
};

static uint32_t read_u32(const uint8_t *at)
{
        return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The node at @offset of the table's @length bytes. */
static int read_node(const uint8_t *table, size_t length, size_t offset, HostIortNode *ret_node, Error *err)
{
        unsigned type, size;

        if (offset > length || length - offset < NODE_HEADER)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "IORT table has a node at byte %zu of %zu", offset,
                                 length);
        type = table[offset];
        size = (unsigned)table[offset + 1] | (unsigned)table[offset + 2] << 8;
        if (type >= HOST_IORT_MAX_)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "IORT node at byte %zu is of unknown type %u", offset,
                                 type);
        if (size < NODE_HEADER || size > length - offset)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "IORT node at byte %zu of %zu has length %u", offset,
                                 length, size);
        *ret_node = (HostIortNode){ (HostIortType)type, size };
        return 0;
}

GArray *host_iort_parse(const uint8_t *table, size_t length, Error *err)
{
        g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(HostIortNode));
        size_t offset;
        uint32_t count;

        if (length < HEADER || memcmp(table, "IORT", 4) != 0)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "IORT table of %zu bytes has no header", length);
        if (read_u32(table + AT_LENGTH) < HEADER || read_u32(table + AT_LENGTH) > length)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "IORT table is %zu bytes long, its header says %u",
                                  length, read_u32(table + AT_LENGTH));
        length = read_u32(table + AT_LENGTH); /* a file may be longer */
        count = read_u32(table + AT_COUNT);
        offset = read_u32(table + AT_FIRST);
        for (uint32_t i = 0; i < count; i++) {
                HostIortNode node = { 0 };

                if (read_node(table, length, offset, &node, err) < 0)
                        return NULL;
                g_array_append_val(nodes, node);
                offset += node.length;
        }
        return g_steal_pointer(&nodes);
}

GArray *host_iort(const char *root, Error *err)
{
        g_autofree char *path = g_strconcat(root, "/sys/firmware/acpi/tables/IORT", NULL);
        g_autofree char *table = NULL;
        size_t length;

        if (access(path, F_OK) < 0)
                return NULL;
        if (file_read(path, TABLE_MAX, &table, &length, err) < 0)
                return NULL;
        return host_iort_parse((const uint8_t *)table, length, err);
}
