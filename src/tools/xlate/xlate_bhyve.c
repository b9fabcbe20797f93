/* Documents as bhyve's driver settles them, with a bhyve that has the features given. */
#include "xlate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bhyve/bhyve_launch.h"
#include "conf/driver_namespaces.h"
#include "util/file.h"
#include "util/text.h"

static int parse_features(const char *list, unsigned *ret_features, Error *err)
{
        g_auto(GStrv) names = g_strsplit(list, ",", -1);

        for (char **name = names; *name; name++) {
                unsigned feature = bhyve_feature(*name);

                if (feature == 0)
                        return error_set(err, VIR_ERR_INVALID_ARG, "bhyve has no feature '%s'", *name);
                *ret_features |= feature;
        }
        return 0;
}

typedef struct Arguments {
        unsigned features;
        bool grub_console;
        const char *folder; /* for what is written beside the command */
        const char *firmware_dir;
        const char *firmware_files; /* what is in it */
        const char *path;
} Arguments;

/* [--features LIST] [--grub LIST] [--outdir FOLDER] [--firmware-dir NAME] [--firmware-files LIST] FILE */
static int parse_arguments(int argc, char **argv, Arguments *arguments, Error *err)
{
        int i = 1;

        for (; i + 2 < argc; i += 2) {
                if (strcmp(argv[i], "--features") == 0 && parse_features(argv[i + 1], &arguments->features, err) < 0)
                        return -1;
                if (strcmp(argv[i], "--grub") == 0)
                        arguments->grub_console = strcmp(argv[i + 1], "consdev") == 0;
                if (strcmp(argv[i], "--outdir") == 0)
                        arguments->folder = argv[i + 1];
                if (strcmp(argv[i], "--firmware-dir") == 0)
                        arguments->firmware_dir = argv[i + 1];
                if (strcmp(argv[i], "--firmware-files") == 0)
                        arguments->firmware_files = argv[i + 1];
        }
        if (i + 1 != argc)
                return error_set(err, VIR_ERR_INVALID_ARG, "wrong number of arguments");
        arguments->path = argv[i];
        return 0;
}

/* The firmware's folder is made below a temporary one, into which we go: its name is part of what is compared. */
static char *make_firmware(const Arguments *arguments, Error *err)
{
        g_auto(GStrv) names = g_strsplit(arguments->firmware_files ? arguments->firmware_files : "", ",", -1);
        g_autofree char *folder = g_dir_make_tmp("xlate-XXXXXX", NULL);

        if (!folder || chdir(folder) < 0 || mkdir(arguments->firmware_dir, 0700) < 0)
                return error_errno(err, errno, "cannot make a folder for firmware"), NULL;
        for (char **name = names; *name && **name; name++) {
                g_autofree char *path = g_build_filename(arguments->firmware_dir, *name, NULL);

                if (!g_file_set_contents(path, "", 0, NULL))
                        return error_null(err, VIR_ERR_SYSTEM_ERROR, "cannot write '%s'", path);
        }
        return g_steal_pointer(&folder);
}

static void remove_firmware(const Arguments *arguments, const char *folder)
{
        g_auto(GStrv) names = g_strsplit(arguments->firmware_files ? arguments->firmware_files : "", ",", -1);

        for (char **name = names; *name && **name; name++) {
                g_autofree char *path = g_build_filename(arguments->firmware_dir, *name, NULL);

                unlink(path);
        }
        rmdir(arguments->firmware_dir);
        rmdir(folder);
}

static Domain *parse_domain(const Arguments *arguments, Error *err)
{
        BhyveContext context = { .features = arguments->features, .firmware_dir = arguments->firmware_dir };
        g_autofree char *text = NULL;
        Domain *d = NULL;
        size_t length;

        domain_register_namespaces();
        if (file_read(arguments->path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        (void)!domain_parse_for(&bhyve_rules, &context, text, length, arguments->path, DOMAIN_PARSE_INACTIVE, &d, err);
        return d;
}

static Domain *read_domain(Arguments *arguments, Error *err)
{
        g_autofree char *path = g_canonicalize_filename(arguments->path, NULL);
        g_autofree char *folder = NULL;
        Domain *d;

        arguments->path = path;
        if (arguments->firmware_dir) {
                folder = make_firmware(arguments, err);
                if (!folder)
                        return NULL;
        }
        d = parse_domain(arguments, err);
        if (folder)
                remove_firmware(arguments, folder);
        arguments->path = NULL;
        return d;
}

static int run_bhyve_xml(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Arguments arguments = { 0 };
        g_autofree char *xml = NULL;
        Domain *d;

        if (parse_arguments(argc, argv, &arguments, &err) < 0)
                return xlate_fail(&err, CONVERT_USAGE);
        d = read_domain(&arguments, &err);
        if (!d)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = domain_format(d, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE, &err);
        domain_unref(d);
        if (!xml)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(xml, stdout);
        return 0;
}

/* An option with its value on each line, as the recordings are laid out. */
static const char *separator(char *const *words, size_t i)
{
        bool is_value = i > 1 && words[i - 1][0] != '-';

        if (i == 0)
                return "";
        return words[i][0] == '-' || is_value ? " \\\n" : " ";
}

static char *command_line(char **words)
{
        GString *line = g_string_new(NULL);

        for (size_t i = 0; words[i]; i++) {
                g_autofree char *quoted = text_shell_quote(words[i]);

                g_string_append_printf(line, "%s%s", separator(words, i), quoted);
        }
        return g_string_free(g_string_append_c(line, '\n'), FALSE);
}

static int write_file(const Arguments *arguments, const char *name, const char *text, Error *err)
{
        g_autofree char *path = g_build_filename(arguments->folder, name, NULL);

        return file_replace(path, text, strlen(text), 0644, err);
}

/* The command on standard output, the loader's and the device map in files. A guest with firmware has no loader: the
 * recordings say "dummy" then. */
static int write_commands(const Arguments *arguments, const BhyveCommands *commands, Error *err)
{
        g_autofree char *run = command_line(commands->run);
        g_autofree char *loader = commands->loader ? command_line(commands->loader) : g_strdup("dummy\n");

        fputs(run, stdout);
        if (!arguments->folder)
                return 0;
        if (write_file(arguments, "loader", loader, err) < 0)
                return -1;
        return commands->device_map ? write_file(arguments, "devmap", commands->device_map, err) : 0;
}

static int run_bhyve_argv(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Arguments arguments = { 0 };
        BhyveLaunch launch = { .vnc_port = 5900, .device_map = "<device.map>" };
        BhyveCommands commands = { 0 };
        g_autoptr(GPtrArray) taps = g_ptr_array_new();
        Domain *d;
        int r;

        if (parse_arguments(argc, argv, &arguments, &err) < 0)
                return xlate_fail(&err, CONVERT_USAGE);
        d = read_domain(&arguments, &err);
        if (!d)
                return xlate_fail(&err, CONVERT_REFUSED);
        for (size_t i = 0; i < d->n_interfaces; i++)
                g_ptr_array_add(taps, (void *)"faketapdev");
        launch.taps = (const char *const *)taps->pdata;
        launch.n_taps = taps->len;
        launch.features = arguments.features;
        launch.grub_console = arguments.grub_console;
        r = bhyve_commands(d, &launch, &commands, &err);
        domain_unref(d);
        if (r == 0)
                r = write_commands(&arguments, &commands, &err);
        bhyve_commands_clear(&commands);
        return r < 0 ? xlate_fail(&err, CONVERT_FAILED) : 0;
}

const XlateCommand xlate_bhyve_xml = { "bhyve-xml", "[--features LIST] FILE", run_bhyve_xml };
const XlateCommand xlate_bhyve_argv = {
        "bhyve-argv",
        "[--features LIST] [--grub LIST] [--firmware-dir NAME] [--firmware-files LIST] [--outdir FOLDER] FILE",
        run_bhyve_argv
};
