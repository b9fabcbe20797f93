/* See blockdev.h: limits of a disk's device. They are set over the monitor: the command line has no words for them. */
#include "blockdev/blockdev.h"

#include <string.h>

typedef struct Limit {
        const char *key;
        size_t at;
} Limit;

#define LIMIT(key, member)                                                                                             \
        {                                                                                                              \
                key, offsetof(DiskIoTune, member)                                                                      \
        }

/* QEMU wants these six, said or not. */
static const Limit always[] = {
        LIMIT("bps", total_bytes_sec), LIMIT("bps_rd", read_bytes_sec), LIMIT("bps_wr", write_bytes_sec),
        LIMIT("iops", total_iops_sec), LIMIT("iops_rd", read_iops_sec), LIMIT("iops_wr", write_iops_sec),
};

static const Limit others[] = {
        LIMIT("bps_max", total_bytes_sec_max),
        LIMIT("bps_rd_max", read_bytes_sec_max),
        LIMIT("bps_wr_max", write_bytes_sec_max),
        LIMIT("iops_max", total_iops_sec_max),
        LIMIT("iops_rd_max", read_iops_sec_max),
        LIMIT("iops_wr_max", write_iops_sec_max),
        LIMIT("iops_size", size_iops_sec),
        LIMIT("bps_max_length", total_bytes_sec_max_length),
        LIMIT("bps_rd_max_length", read_bytes_sec_max_length),
        LIMIT("bps_wr_max_length", write_bytes_sec_max_length),
        LIMIT("iops_max_length", total_iops_sec_max_length),
        LIMIT("iops_rd_max_length", read_iops_sec_max_length),
        LIMIT("iops_wr_max_length", write_iops_sec_max_length),
};

static uint64_t value_of(const DiskIoTune *tune, const Limit *limit)
{
        return tune ? *(const uint64_t *)(const void *)((const char *)tune + limit->at) : 0;
}

Json *block_throttle(const char *qom, const char *group, const DiskIoTune *tune)
{
        Json *json = json_object();

        json_set(json, "id", json_string(qom));
        for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
                json_set(json, always[i].key, json_uint(value_of(tune, &always[i])));
        for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
                if (value_of(tune, &others[i]))
                        json_set(json, others[i].key, json_uint(value_of(tune, &others[i])));
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
