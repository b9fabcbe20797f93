/* Backup: the names, the rows and the rules. Row order is output order. */
#include <string.h>

#include "snapshot/snapshot_hooks.h"

ENUM_TABLE(BackupMode, BACKUP_MAX_) = {
        [BACKUP_PUSH] = "push",
        [BACKUP_PULL] = "pull",
};

ENUM_TABLE(BackupDiskMode, BACKUP_DISK_MAX_) = {
        [BACKUP_DISK_FULL] = "full",
        [BACKUP_DISK_INCREMENTAL] = "incremental",
};

ENUM_TABLE(BackupDiskState, BACKUP_STATE_MAX_) = {
        [BACKUP_STATE_RUNNING] = "running",     [BACKUP_STATE_COMPLETE] = "complete",
        [BACKUP_STATE_FAILED] = "failed",       [BACKUP_STATE_CANCELLING] = "cancelling",
        [BACKUP_STATE_CANCELLED] = "cancelled",
};

/* A row is a line. */
/* clang-format off */

ROWS(BackupImage,
     ROW_STRING("@file",   BackupImage, file),
     ROW_STRING("@dev",    BackupImage, dev),
     ROW_LIST("seclabel",  BackupImage, seclabels, SourceSeclabel),
     ROW_SUB("encryption", BackupImage, encryption, Encryption),
     ROW_REST("unknown",   BackupImage, rest, .flags = ROW_STATUS));

/* A push has a target, a pull has a scratch image; <driver> and the type speak of the one that is there. */
ROWS_HOOKED(BackupDisk, (.settle = backup_disk_settle, .check = backup_disk_check),
     ROW_STRING("@name",         BackupDisk, name, .flags = ROW_REQUIRED),
     ROW_YESNO("@backup",        BackupDisk, backup),
     ROW_ENUM("@state",          BackupDisk, state, BackupDiskState, .flags = ROW_STATUS),
     ROW_ENUM("@type",           BackupDisk, type, SourceType),
     ROW_ENUM("@backupmode",     BackupDisk, mode, BackupDiskMode),
     ROW_STRING("@incremental",  BackupDisk, incremental),
     ROW_STRING("@exportname",   BackupDisk, export_name),
     ROW_STRING("@exportbitmap", BackupDisk, export_bitmap),
     ROW_UINT("@index",          BackupDisk, index, .flags = ROW_LIVE),
     ROW_ENUM("driver/@type",    BackupDisk, format, ImageFormat),
     ROW_IN("target",            BackupDisk, target, BackupImage),
     ROW_IN("scratch",           BackupDisk, scratch, BackupImage),
     ROW_REST("unknown",         BackupDisk, rest, .flags = ROW_STATUS));

ROWS(BackupServer,
     ROW_ENUM("@transport", BackupServer, transport, NetTransport),
     ROW_YESNO("@tls",      BackupServer, tls),
     ROW_STRING("@name",    BackupServer, name),
     ROW_UINT("@port",      BackupServer, port),
     ROW_STRING("@socket",  BackupServer, socket));

ROWS_HOOKED(DomainBackup, (.settle = backup_settle, .check = backup_check),
     ROW_ENUM("@mode",                                            DomainBackup, mode, BackupMode, .flags = ROW_ALWAYS),
     ROW_STRING("incremental",                                    DomainBackup, incremental),
     ROW_SUB("server",                                            DomainBackup, server, BackupServer),
     ROW_LIST("disks/disk",                                       DomainBackup, disks, BackupDisk),
     ROW_STRING("privateData/objects/secret[type=tlskey]/@alias", DomainBackup, tls_secret, .flags = ROW_STATUS),
     ROW_STRING("privateData/objects/TLSx509/@alias",             DomainBackup, tls_alias, .flags = ROW_STATUS),
     ROW_REST("unknown",                                          DomainBackup, rest, .flags = ROW_STATUS));

/* clang-format on */

DOCUMENT_DEFINE(DomainBackup, backup, "domain-backup", "domainbackup");

int backup_disk_settle(void *s, unsigned flags, Error *err)
{
        BackupDisk *disk = s;

        if (disk->backup == YESNO_ABSENT)
                disk->backup = YESNO_YES;
        if (disk->type == SOURCE_NONE && disk->backup == YESNO_YES)
                disk->type = SOURCE_FILE;
        return 0;
}

int backup_disk_check(const void *s, Error *err)
{
        const BackupDisk *disk = s;

        if (disk->type > SOURCE_BLOCK)
                return error_set(err, VIR_ERR_XML_ERROR, "unsupported disk backup type '%s' (file and block are known)",
                                 enum_text(SourceType, disk->type));
        if (disk->mode == BACKUP_DISK_FULL && disk->incremental)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "'full' backup mode incompatible with 'incremental' for disk '%s'", disk->name);
        return 0;
}

/* The image of the other mode says nothing. */
int backup_settle(void *s, unsigned flags, Error *err)
{
        DomainBackup *backup = s;

        for (size_t i = 0; i < backup->n_disks; i++) {
                BackupImage *other = backup->mode == BACKUP_PULL ? &backup->disks[i].target : &backup->disks[i].scratch;

                rows_drop(&BackupImage_rows, other);
        }
        if (backup->server && backup->server->transport == NET_TRANSPORT_DEFAULT)
                backup->server->transport = NET_TRANSPORT_TCP;
        return 0;
}

static int check_server(const BackupServer *server, Error *err)
{
        switch (server->transport) {
        case NET_TRANSPORT_TCP:
                if (!server->name)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing attribute 'name' of the TCP backup server");
                return 0;
        case NET_TRANSPORT_UNIX:
                if (!server->socket)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing socket for unix backup server");
                if (*server->socket != '/')
                        return error_set(err, VIR_ERR_XML_ERROR, "backup socket path '%s' must be absolute",
                                         server->socket);
                return 0;
        default:
                return error_set(err, VIR_ERR_XML_ERROR, "transport '%s' is not supported for <server>",
                                 enum_text(NetTransport, server->transport));
        }
}

int backup_check(const void *s, Error *err)
{
        const DomainBackup *backup = s;

        if (backup->server && backup->mode != BACKUP_PULL)
                return error_set(err, VIR_ERR_XML_ERROR, "use of <server> requires pull mode backup");
        return backup->server ? check_server(backup->server, err) : 0;
}

/* Whether an image must be made or written for it, which changes or names one. */
static int check_image(const Disk *disk, Error *err)
{
        if (!source_is_named(&disk->source))
                return error_set(err, VIR_ERR_INVALID_ARG, "disk '%s' has no media", disk->target);
        if (disk->readonly)
                return error_set(err, VIR_ERR_INVALID_ARG, "backup of readonly disk '%s' makes no sense", disk->target);
        return 0;
}

static int name_image(BackupDisk *to, BackupImage *image, const Disk *disk, const char *suffix, Error *err)
{
        if (image->file || image->dev)
                return 0;
        if (disk->source.type != SOURCE_FILE)
                return error_set(err, VIR_ERR_INVALID_ARG, "refusing to generate file name for disk '%s'",
                                 disk->target);
        to->type = SOURCE_FILE;
        image->file = g_strdup_printf("%s.%s", disk->source.file.path, suffix);
        return 0;
}

static int settle_mode(const DomainBackup *s, BackupDisk *to, Error *err)
{
        const char *from = to->incremental ? to->incremental : s->incremental;

        if (to->mode == BACKUP_DISK_DEFAULT)
                to->mode = from ? BACKUP_DISK_INCREMENTAL : BACKUP_DISK_FULL;
        if (to->mode == BACKUP_DISK_FULL)
                return 0;
        if (!from)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "'incremental' backup mode of disk '%s' requires setting 'incremental' field for "
                                 "disk or backup",
                                 to->name);
        if (!to->incremental)
                to->incremental = g_strdup(from);
        return 0;
}

static int align_disk(const DomainBackup *s, BackupDisk *to, const Disk *disk, const char *suffix, Error *err)
{
        if (to->backup == YESNO_NO)
                return 0;
        if (check_image(disk, err) < 0 || settle_mode(s, to, err) < 0)
                return -1;
        return name_image(to, s->mode == BACKUP_PULL ? &to->scratch : &to->target, disk, suffix, err);
}

/* Those that the document does not name: none, unless it names none at all. */
static void add_rest(DomainBackup *s, const Domain *domain, const size_t *places)
{
        bool all = s->n_disks == 0;

        for (size_t i = 0; i < domain->n_disks; i++) {
                const Disk *disk = &domain->disks[i];
                BackupDisk *to;

                if (places[i])
                        continue;
                to = rows_list_insert(&BackupDisk_rows, &s->disks, &s->n_disks, s->n_disks);
                to->name = g_strdup(disk->target);
                to->backup = all && disk_can_change(disk) ? YESNO_YES : YESNO_NO;
        }
}

int backup_align(DomainBackup *s, const Domain *domain, const char *suffix, Error *err)
{
        g_autofree size_t *places = NULL;

        if (disks_match(domain, s->disks, s->n_disks, sizeof(*s->disks), &places, err) < 0)
                return -1;
        add_rest(s, domain, places);
        g_clear_pointer(&places, g_free);
        if (disks_match(domain, s->disks, s->n_disks, sizeof(*s->disks), &places, err) < 0)
                return -1;
        for (size_t i = 0; i < domain->n_disks; i++)
                if (align_disk(s, &s->disks[places[i] - 1], &domain->disks[i], suffix, err) < 0)
                        return -1;
        return 0;
}
