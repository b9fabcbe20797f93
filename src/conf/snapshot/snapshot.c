/* Snapshot: the names, the rows and the rules. Row order is output order. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "snapshot/snapshot_hooks.h"

ENUM_TABLE(SnapshotState, SNAPSHOT_STATE_MAX_) = {
        [SNAPSHOT_STATE_NOSTATE] = "nostate",
        [SNAPSHOT_STATE_RUNNING] = "running",
        [SNAPSHOT_STATE_BLOCKED] = "blocked",
        [SNAPSHOT_STATE_PAUSED] = "paused",
        [SNAPSHOT_STATE_SHUTDOWN] = "shutdown",
        [SNAPSHOT_STATE_SHUTOFF] = "shutoff",
        [SNAPSHOT_STATE_CRASHED] = "crashed",
        [SNAPSHOT_STATE_PMSUSPENDED] = "pmsuspended",
        [SNAPSHOT_STATE_DISK_SNAPSHOT] = "disk-snapshot",
};

ENUM_TABLE(SnapshotMemory, SNAPSHOT_MEMORY_MAX_) = {
        [SNAPSHOT_MEMORY_NO] = "no",
        [SNAPSHOT_MEMORY_INTERNAL] = "internal",
        [SNAPSHOT_MEMORY_EXTERNAL] = "external",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(SnapshotDisk, (.init = snapshot_disk_init, .settle = snapshot_disk_settle, .check = snapshot_disk_check),
     ROW_STRING("@name",                         SnapshotDisk, name, .flags = ROW_REQUIRED),
     ROW_ENUM("@snapshot",                       SnapshotDisk, snapshot, DiskSnapshot),
     ROW_ENUM("@type",                           SnapshotDisk, source.type, SourceType, .when = snapshot_disk_has_source),
     ROW_ENUM("driver/@type",                    SnapshotDisk, source.format, ImageFormat),
     ROW_BYTES("driver/metadata_cache/max_size", SnapshotDisk, metadata_cache_bytes),
     ROW_IN("source",                            SnapshotDisk, source, Source),
     ROW_FLAG("snapshotDeleteInProgress",        SnapshotDisk, deleting));

ROWS(SaveCookie,
     ROW_SUB("cpu",          SaveCookie, cpu, Cpu),
     ROW_FLAG("slirpHelper", SaveCookie, slirp_helper));

ROWS_HOOKED(DomainSnapshot, (.settle = snapshot_settle, .check = snapshot_check),
     ROW_STRING("name",             DomainSnapshot, name),
     ROW_STRING("description",      DomainSnapshot, description),
     ROW_ENUM("state",              DomainSnapshot, state, SnapshotState),
     ROW_STRING("parent/name",      DomainSnapshot, parent),
     ROW_OPT_UINT64("creationTime", DomainSnapshot, created),
     ROW_ENUM("memory/@snapshot",   DomainSnapshot, memory, SnapshotMemory),
     ROW_STRING("memory/@file",     DomainSnapshot, memory_file),
     ROW_LIST("disks/disk",         DomainSnapshot, disks, SnapshotDisk),
     ROW_LIST("revertDisks/disk",   DomainSnapshot, revert_disks, SnapshotDisk),
     ROW_UUID("domain[type=]/uuid", DomainSnapshot, domain_uuid, .when = snapshot_has_no_domain),
     ROW_SUB("domain[type=*]",      DomainSnapshot, domain, Domain),
     ROW_SUB("inactiveDomain",      DomainSnapshot, inactive_domain, Domain),
     ROW_SUB("cookie",              DomainSnapshot, cookie, SaveCookie),
     ROW_OPT_UINT("active",         DomainSnapshot, active, .flags = ROW_STATUS));

/* clang-format on */

DOCUMENT_DEFINE(DomainSnapshot, snapshot, "domain-snapshot", "domainsnapshot");

/* The path of a local image; NULL: it has none, or is not local. */
static char **source_path_at(Source *source)
{
        switch (source->type) {
        case SOURCE_FILE: return &source->file.path;
        case SOURCE_BLOCK: return &source->block.path;
        case SOURCE_DIR: return &source->dir.path;
        default: return NULL;
        }
}

bool disk_can_change(const Disk *disk)
{
        char **path = source_path_at((Source *)&disk->source);

        return !disk->readonly && (!path || *path);
}

/* By target or by the path of the image; the number of disks: none. */
static size_t disk_named(const Domain *d, const char *name)
{
        for (size_t i = 0; i < d->n_disks; i++)
                if (g_strcmp0(d->disks[i].target, name) == 0)
                        return i;
        for (size_t i = 0; i < d->n_disks; i++) {
                char **path = source_path_at((Source *)&d->disks[i].source);

                if (path && g_strcmp0(*path, name) == 0)
                        return i;
        }
        return d->n_disks;
}

int disks_match(const Domain *d, const void *list, size_t n, size_t size, size_t **ret_places, Error *err)
{
        g_autofree size_t *places = g_new0(size_t, d->n_disks + 1);

        for (size_t i = 0; i < n; i++) {
                const char *name = *(char *const *)(const void *)((const char *)list + i * size);
                size_t index = disk_named(d, name);

                if (index == d->n_disks)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "no disk named '%s'", name);
                if (places[index])
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk '%s' specified twice",
                                         d->disks[index].target);
                places[index] = i + 1;
        }
        *ret_places = g_steal_pointer(&places);
        return 0;
}

bool source_is_named(const Source *source)
{
        enum { BEGIN = offsetof(Source, file), END = offsetof(Source, seclabels) };
        const char *members = (const char *)source;

        for (size_t i = BEGIN; i < END; i++)
                if (members[i])
                        return true;
        return false;
}

bool snapshot_disk_has_source(const void *s)
{
        const SnapshotDisk *disk = s;

        return disk->source.format != IMAGE_FORMAT_NONE || source_is_named(&disk->source);
}

bool snapshot_has_no_domain(const void *s)
{
        return !((const DomainSnapshot *)s)->domain;
}

void snapshot_disk_init(void *s)
{
        ((SnapshotDisk *)s)->source.type = SOURCE_FILE;
}

int snapshot_disk_settle(void *s, unsigned flags, Error *err)
{
        SnapshotDisk *disk = s;

        if (disk->snapshot == DISK_SNAPSHOT_DEFAULT && snapshot_disk_has_source(disk))
                disk->snapshot = DISK_SNAPSHOT_EXTERNAL;
        return 0;
}

int snapshot_disk_check(const void *s, Error *err)
{
        const SnapshotDisk *disk = s;
        char **path = source_path_at((Source *)&disk->source);

        if (path && *path && disk->source.type == SOURCE_FILE && **path != '/')
                return error_set(err, VIR_ERR_XML_ERROR, "disk snapshot image path '%s' must be absolute", *path);
        return 0;
}

int snapshot_settle(void *s, unsigned flags, Error *err)
{
        DomainSnapshot *snapshot = s;

        if (snapshot->memory == SNAPSHOT_MEMORY_DEFAULT && snapshot->memory_file)
                snapshot->memory = SNAPSHOT_MEMORY_EXTERNAL;
        return 0;
}

int snapshot_check(const void *s, Error *err)
{
        const DomainSnapshot *snapshot = s;

        if (snapshot->memory_file && snapshot->memory != SNAPSHOT_MEMORY_EXTERNAL)
                return error_set(err, VIR_ERR_XML_ERROR, "memory filename '%s' requires external snapshot",
                                 snapshot->memory_file);
        if (!snapshot->memory_file && snapshot->memory == SNAPSHOT_MEMORY_EXTERNAL)
                return error_set(err, VIR_ERR_XML_ERROR, "external memory snapshots require a filename");
        if (snapshot->memory_file && *snapshot->memory_file != '/')
                return error_set(err, VIR_ERR_XML_ERROR, "memory snapshot file path (%s) must be absolute",
                                 snapshot->memory_file);
        if (snapshot->name && strchr(snapshot->name, '/') == snapshot->name)
                return error_set(err, VIR_ERR_XML_DETAIL, "invalid snapshot name '%s': name can't contain '/'",
                                 snapshot->name);
        return 0;
}

static int need_redefined(const DomainSnapshot *s, Error *err)
{
        if (!s->name)
                return error_set(err, VIR_ERR_XML_ERROR, "a redefined snapshot must have a name");
        if (!s->created.set)
                return error_set(err, VIR_ERR_XML_ERROR, "missing creationTime from existing snapshot");
        if (s->state == SNAPSHOT_STATE_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "missing state from existing snapshot");
        return 0;
}

static void drop_domain(struct Domain **domain)
{
        if (*domain)
                rows_drop(&Domain_rows, *domain);
        g_clear_pointer(domain, g_free);
}

/* What an author cannot know: it comes with the making. */
static void forget_history(DomainSnapshot *s)
{
        s->state = SNAPSHOT_STATE_NONE;
        g_clear_pointer(&s->parent, g_free);
        memset(s->domain_uuid, 0, sizeof(s->domain_uuid));
        drop_domain(&s->domain);
        drop_domain(&s->inactive_domain);
}

int snapshot_settle_new(DomainSnapshot *s, unsigned flags, int64_t now, Error *err)
{
        if (flags & SNAPSHOT_FILE && !s->active.set)
                return error_set(err, VIR_ERR_XML_ERROR, "Could not find 'active' element");
        if (flags & (SNAPSHOT_REDEFINE | SNAPSHOT_FILE))
                return need_redefined(s, err);
        forget_history(s);
        s->created = (OptUint64){ .value = (uint64_t)now, .set = true };
        if (!s->name)
                s->name = g_strdup_printf("%" PRId64, now);
        return 0;
}
