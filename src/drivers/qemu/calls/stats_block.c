/* Bulk statistics of disks: each disk, or each image of each. */
#include <sys/stat.h>

#include "blockdev/blockdev.h"
#include "calls/stats_record.h"
#include "conf/domain_list_calls.h"
#include "guest/disk_name.h"
#include "host/image.h"

static void put_device(Record *record, unsigned i, const Disk *disk)
{
        const BlockFigures *block = figures_of_disk(record->figures, disk);

        if (!block)
                return;
        params_ullong_of(&record->params, "block", i, "rd.reqs", block->read_ops);
        params_ullong_of(&record->params, "block", i, "rd.bytes", block->read_bytes);
        params_ullong_of(&record->params, "block", i, "rd.times", block->read_ns);
        params_ullong_of(&record->params, "block", i, "wr.reqs", block->write_ops);
        params_ullong_of(&record->params, "block", i, "wr.bytes", block->write_bytes);
        params_ullong_of(&record->params, "block", i, "wr.times", block->write_ns);
        params_ullong_of(&record->params, "block", i, "fl.reqs", block->flush_ops);
        params_ullong_of(&record->params, "block", i, "fl.times", block->flush_ns);
}

/* As QEMU sees the image. */
static void put_sizes(Record *record, unsigned i, const Disk *disk, const Source *source)
{
        uint64_t threshold = 0;
        const NodeFigures *node = figures_of_source(record->figures, source, &threshold);
        const BlockFigures *block = source == &disk->source ? figures_of_disk(record->figures, disk) : NULL;

        if (!node || source->type == SOURCE_NONE)
                return;
        if (block || node->has_highest)
                params_ullong_of(&record->params, "block", i, "allocation",
                                 block ? block->highest_write : node->highest_write);
        if (node->capacity)
                params_ullong_of(&record->params, "block", i, "capacity", node->capacity);
        if (node->physical)
                params_ullong_of(&record->params, "block", i, "physical", node->physical);
        if (threshold)
                params_ullong_of(&record->params, "block", i, "threshold", threshold);
}

/* As the file is while nobody runs. */
static void put_file(Record *record, unsigned i, const Disk *disk)
{
        const char *path = block_source_path(&disk->source);
        uint64_t capacity = path ? image_capacity(disk) : 0;
        struct stat st;

        if (!path || stat(path, &st) < 0)
                return;
        params_ullong_of(&record->params, "block", i, "allocation", (unsigned long long)st.st_blocks * 512);
        if (capacity)
                params_ullong_of(&record->params, "block", i, "capacity", capacity);
        params_ullong_of(&record->params, "block", i, "physical", (unsigned long long)st.st_size);
}

static void put_source(Record *record, unsigned i, const Disk *disk, const Source *source)
{
        const char *path = block_source_path(source);
        unsigned number = disk_source_number(disk, source);

        params_string_of(&record->params, "block", i, "name", disk->target);
        if (path)
                params_string_of(&record->params, "block", i, "path", path);
        if (number && source->type != SOURCE_NONE)
                params_uint_of(&record->params, "block", i, "backingIndex", number);
        if (source == &disk->source)
                put_device(record, i, disk);
        if (record->view->live)
                put_sizes(record, i, disk, source);
        else
                put_file(record, i, disk);
}

static void put_chain(Record *record, unsigned *i, const Disk *disk)
{
        put_source(record, (*i)++, disk, &disk->source);
        for (const BackingStore *below = disk->backing; record->chains && below; below = below->backing)
                if (below->source.type != SOURCE_NONE)
                        put_source(record, (*i)++, disk, &below->source);
}

static unsigned count_images(const Record *record, const Domain *definition)
{
        unsigned n = (unsigned)definition->n_disks;

        for (size_t i = 0; record->chains && i < definition->n_disks; i++)
                for (const BackingStore *below = definition->disks[i].backing; below; below = below->backing)
                        n += below->source.type != SOURCE_NONE;
        return n;
}

void stats_put_blocks(Record *record)
{
        const Domain *definition = domain_view_current(record->view);
        unsigned next = 0;

        params_uint(&record->params, "block.count", count_images(record, definition));
        for (size_t i = 0; i < definition->n_disks; i++)
                put_chain(record, &next, &definition->disks[i]);
}
