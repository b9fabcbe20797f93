/* Block devices of a run: what their images say, and the numbers that name their nodes. */
#include "argv/argv.h"

static bool has_medium(const Disk *disk)
{
        return (disk->source.type == SOURCE_FILE && disk->source.file.path) ||
               (disk->source.type == SOURCE_BLOCK && disk->source.block.path);
}

int prepare_blocks(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        unsigned index = 0;

        for (size_t i = live->n_disks; i > 0; i--) {
                Disk *disk = &live->disks[i - 1];

                /* An empty drive has a number, but nothing that it could be of. */
                index++;
                if (disk->source.type == SOURCE_NONE || !has_medium(disk)) {
                        disk->source.format = IMAGE_FORMAT_NONE;
                        continue;
                }
                disk->source.index = index;
                if (!disk->backing && host->look_at_image && host->look_at_image(host, disk, err) < 0)
                        return -1;
        }
        return 0;
}
