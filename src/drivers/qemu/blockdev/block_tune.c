/* See blockdev.h: limits of a disk's device. They are set over the monitor: the command line has no words for them. */
#include "blockdev/blockdev.h"

#include <string.h>

#define LIMIT(api, key, member, set, total)                                                                            \
        {                                                                                                              \
                VIR_DOMAIN_BLOCK_IOTUNE_##api, key, offsetof(DiskIoTune, member), set, total                           \
        }

const BlockLimit block_limits[BLOCK_LIMITS] = {
        LIMIT(TOTAL_BYTES_SEC, "bps", total_bytes_sec, BLOCK_BYTES, true),
        LIMIT(READ_BYTES_SEC, "bps_rd", read_bytes_sec, BLOCK_BYTES, false),
        LIMIT(WRITE_BYTES_SEC, "bps_wr", write_bytes_sec, BLOCK_BYTES, false),
        LIMIT(TOTAL_IOPS_SEC, "iops", total_iops_sec, BLOCK_IOPS, true),
        LIMIT(READ_IOPS_SEC, "iops_rd", read_iops_sec, BLOCK_IOPS, false),
        LIMIT(WRITE_IOPS_SEC, "iops_wr", write_iops_sec, BLOCK_IOPS, false),
        LIMIT(TOTAL_BYTES_SEC_MAX, "bps_max", total_bytes_sec_max, BLOCK_BYTES_MAX, true),
        LIMIT(READ_BYTES_SEC_MAX, "bps_rd_max", read_bytes_sec_max, BLOCK_BYTES_MAX, false),
        LIMIT(WRITE_BYTES_SEC_MAX, "bps_wr_max", write_bytes_sec_max, BLOCK_BYTES_MAX, false),
        LIMIT(TOTAL_IOPS_SEC_MAX, "iops_max", total_iops_sec_max, BLOCK_IOPS_MAX, true),
        LIMIT(READ_IOPS_SEC_MAX, "iops_rd_max", read_iops_sec_max, BLOCK_IOPS_MAX, false),
        LIMIT(WRITE_IOPS_SEC_MAX, "iops_wr_max", write_iops_sec_max, BLOCK_IOPS_MAX, false),
        LIMIT(SIZE_IOPS_SEC, "iops_size", size_iops_sec, BLOCK_LIMIT_ALONE, false),
        LIMIT(TOTAL_BYTES_SEC_MAX_LENGTH, "bps_max_length", total_bytes_sec_max_length, BLOCK_LIMIT_ALONE, false),
        LIMIT(READ_BYTES_SEC_MAX_LENGTH, "bps_rd_max_length", read_bytes_sec_max_length, BLOCK_LIMIT_ALONE, false),
        LIMIT(WRITE_BYTES_SEC_MAX_LENGTH, "bps_wr_max_length", write_bytes_sec_max_length, BLOCK_LIMIT_ALONE, false),
        LIMIT(TOTAL_IOPS_SEC_MAX_LENGTH, "iops_max_length", total_iops_sec_max_length, BLOCK_LIMIT_ALONE, false),
        LIMIT(READ_IOPS_SEC_MAX_LENGTH, "iops_rd_max_length", read_iops_sec_max_length, BLOCK_LIMIT_ALONE, false),
        LIMIT(WRITE_IOPS_SEC_MAX_LENGTH, "iops_wr_max_length", write_iops_sec_max_length, BLOCK_LIMIT_ALONE, false),
};

/* QEMU wants the first six, said or not. */
enum { LIMITS_ALWAYS = 6 };

uint64_t block_limit_get(const DiskIoTune *tune, const BlockLimit *limit)
{
        return tune ? *(const uint64_t *)(const void *)((const char *)tune + limit->at) : 0;
}

void block_limit_set(DiskIoTune *tune, const BlockLimit *limit, uint64_t value)
{
        *(uint64_t *)(void *)((char *)tune + limit->at) = value;
}

Json *block_throttle(const char *qom, const char *group, const DiskIoTune *tune)
{
        Json *json = json_object();

        json_set(json, "id", json_string(qom));
        for (size_t i = 0; i < BLOCK_LIMITS; i++) {
                uint64_t value = block_limit_get(tune, &block_limits[i]);

                if (i < LIMITS_ALWAYS || value)
                        json_set(json, block_limits[i].key, json_uint(value));
        }
        if (tune && tune->group_name)
                group = tune->group_name;
        if (group)
                json_set(json, "group", json_string(group));
        return json;
}

char *block_device_path(const Disk *disk)
{
        const char *alias = disk->info.alias;

        if (disk->status && disk->status->qom)
                return g_strdup(disk->status->qom);
        switch (disk->bus) {
        case DISK_BUS_VIRTIO: return g_strdup_printf("/machine/peripheral/%s/virtio-backend", alias);
        /* What holds the image is a SCSI disk that QEMU puts on the stick's own bus. */
        case DISK_BUS_USB: return g_strdup_printf("/machine/peripheral/%s/%s.0/legacy[0]", alias, alias);
        default: return g_strdup(alias);
        }
}
