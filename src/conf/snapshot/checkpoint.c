/* Checkpoint: the names, the rows and the rules. Row order is output order. */
#include <inttypes.h>
#include <string.h>

#include "snapshot/snapshot_hooks.h"

ENUM_TABLE(CheckpointDiskKind, CHECKPOINT_DISK_MAX_) = {
        [CHECKPOINT_DISK_NO] = "no",
        [CHECKPOINT_DISK_BITMAP] = "bitmap",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(CheckpointDisk, (.settle = checkpoint_disk_settle),
     ROW_STRING("@name",     CheckpointDisk, name, .flags = ROW_REQUIRED),
     ROW_ENUM("@checkpoint", CheckpointDisk, checkpoint, CheckpointDiskKind),
     ROW_STRING("@bitmap",   CheckpointDisk, bitmap),
     ROW_UINT64("@size",     CheckpointDisk, size));

ROWS(DomainCheckpoint,
     ROW_STRING("name",             DomainCheckpoint, name),
     ROW_STRING("description",      DomainCheckpoint, description),
     ROW_STRING("parent/name",      DomainCheckpoint, parent),
     ROW_OPT_UINT64("creationTime", DomainCheckpoint, created),
     ROW_LIST("disks/disk",         DomainCheckpoint, disks, CheckpointDisk),
     ROW_SUB("domain",              DomainCheckpoint, domain, Domain));

/* clang-format on */

DOCUMENT_DEFINE(DomainCheckpoint, checkpoint, "domain-checkpoint", "domaincheckpoint");

int checkpoint_disk_settle(void *s, unsigned flags, Error *err)
{
        CheckpointDisk *disk = s;

        if (disk->checkpoint == CHECKPOINT_DISK_DEFAULT)
                disk->checkpoint = CHECKPOINT_DISK_BITMAP;
        if (disk->bitmap && disk->checkpoint != CHECKPOINT_DISK_BITMAP)
                return error_set(err, VIR_ERR_XML_ERROR, "disk checkpoint bitmap '%s' requires type='bitmap'",
                                 disk->bitmap);
        return 0;
}

int checkpoint_settle_new(DomainCheckpoint *s, unsigned flags, int64_t now, Error *err)
{
        if (flags & (SNAPSHOT_REDEFINE | SNAPSHOT_FILE)) {
                if (!s->name)
                        return error_set(err, VIR_ERR_XML_ERROR, "a redefined checkpoint must have a name");
                if (!s->created.set)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing creationTime from existing checkpoint");
                if (!s->domain)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing domain in checkpoint redefine");
                return 0;
        }
        g_clear_pointer(&s->parent, g_free);
        if (s->domain)
                rows_drop(&Domain_rows, s->domain);
        g_clear_pointer(&s->domain, g_free);
        s->created = (OptUint64){ .value = (uint64_t)now, .set = true };
        if (!s->name)
                s->name = g_strdup_printf("%" PRId64, now);
        return 0;
}

static bool is_wanted(const DomainCheckpoint *s, size_t place)
{
        return place ? s->disks[place - 1].checkpoint == CHECKPOINT_DISK_BITMAP : s->n_disks == 0;
}

static int check_places(const DomainCheckpoint *s, const Domain *domain, const size_t *places, Error *err)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (places[i] && is_wanted(s, places[i]) && !disk_can_change(&domain->disks[i]))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "checkpoint for disk '%s' makes no sense: it is empty or readonly",
                                         domain->disks[i].target);
        return 0;
}

int checkpoint_align(DomainCheckpoint *s, const Domain *domain, Error *err)
{
        g_autofree size_t *places = NULL;
        CheckpointDisk *aligned;

        if (disks_match(domain, s->disks, s->n_disks, sizeof(*s->disks), &places, err) < 0 ||
            check_places(s, domain, places, err) < 0)
                return -1;
        aligned = g_new0(CheckpointDisk, domain->n_disks);
        for (size_t i = 0; i < domain->n_disks; i++) {
                CheckpointDisk *disk = &aligned[i];
                bool wanted = is_wanted(s, places[i]) && disk_can_change(&domain->disks[i]);

                if (places[i])
                        *disk = s->disks[places[i] - 1];
                g_free(disk->name);
                disk->name = g_strdup(domain->disks[i].target);
                disk->checkpoint = wanted ? CHECKPOINT_DISK_BITMAP : CHECKPOINT_DISK_NO;
                if (wanted && !disk->bitmap)
                        disk->bitmap = g_strdup(s->name);
        }
        g_free(s->disks);
        s->disks = aligned;
        s->n_disks = domain->n_disks;
        return 0;
}
