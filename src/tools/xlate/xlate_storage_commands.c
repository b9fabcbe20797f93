/* Command lines of storage and of mediated devices. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

#include "mdevctl/mdevctl.h"
#include "storage_commands/pool_command.h"
#include "storage_commands/volume_command.h"
#include "util/file.h"
#include "util/json.h"

static void print_command(char **argv)
{
        for (char **word = argv; *word; word++) {
                g_autofree char *quoted = text_shell_quote(*word);

                printf("%s%s", word == argv ? "" : " ", quoted);
        }
        printf("\n");
}

static int run_pool(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StoragePool) pool = NULL;
        g_auto(GStrv) command = NULL;
        int status;

        if (argc != 2)
                return CONVERT_USAGE;
        storage_register_namespaces();
        status = xlate_read_document(&storage_pool_kind, argv[1], (void **)&pool);
        if (status)
                return status;
        command = pool_start_command(pool, &err);
        if (!command)
                return xlate_fail(&err, CONVERT_FAILED);
        print_command(command);
        return 0;
}

const XlateCommand xlate_pool_command = { "pool-command", "POOL", run_pool };

static int run_gluster(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL, *xml = NULL;
        size_t length;
        int type = argc == 4 ? enum_value(PoolType, POOL_TYPE, argv[1]) : -1;

        if (type != POOL_TYPE_GLUSTER && type != POOL_TYPE_NETFS)
                return CONVERT_USAGE;
        if (file_read(argv[3], CONVERT_INPUT_MAX, &text, &length, &err) == 0)
                xml = pool_sources_of_gluster(text, length, argv[2], (PoolType)type, &err);
        if (!xml)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_gluster_sources = { "gluster-sources", "gluster|netfs HOST FILE", run_gluster };

typedef struct VolumeArguments {
        char *pool, *input_pool, *input;
        char *preallocate, *no_capacity, *optional_capacity; /* "yes" */
        char **rest;
} VolumeArguments;

/* A volume in its pool. */
static int read_volume(const char *pool_path, const char *path, unsigned flags, StorageVolume **ret)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StoragePool) pool = NULL;
        int status = xlate_read_document(&storage_pool_kind, pool_path, (void **)&pool);

        if (status == 0)
                status = xlate_read_document(&storage_volume_kind, path, (void **)ret);
        if (status)
                return status;
        return storage_volume_join(*ret, pool, flags, &err) < 0 ? xlate_fail(&err, CONVERT_REFUSED) : 0;
}

static int make_volume(const VolumeArguments *args)
{
        unsigned flags = (args->no_capacity ? STORAGE_VOLUME_NO_CAPACITY : 0) |
                         (args->optional_capacity ? STORAGE_VOLUME_OPTIONAL_CAPACITY : 0);
        VolumeCommandOptions options = { .preallocate_metadata = args->preallocate != NULL,
                                         .secret_path = "/path/to/secretFile",
                                         .input_secret_path = "/path/to/inputSecretFile" };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StorageVolume) volume = NULL, input = NULL;
        g_autoptr(GPtrArray) commands = NULL;
        int status;

        if (!args->pool || !args->rest || g_strv_length(args->rest) != 1)
                return CONVERT_USAGE;
        status = read_volume(args->pool, args->rest[0], flags, &volume);
        if (status == 0 && args->input)
                status = read_volume(args->input_pool ? args->input_pool : args->pool, args->input, 0, &input);
        if (status)
                return status;
        options.input = input;
        commands = volume_create_commands(volume, &options, &err);
        if (!commands)
                return xlate_fail(&err, CONVERT_FAILED);
        for (guint i = 0; i < commands->len; i++)
                print_command(g_ptr_array_index(commands, i));
        return 0;
}

static int run_volume(int argc, char **argv)
{
        VolumeArguments args = { 0 };
        const GOptionEntry entries[] = {
                { "pool", 0, 0, G_OPTION_ARG_STRING, &args.pool, NULL, NULL },
                { "input-pool", 0, 0, G_OPTION_ARG_STRING, &args.input_pool, NULL, NULL },
                { "input", 0, 0, G_OPTION_ARG_STRING, &args.input, NULL, NULL },
                { "preallocate", 0, 0, G_OPTION_ARG_STRING, &args.preallocate, NULL, NULL },
                { "no-capacity", 0, 0, G_OPTION_ARG_STRING, &args.no_capacity, NULL, NULL },
                { "optional-capacity", 0, 0, G_OPTION_ARG_STRING, &args.optional_capacity, NULL, NULL },
                { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &args.rest, NULL, NULL },
                G_OPTION_ENTRY_NULL,
        };
        g_autoptr(GOptionContext) context = g_option_context_new(NULL);
        int status = CONVERT_USAGE;

        g_option_context_add_main_entries(context, entries, NULL);
        if (g_option_context_parse(context, &argc, &argv, NULL))
                status = make_volume(&args);
        g_free(args.pool);
        g_free(args.input_pool);
        g_free(args.input);
        g_free(args.preallocate);
        g_free(args.no_capacity);
        g_free(args.optional_capacity);
        g_strfreev(args.rest);
        return status;
}

const XlateCommand xlate_volume_commands = {
        "volume-commands", "--pool POOL [--input-pool POOL --input VOLUME] [--preallocate yes] VOLUME", run_volume
};

static MdevctlAction action_of(const char *name)
{
        static const char *const names[MDEVCTL_ACTION_MAX_] = {
                [MDEVCTL_CREATE] = "create", [MDEVCTL_DEFINE] = "define",     [MDEVCTL_START] = "start",
                [MDEVCTL_STOP] = "stop",     [MDEVCTL_UNDEFINE] = "undefine",
        };
        unsigned i = 0;

        while (i < MDEVCTL_ACTION_MAX_ && strcmp(names[i], name) != 0)
                i++;
        return (MdevctlAction)i;
}

static Json *read_case(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        size_t length;

        return file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ? NULL : json_parse(text, length, err);
}

/* The case's file says the addresses of parents. */
static int run_mdevctl(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(NodeDevice) device = NULL;
        g_autoptr(Json) circumstances = NULL;
        g_auto(MdevctlCommand) command = { 0 };
        g_autofree char *path = NULL;
        const Json *parents;
        int status;

        if (argc != 5 || action_of(argv[1]) == MDEVCTL_ACTION_MAX_)
                return CONVERT_USAGE;
        status = xlate_read_document(&node_device_kind, argv[2], (void **)&device);
        if (status)
                return status;
        circumstances = read_case(argv[3], &err);
        parents = circumstances ? json_get(circumstances, "parents") : NULL;
        if (!parents ||
            mdevctl_command(action_of(argv[1]), device, json_get_string(parents, device->parent), &command, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        print_command(command.argv);
        path = g_build_filename(argv[4], "stdin.json", NULL);
        if (command.input && !g_file_set_contents(path, command.input, -1, NULL))
                return CONVERT_FAILED;
        return 0;
}

const XlateCommand xlate_mdevctl = { "mdevctl", "create|define|start|stop|undefine DEVICE CASE FOLDER", run_mdevctl };

/* The parents that the host of the tests has. */
static const char *known_parent(const char *address, void *opaque)
{
        static const char *const known[][2] = {
                { "0000:00:02.0", "pci_0000_00_02_0" },
                { "0.0.0052", "css_0_0_0052" },
                { "matrix", "ap_matrix" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
                if (strcmp(known[i][0], address) == 0)
                        return known[i][1];
        return NULL;
}

static int run_mdevctl_list(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GPtrArray) devices = NULL;
        g_autofree char *text = NULL;
        size_t length;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        if (mdevctl_list(text, length, known_parent, NULL, &devices, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        for (guint i = 0; i < devices->len; i++) {
                const MdevctlDevice *entry = g_ptr_array_index(devices, i);
                g_autofree char *xml = node_device_format(entry->device, 0);

                fputs(xml, stdout);
        }
        return 0;
}

const XlateCommand xlate_mdevctl_list = { "mdevctl-list", "FILE", run_mdevctl_list };
