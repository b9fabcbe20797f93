/* Command lines of bhyve on the command line. */
#include "convert.h"

#include "bhyve/bhyve_argv.h"
#include "bhyve/bhyve_launch.h"
#include "util/text.h"

enum { VNC_PORT = 5900 };

static int read_bhyve(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        Domain *d;

        if (bhyve_argv_parse(text, length, convert_option(options, "uuid"), &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

static void append_command(GString *text, char *const *words)
{
        for (size_t i = 0; words[i]; i++) {
                g_autofree char *quoted = text_shell_quote(words[i]);

                g_string_append_printf(text, "%s%s", i ? " " : "", quoted);
        }
        g_string_append_c(text, '\n');
}

/* A tap device for each interface: its <target dev>, or the next one. */
static GPtrArray *choose_taps(const Domain *d)
{
        GPtrArray *taps = g_ptr_array_new_with_free_func(g_free);

        for (size_t i = 0; i < d->n_interfaces; i++)
                g_ptr_array_add(taps, d->interfaces[i].target ? g_strdup(d->interfaces[i].target)
                                                              : g_strdup_printf("tap%zu", i));
        return taps;
}

/* The loader's command, then bhyve's. */
static char *write_bhyve(const void *s, const ConvertOptions *options, Error *err)
{
        const Domain *d = s;
        const char *map = convert_option(options, "device_map");
        g_autoptr(GPtrArray) taps = choose_taps(d);
        g_autoptr(GString) text = g_string_new(NULL);
        const BhyveLaunch launch = {
                .features = BHYVE_ALL,
                .grub_console = true,
                .taps = (const char *const *)taps->pdata,
                .n_taps = taps->len,
                .vnc_port = VNC_PORT,
                .device_map = map ? map : "device.map",
        };
        BhyveCommands commands = { 0 };

        if (bhyve_commands(d, &launch, &commands, err) < 0)
                return NULL;
        if (commands.loader)
                append_command(text, commands.loader);
        append_command(text, commands.run);
        bhyve_commands_clear(&commands);
        return g_string_free(g_steal_pointer(&text), FALSE);
}

static const char *const bhyve_options[] = {
        "uuid: of the domain read, where the command has none (default: a random one)",
        "device_map: path of grub-bhyve's device map in the command written (default device.map)",
        NULL,
};

const ConvertFormat bhyve_format_entry = {
        .name = "bhyve-argv",
        .kind = "domain",
        .options = bhyve_options,
        .rules = &bhyve_rules,
        .read = read_bhyve,
        .write = write_bhyve,
};
