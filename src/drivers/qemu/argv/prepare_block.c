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

static int prepare_disk(Disk *disk, QemuHost *host, unsigned *index, Error *err)
{
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
        return 0;
}

int prepare_blocks(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        unsigned index = 1;

        for (size_t i = live->n_disks; i > 0; i--)
                if (prepare_disk(&live->disks[i - 1], host, &index, err) < 0)
                        return -1;
        return 0;
}
