/* Links to recordings in a folder of their own; and what a kernel would say, in place of util/host_kernel.c. */
#include "xlate_root.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test_folder.h"
#include "util/file.h"
#include "util/text.h"

/* The recorded machine's answers: one per run. */
static const char *machine = "x86_64";

char *host_machine(void);
uint64_t host_page_kib(void);
unsigned host_subcore_threads(void);

char *host_machine(void)
{
        return g_strdup(machine);
}

uint64_t host_page_kib(void)
{
        return 4;
}

/* POWER 8 as it was recorded. */
unsigned host_subcore_threads(void)
{
        return g_str_has_prefix(machine, "ppc64") ? 8 : 0;
}

static int put_link(const XlateRoot *root, const char *target, const char *place, Error *err)
{
        g_autofree char *path = g_build_filename(root->path, place, NULL);
        g_autofree char *folder = g_path_get_dirname(path);
        g_autofree char *full = g_canonicalize_filename(target, NULL);

        if (dir_make(folder, 0700, err) < 0)
                return -1;
        if (symlink(full, path) < 0)
                return error_errno(err, errno, "cannot make the link '%s'", path);
        return 0;
}

/* A recording may share a part with another one, by a link "../NAME/PART": NAME.tar.gz of the folder of recordings is
 * unpacked for it. *@ret_part is that part, NULL where @path is no such link. */
static int unpack_shared(const XlateRoot *root, const char *path, char **ret_part, Error *err)
{
        g_autofree char *target = g_file_read_link(path, NULL);
        g_auto(GStrv) parts = g_strsplit(target ? target : "", "/", -1);
        g_autofree char *archive = NULL;
        const char *command[] = { "tar", "-xzf", NULL, "-C", root->path, NULL };
        int status = -1;

        if (!root->recordings || access(path, F_OK) == 0 || g_strv_length(parts) < 3)
                return 0;
        archive = g_strdup_printf("%s/%s.tar.gz", root->recordings, parts[1]);
        command[2] = archive;
        if (!g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL) ||
            status != 0)
                return error_set(err, VIR_ERR_SYSTEM_ERROR, "cannot unpack '%s'", archive);
        *ret_part = g_build_filename(root->path, parts[2], NULL);
        return 0;
}

/* --tree: what of the two is there. */
static int put_tree(const XlateRoot *root, const char *tree, Error *err)
{
        g_autofree char *system = g_build_filename(tree, "system", NULL);
        g_autofree char *resctrl = g_build_filename(tree, "resctrl", NULL);
        g_autofree char *shared = NULL;

        if (unpack_shared(root, system, &shared, err) < 0 ||
            (shared && put_link(root, shared, "sys/devices/system", err) < 0))
                return -1;
        if (!shared && put_link(root, system, "sys/devices/system", err) < 0)
                return -1;
        return access(resctrl, F_OK) == 0 ? put_link(root, resctrl, "sys/fs/resctrl", err) : 0;
}

static int take_option(XlateRoot *root, const char *name, const char *value, Error *err)
{
        static const struct {
                const char *option, *place;
        } files[] = { { "--cpuinfo", "proc/cpuinfo" },
                      { "--stat", "proc/stat" },
                      { "--system", "sys/devices/system" } };

        for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
                if (strcmp(name, files[i].option) == 0)
                        return put_link(root, value, files[i].place, err);
        if (strcmp(name, "--tree") == 0)
                return put_tree(root, value, err);
        if (strcmp(name, "--recordings") == 0) {
                root->recordings = g_strdup(value);
                return 0;
        }
        if (strcmp(name, "--text") == 0 || strcmp(name, "--oem") == 0) {
                *(name[2] == 't' ? &root->text : &root->oem) = value;
                return 0;
        }
        if (strcmp(name, "--cpus") == 0 && text_to_uint(value, 10, &root->n_cpus))
                return 0;
        if (strcmp(name, "--live") == 0 || strcmp(name, "--offline") == 0) {
                *(name[2] == 'l' ? &root->live_migrate : &root->offline_migrate) = strcmp(value, "yes") == 0;
                return 0;
        }
        if (strcmp(name, "--arch") != 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "unknown option '%s %s'", name, value);
        g_free(root->machine);
        root->machine = g_strdup(value);
        machine = root->machine;
        return 0;
}

XlateRoot *xlate_root_new(int argc, char **argv, Error *err)
{
        g_autoptr(XlateRoot) root = g_new0(XlateRoot, 1);

        root->path = g_dir_make_tmp("xlate-XXXXXX", NULL);
        if (!root->path)
                return error_null(err, VIR_ERR_SYSTEM_ERROR, "cannot make a temporary folder");
        root->machine = g_strdup(machine);
        for (int i = 1; i < argc; i += 2) {
                if (i + 1 == argc)
                        return error_null(err, VIR_ERR_INVALID_ARG, "'%s' needs a value", argv[i]);
                if (take_option(root, argv[i], argv[i + 1], err) < 0)
                        return NULL;
        }
        return g_steal_pointer(&root);
}

XlateRoot *xlate_root_free(XlateRoot *root)
{
        if (!root)
                return NULL;
        if (root->path)
                test_remove(root->path);
        machine = "x86_64";
        g_free(root->path);
        g_free(root->machine);
        g_free(root->recordings);
        g_free(root);
        return NULL;
}
