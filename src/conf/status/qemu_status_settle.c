/* Rules of QEMU's part of a status file: what older daemons wrote otherwise, or not at all. */
#include <string.h>

#include "status/status_hooks.h"

enum { AGENT_TIMEOUT_FOREVER = -2 };

void qemu_status_init(void *s)
{
        ((QemuStatus *)s)->agent_timeout = AGENT_TIMEOUT_FOREVER;
}

int qemu_status_settle(void *s, unsigned flags, Error *err)
{
        QemuStatus *status = s;

        if (status->block_jobs_active == YESNO_ABSENT)
                status->block_jobs_active = status->n_block_jobs > 0 ? YESNO_YES : YESNO_NO;
        if (status->allow_reboot == YESNO_ABSENT)
                status->allow_reboot = YESNO_YES;
        return 0;
}

bool migration_source_is_flat(const void *s)
{
        const MigrationSource *migration = s;

        return migration->source.type == SOURCE_NETWORK && migration->source.net.protocol == NET_PROTOCOL_NONE;
}

int migration_source_settle(void *s, unsigned flags, Error *err)
{
        MigrationSource *migration = s;
        ImageFormat format = migration->source.format;

        if (!migration_source_is_flat(migration))
                return 0;
        rows_drop(&Source_rows, &migration->source);
        migration->source = migration->flat;
        migration->source.format = format;
        memset(&migration->flat, 0, sizeof(migration->flat));
        return 0;
}

/* The names that were given before they were written down. */

static SourceStatus *status_of(struct SourceStatus **status)
{
        if (!*status)
                *status = g_new0(SourceStatus, 1);
        return *status;
}

static void need_secret(struct SourceStatus **status, const char *type, const char *alias, const char *suffix)
{
        SourceStatus *s = status_of(status);
        SourceSecret *secret;

        for (size_t i = 0; i < s->n_secrets; i++)
                if (strcmp(s->secrets[i].type, type) == 0)
                        return;
        secret = rows_list_insert(&SourceSecret_rows, &s->secrets, &s->n_secrets, s->n_secrets);
        secret->type = g_strdup(type);
        secret->alias = g_strconcat(alias, suffix, NULL);
}

static bool has_secret(const SourceAuth *auth)
{
        return auth && (auth->secret.usage || auth->secret.uuid);
}

static void upgrade_disk(Disk *disk)
{
        Source *source = &disk->source;
        const char *alias = disk->info.alias;
        bool net = source->type == SOURCE_NETWORK;

        /* A chain of which the driver knows the nodes was written by one that writes everything. */
        if (!alias || (source->status && source->status->n_nodes > 0) || source->index > 0)
                return;
        if (net && has_secret(source->net.auth))
                need_secret(&source->status, "auth", alias, "-secret0");
        if (source->encryption && source->encryption->format == ENCRYPTION_LUKS)
                need_secret(&source->status, "encryption", alias, "-luks-secret0");
        if (net && source->net.tls == YESNO_YES && !status_of(&source->status)->tls)
                source->status->tls = g_strdup_printf("obj%s_tls0", alias);
}

static void upgrade_hostdev(Hostdev *hostdev)
{
        ScsiHostdev *scsi = &hostdev->scsi;
        const char *alias = hostdev->info.alias;
        SourceStatus *status;
        SourceNode *node;

        if (hostdev->mode != HOSTDEV_MODE_SUBSYSTEM || hostdev->type != HOSTDEV_SCSI || !alias)
                return;
        status = status_of(&scsi->status);
        if (status->n_nodes == 0) {
                node = rows_list_insert(&SourceNode_rows, &status->nodes, &status->n_nodes, 0);
                node->type = g_strdup("storage");
                node->name = g_strdup_printf("libvirt-%s-backend", alias);
        }
        if (has_secret(scsi->auth))
                need_secret(&scsi->status, "auth", alias, "-secret0");
}

void qemu_status_upgrade(Domain *d)
{
        if (d->type != VIRT_QEMU && d->type != VIRT_KVM && d->type != VIRT_HVF)
                return;
        for (size_t i = 0; i < d->n_disks; i++)
                upgrade_disk(&d->disks[i]);
        for (size_t i = 0; i < d->n_hostdevs; i++)
                upgrade_hostdev(&d->hostdevs[i]);
}
