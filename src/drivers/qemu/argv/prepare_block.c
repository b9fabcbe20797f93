/* Block devices of a run: what their images say, and the numbers that name their nodes. */
#include "argv/argv.h"
#include "blockdev/blockdev.h"

/* Who says nothing gets what the host's owner wants. */
static void choose_tls(Source *source, const QemuConf *conf)
{
        NetSource *net = &source->net;
        const QemuTls *tls;

        if (source->type != SOURCE_NETWORK || net->tls != YESNO_ABSENT)
                return;
        tls = net->protocol == NET_PROTOCOL_NBD    ? &conf->nbd_tls
              : net->protocol == NET_PROTOCOL_VXHS ? &conf->vxhs_tls
                                                   : NULL;
        if (!tls || tls->on <= 0)
                return;
        net->tls = YESNO_YES;
        net->tls_from_config = (OptUint){ .set = true, .value = 1 };
}

/* A disk that others write to as well is not kept in this host's memory. */
static void choose_cache(Disk *disk)
{
        if (disk->shareable && !disk->readonly && disk->cache == DISK_CACHE_DEFAULT)
                disk->cache = DISK_CACHE_NONE;
}

/* What a pool's volume is on this host. */
static int find_volume(Source *source, QemuHost *host, Error *err)
{
        if (source->type != SOURCE_VOLUME)
                return 0;
        if (!host->find_volume)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "volume '%s' of pool '%s': disks of storage pools are not supported here yet",
                                 source->volume.volume, source->volume.pool);
        return host->find_volume(host, source, err);
}

static int find_volumes(Disk *disk, QemuHost *host, Error *err)
{
        if (find_volume(&disk->source, host, err) < 0)
                return -1;
        for (BackingStore *below = disk->backing; below; below = below->backing)
                if (find_volume(&below->source, host, err) < 0)
                        return -1;
        return 0;
}

/* Who serves it stays the same for the run, whatever the host has later. */
static void choose_nbdkit(Source *source, QemuHost *host)
{
        const char *node = block_node(source, BLOCK_NODE_STORAGE);
        SourceStatus *status = source->status;

        if (!node || status->nbdkit_socket || !argv_uses_nbdkit(host, source))
                return;
        status->nbdkit_socket = g_strdup_printf("%s/nbdkit-%s.socket", host->lib_dir, node);
        status->nbdkit_pid_file = g_strdup_printf("%s/%s-nbdkit-%s.pid", host->run_dir, argv_short_name(host), node);
}

static void choose_nbdkits(Disk *disk, QemuHost *host)
{
        choose_nbdkit(&disk->source, host);
        for (BackingStore *below = disk->backing; below; below = below->backing)
                choose_nbdkit(&below->source, host);
}

int prepare_disk(Disk *disk, QemuHost *host, unsigned *index, Error *err)
{
        choose_cache(disk);
        if (find_volumes(disk, host, err) < 0)
                return -1;
        if (!block_has_medium(&disk->source)) {
                disk->source.format = IMAGE_FORMAT_NONE;
        } else {
                if (!disk->backing && host->look_at_image && host->look_at_image(host, disk, err) < 0)
                        return -1;
                choose_tls(&disk->source, host->conf);
                for (BackingStore *below = disk->backing; below; below = below->backing)
                        choose_tls(&below->source, host->conf);
        }
        *index = block_name_disk(disk, *index);
        choose_nbdkits(disk, host);
        return 0;
}

int prepare_blocks(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        unsigned index = 1;

        for (size_t i = live->n_disks; i > 0; i--)
                if (prepare_disk(&live->disks[i - 1], host, &index, err) < 0)
                        return -1;
        prepare_scsi_nodes(live, index);
        return 0;
}
