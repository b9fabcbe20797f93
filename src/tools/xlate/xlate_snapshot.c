/* Snapshots, checkpoints and backups of a domain as a driver reads them: the time, the domain's disks and what the
 * document is for come from the command line. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

#include "conf/driver_namespaces.h"
#include "conf/snapshot.h"
#include "util/file.h"

typedef struct Arguments {
        gint64 time, size;
        gchar *redefine, *internal; /* "yes" */
        gchar *uuid, *disk, *suffix, *parent;
        gchar **rest;
} Arguments;

static bool read_arguments(int *argc, char ***argv, Arguments *args)
{
        const GOptionEntry entries[] = {
                { "redefine", 0, 0, G_OPTION_ARG_STRING, &args->redefine, NULL, NULL },
                { "internal", 0, 0, G_OPTION_ARG_STRING, &args->internal, NULL, NULL },
                { "time", 0, 0, G_OPTION_ARG_INT64, &args->time, NULL, NULL },
                { "size", 0, 0, G_OPTION_ARG_INT64, &args->size, NULL, NULL },
                { "domain-uuid", 0, 0, G_OPTION_ARG_STRING, &args->uuid, NULL, NULL },
                { "disk", 0, 0, G_OPTION_ARG_STRING, &args->disk, NULL, NULL },
                { "suffix", 0, 0, G_OPTION_ARG_STRING, &args->suffix, NULL, NULL },
                { "parent", 0, 0, G_OPTION_ARG_STRING, &args->parent, NULL, NULL },
                { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &args->rest, NULL, "FILE" },
                G_OPTION_ENTRY_NULL,
        };
        g_autoptr(GOptionContext) context = g_option_context_new(NULL);

        domain_register_namespaces();
        g_option_context_add_main_entries(context, entries, NULL);
        return g_option_context_parse(context, argc, argv, NULL) && args->rest && g_strv_length(args->rest) == 1;
}

static void arguments_clear(Arguments *args)
{
        g_free(args->redefine);
        g_free(args->internal);
        g_free(args->uuid);
        g_free(args->disk);
        g_free(args->suffix);
        g_free(args->parent);
        g_strfreev(args->rest);
}

static unsigned purpose(const Arguments *args)
{
        return (args->redefine ? SNAPSHOT_REDEFINE : 0) | (args->internal ? SNAPSHOT_FILE : 0);
}

static int read_file(const Arguments *args, char **ret_text, size_t *ret_length)
{
        ERROR_AUTO Error err = ERROR_INIT;

        return file_read(args->rest[0], CONVERT_INPUT_MAX, ret_text, ret_length, &err) < 0
                       ? xlate_fail(&err, CONVERT_FAILED)
                       : 0;
}

/* Documents of this kind are always held against the rows, as their callers in libvirt do. */
static unsigned row_flags(const Arguments *args)
{
        return ROWS_INACTIVE | ROWS_SECURE | (args->internal ? ROWS_STATUS : 0);
}

static void add_disk(Domain *domain, const char *name)
{
        Disk *disk = rows_list_insert(&Disk_rows, &domain->disks, &domain->n_disks, domain->n_disks);

        disk->target = g_strdup(name);
        disk->source.type = SOURCE_FILE;
        disk->source.format = IMAGE_FORMAT_QCOW2;
        disk->source.file.path = g_strdup_printf("/fake/%s.qcow2", name);
}

static int run_snapshot(const Arguments *args, const char *text, size_t length, char **ret, Error *err)
{
        g_autoptr(DomainSnapshot) s = NULL;

        if (snapshot_parse(text, length, row_flags(args), &s, err) < 0 ||
            snapshot_settle_new(s, purpose(args), args->time, err) < 0)
                return -1;
        if (args->uuid && !s->domain)
                uuid_parse(args->uuid, s->domain_uuid);
        *ret = snapshot_format(s, row_flags(args));
        return 0;
}

static int run_checkpoint(const Arguments *args, const char *text, size_t length, char **ret, Error *err)
{
        g_autoptr(DomainCheckpoint) s = NULL;
        g_autoptr(Domain) domain = domain_new();

        if (checkpoint_parse(text, length, row_flags(args) | ROWS_VALIDATE, &s, err) < 0 ||
            checkpoint_settle_new(s, purpose(args), args->time, err) < 0)
                return -1;
        if (args->parent && !s->parent)
                s->parent = g_strdup(args->parent);
        if (args->disk) {
                add_disk(domain, args->disk);
                if (checkpoint_align(s, domain, err) < 0)
                        return -1;
                s->disks[0].size = (uint64_t)args->size;
        }
        *ret = checkpoint_format(s, row_flags(args));
        return 0;
}

static int run_backup(const Arguments *args, const char *text, size_t length, char **ret, Error *err)
{
        g_autoptr(DomainBackup) s = NULL;
        g_autoptr(Domain) domain = domain_new();

        if (backup_parse(text, length, row_flags(args), &s, err) < 0)
                return -1;
        for (size_t i = 0; i < s->n_disks; i++)
                add_disk(domain, s->disks[i].name);
        if (args->disk)
                add_disk(domain, args->disk);
        if (backup_align(s, domain, args->suffix ? args->suffix : "backup", err) < 0)
                return -1;
        *ret = backup_format(s, row_flags(args));
        return 0;
}

static int run(int argc, char **argv,
               int (*document)(const Arguments *args, const char *text, size_t length, char **ret, Error *err))
{
        ERROR_AUTO Error err = ERROR_INIT;
        Arguments args = { 0 };
        g_autofree char *text = NULL;
        g_autofree char *out = NULL;
        size_t length;
        int status = read_arguments(&argc, &argv, &args) ? 0 : CONVERT_USAGE;

        if (status == 0)
                status = read_file(&args, &text, &length);
        if (status == 0 && document(&args, text, length, &out, &err) < 0)
                status = xlate_fail(&err, CONVERT_REFUSED);
        if (status == 0)
                fputs(out, stdout);
        arguments_clear(&args);
        return status;
}

static int snapshot_main(int argc, char **argv)
{
        return run(argc, argv, run_snapshot);
}

static int checkpoint_main(int argc, char **argv)
{
        return run(argc, argv, run_checkpoint);
}

static int backup_main(int argc, char **argv)
{
        return run(argc, argv, run_backup);
}

const XlateCommand xlate_snapshot = { "snapshot",
                                      "[--redefine=yes] [--internal=yes] [--time=SECONDS] [--domain-uuid=UUID] FILE",
                                      snapshot_main };
const XlateCommand xlate_checkpoint = {
        "checkpoint", "[--redefine=yes] [--time=SECONDS] [--parent=NAME] [--disk=TARGET [--size=BYTES]] FILE",
        checkpoint_main
};
const XlateCommand xlate_backup = { "backup", "[--internal=yes] [--disk=TARGET] [--suffix=TEXT] FILE", backup_main };
