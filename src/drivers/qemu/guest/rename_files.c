/* See rename_files.h. A note in the folder of definitions says what is under way. The new definition's file is the
 * moment that counts: with it everything goes on to the new name, without it everything goes back. */
#define LOG_SOURCE "qemu.files"
#include "guest/rename_files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "guest/nvram.h"
#include "util/file.h"
#include "util/log.h"

#define NOTE_SUFFIX ".renaming"

enum { NOTE_MAX = 64 * 1024 };

/* As the note has it, a line each. */
typedef struct Renaming {
        const char *was, *now;             /* names */
        const char *old_nvram, *new_nvram; /* "": stays as it is */
} Renaming;

static char *note_path(const QemuInstance *instance, const char *was)
{
        g_autofree char *file = g_strconcat(was, NOTE_SUFFIX, NULL);

        return g_build_filename(instance->config_dir, file, NULL);
}

static bool has_nvram(const Renaming *renaming)
{
        return renaming->old_nvram[0] && renaming->new_nvram[0];
}

/* Under both names for a while: whichever holds in the end finds it. */
static int link_nvram(const Renaming *renaming, Error *err)
{
        if (!has_nvram(renaming) || link(renaming->old_nvram, renaming->new_nvram) == 0 || errno == ENOENT)
                return 0;
        return error_errno(err, errno, "cannot give '%s' the name '%s'", renaming->old_nvram, renaming->new_nvram);
}

static int go_on(const QemuInstance *instance, const Renaming *renaming, Error *err)
{
        g_autofree char *config = config_path(instance, renaming->now);
        g_autofree char *old_config = config_path(instance, renaming->was);
        g_autofree char *autostart = autostart_path(instance, renaming->now);
        g_autofree char *old_autostart = autostart_path(instance, renaming->was);
        g_autofree char *note = note_path(instance, renaming->was);

        if (g_file_test(old_autostart, G_FILE_TEST_IS_SYMLINK) &&
            (file_symlink_replace(config, autostart, err) < 0 || file_remove(old_autostart, err) < 0))
                return -1;
        if (file_remove(old_config, err) < 0 || (has_nvram(renaming) && file_remove(renaming->old_nvram, err) < 0))
                return -1;
        return file_remove(note, err);
}

static int go_back(const QemuInstance *instance, const Renaming *renaming, Error *err)
{
        g_autofree char *note = note_path(instance, renaming->was);

        /* Never the only name of it. */
        if (has_nvram(renaming) && access(renaming->old_nvram, F_OK) == 0 && file_remove(renaming->new_nvram, err) < 0)
                return -1;
        return file_remove(note, err);
}

static int check_free(const char *path, Error *err)
{
        if (access(path, F_OK) < 0)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_INVALID, "the new name's file '%s' is there already", path);
}

static int note_down(const QemuInstance *instance, const Renaming *renaming, Error *err)
{
        g_autofree char *note = note_path(instance, renaming->was);
        g_autofree char *text = g_strdup_printf("%s\n%s\n%s\n%s\n", renaming->was, renaming->now, renaming->old_nvram,
                                                renaming->new_nvram);

        return file_replace(note, text, strlen(text), 0600, err);
}

int rename_files(const QemuInstance *instance, const Domain *was, const Domain *now, Error *err)
{
        const char *old_nvram = nvram_path(was), *new_nvram = nvram_path(now);
        bool moves = g_strcmp0(old_nvram, new_nvram) != 0;
        const Renaming renaming = { .was = was->name,
                                    .now = now->name,
                                    .old_nvram = moves && old_nvram ? old_nvram : "",
                                    .new_nvram = moves && new_nvram ? new_nvram : "" };
        g_autofree char *config = config_path(instance, now->name);
        ERROR_AUTO Error why = ERROR_INIT;

        if (check_free(config, err) < 0 || (has_nvram(&renaming) && check_free(renaming.new_nvram, err) < 0) ||
            note_down(instance, &renaming, err) < 0)
                return -1;
        if (link_nvram(&renaming, err) < 0 || config_save(instance, now, err) < 0) {
                go_back(instance, &renaming, NULL);
                return -1;
        }
        /* The new name is durable: what is in the way now is the next daemon's to clear. */
        if (go_on(instance, &renaming, &why) < 0)
                log_warn("%s", why.message);
        return 0;
}

/* After a kill */

static int recover(const QemuInstance *instance, const char *file, Error *err)
{
        g_autofree char *path = g_build_filename(instance->config_dir, file, NULL);
        g_autofree char *text = NULL;
        g_autofree char *config = NULL;
        g_auto(GStrv) lines = NULL;
        Renaming renaming;

        if (file_read(path, NOTE_MAX, &text, NULL, err) < 0)
                return -1;
        lines = g_strsplit(text, "\n", 5);
        if (g_strv_length(lines) != 5 || strchr(lines[0], '/') || strchr(lines[1], '/') || !lines[0][0] || !lines[1][0])
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s does not say which domain got which name", path);
        renaming = (Renaming){ .was = lines[0], .now = lines[1], .old_nvram = lines[2], .new_nvram = lines[3] };
        config = config_path(instance, renaming.now);
        if (access(config, F_OK) == 0)
                return go_on(instance, &renaming, err);
        return go_back(instance, &renaming, err);
}

int rename_recover(const QemuInstance *instance, Error *err)
{
        g_auto(GStrv) files = NULL;

        if (dir_list(instance->config_dir, NOTE_SUFFIX, &files, err) < 0)
                return -1;
        for (char **file = files; *file; file++) {
                ERROR_AUTO Error why = ERROR_INIT;

                if (recover(instance, *file, &why) < 0)
                        log_error("%s", why.message);
        }
        return 0;
}
