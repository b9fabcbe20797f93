/* See blockdev.h: volumes of storage pools. */
#include "blockdev/blockdev.h"

#include <libvirt/libvirt.h>
#include <string.h>

#include "conf/storage_pool.h"

/* Which kind of source a volume is, by what its pool says of it. */
static int type_of(const Source *source, int volume_type, SourceType *ret, Error *err)
{
        switch (volume_type) {
        case VIR_STORAGE_VOL_FILE: *ret = SOURCE_FILE; return 0;
        case VIR_STORAGE_VOL_DIR: *ret = SOURCE_DIR; return 0;
        case VIR_STORAGE_VOL_BLOCK: *ret = SOURCE_BLOCK; return 0;
        default:
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "unexpected storage volume type of volume '%s' in pool '%s'", source->volume.volume,
                                 source->volume.pool);
        }
}

/* The place of the bytes is another; all that is said about them stays. */
static void become(Source *source, SourceType type)
{
        source_leave_volume(source, type);
        if (source->format == IMAGE_FORMAT_NONE)
                source->format = IMAGE_FORMAT_RAW;
}

static int local(Source *source, const StoragePool *pool, int volume_type, const char *path, Error *err)
{
        SourceType type = SOURCE_NONE;

        if (source->volume.mode != VOLUME_MODE_DEFAULT && pool->type != POOL_TYPE_ISCSI)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "disk source mode is only valid when storage pool is of iscsi type");
        if (type_of(source, volume_type, &type, err) < 0)
                return -1;
        if (source->startup_policy != 0 && (type != SOURCE_FILE || pool->type == POOL_TYPE_ISCSI))
                return error_set(err, VIR_ERR_XML_ERROR, "'startupPolicy' is only valid for 'file' type volume");
        become(source, type);
        switch (type) {
        case SOURCE_FILE: source->file.path = g_strdup(path); break;
        case SOURCE_DIR: source->dir.path = g_strdup(path); break;
        default: source->block.path = g_strdup(path); break;
        }
        return 0;
}

/* Past the host's kernel: the target's name and the number behind "unit:0:0:". */
static int direct(Source *source, const StoragePool *pool, Error *err)
{
        const PoolSource *from = &pool->source;
        const char *unit = strrchr(source->volume.volume, ':');
        g_autofree char *lun = unit ? g_strdup(unit + 1) : NULL;
        NetSource *net = &source->net;
        NetHost *host;

        if (source->startup_policy != 0)
                return error_set(err, VIR_ERR_XML_ERROR, "'startupPolicy' is only valid for 'file' type volume");
        if (!lun || from->n_hosts != 1 || from->n_devices == 0 || !from->devices[0].path)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "volume '%s' of pool '%s' cannot be reached directly: one host, a target and a volume "
                                 "'unit:0:0:N' are needed",
                                 source->volume.volume, source->volume.pool);
        become(source, SOURCE_NETWORK);
        net->protocol = NET_PROTOCOL_ISCSI;
        net->name = g_strdup_printf("%s/%s", from->devices[0].path, lun);
        net->initiator = g_strdup(from->initiator);
        host = rows_list_insert(&NetHost_rows, &net->hosts, &net->n_hosts, 0);
        host->name = g_strdup(from->hosts[0].name);
        host->port = from->hosts[0].port > 0 ? (unsigned)from->hosts[0].port : 0;
        if (!from->auth)
                return 0;
        net->auth = g_new0(SourceAuth, 1);
        rows_init(&SourceAuth_rows, net->auth);
        net->auth->username = g_strdup(from->auth->username);
        rows_copy(&SecretRef_rows, &net->auth->secret, &from->auth->secret);
        g_free(net->auth->secret.type);
        net->auth->secret.type = g_strdup("iscsi");
        return 0;
}

int block_volume(Source *source, const StoragePool *pool, int volume_type, const char *path, Error *err)
{
        switch (pool->type) {
        case POOL_TYPE_DIR:
        case POOL_TYPE_FS:
        case POOL_TYPE_NETFS:
        case POOL_TYPE_LOGICAL:
        case POOL_TYPE_DISK:
        case POOL_TYPE_SCSI:
        case POOL_TYPE_ZFS:
        case POOL_TYPE_VSTORAGE: return local(source, pool, volume_type, path, err);
        case POOL_TYPE_ISCSI:
                return source->volume.mode == VOLUME_MODE_DIRECT ? direct(source, pool, err)
                                                                 : local(source, pool, volume_type, path, err);
        case POOL_TYPE_ISCSI_DIRECT: return direct(source, pool, err);
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "using '%s' pools for backing 'volume' disks isn't yet supported",
                                 enum_text(PoolType, pool->type));
        }
}
