/* Command lines: cutting them into words and reading the options. */
#include "bhyve/bhyve_argv.h"

#include <string.h>

#include "argv.h"
#include "conf/domain_rules.h"
#include "util/text.h"

enum { COMMANDS_MAX = 2, KIB = 1024, MIB = 1024 * 1024, CPUS_MAX = 4096 };

static void words_free(void *opaque)
{
        g_strfreev(opaque);
}

/* The commands of @text, as arrays of words. */
static GPtrArray *split_commands(const char *text, Error *err)
{
        g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func(words_free);
        g_auto(GStrv) pieces = g_strsplit(text, "\\\n", -1);
        g_autofree char *joined = g_strjoinv(" ", pieces);
        g_auto(GStrv) lines = g_strsplit(joined, "\n", -1);

        for (char **line = lines; *line; line++) {
                g_autoptr(GError) why = NULL;
                char **words;

                if (*g_strstrip(*line) == '\0')
                        continue;
                if (!g_shell_parse_argv(*line, NULL, &words, &why))
                        return error_null(err, VIR_ERR_CONF_SYNTAX, "cannot cut a command into words: %s",
                                          why->message);
                g_ptr_array_add(commands, words);
        }
        if (commands->len == 0 || commands->len > COMMANDS_MAX)
                return error_null(err, VIR_ERR_CONF_SYNTAX,
                                  "found %u commands, expected bhyve and at most one that loads the guest",
                                  commands->len);
        return g_steal_pointer(&commands);
}

static bool is_program(char *const *words, const char *name)
{
        g_autofree char *base = g_path_get_basename(words[0]);

        return strcmp(base, name) == 0;
}

/* One option after the other, as getopt() finds them. */
typedef struct Options {
        char *const *words;
        const char *known; /* letters, ':' behind those with a value */
        size_t at;
        const char *rest; /* of a word of several letters */
} Options;

/* The next letter; 0 at the first word that is no option; -1: one that is not known, or without its value. */
static int next_option(Options *options, const char **ret_value)
{
        const char *word = options->rest;
        const char *found;
        char letter;

        if (!word || *word == '\0') {
                word = options->words[options->at];
                if (!word || word[0] != '-' || word[1] == '\0')
                        return 0;
                options->at++;
                if (strcmp(word, "--") == 0)
                        return 0;
                word++;
        }
        letter = *word;
        options->rest = word + 1;
        found = letter != ':' ? strchr(options->known, letter) : NULL;
        *ret_value = NULL;
        if (!found)
                return -1;
        if (found[1] != ':')
                return letter;
        *ret_value = *options->rest                ? options->rest
                     : options->words[options->at] ? options->words[options->at++]
                                                   : NULL;
        options->rest = NULL;
        return *ret_value ? letter : -1;
}

/* The value of -m: a number of MiB, or of bytes if it is a large one, or with K, M, G, T. */
static bool bhyve_memory_kib(const char *text, uint64_t *ret_kib)
{
        static const char units[] = "kmgt";
        char *end;
        uint64_t number = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, &end, 10) : 0;
        const char *unit;

        if (number == 0)
                return false;
        unit = *end ? strchr(units, g_ascii_tolower(*end)) : NULL;
        if (*end && (!unit || end[1]))
                return false;
        if (!unit && number < MIB)
                unit = units + 1;
        for (long i = unit ? unit - units + 1 : 0; i > 0; i--)
                if (__builtin_mul_overflow(number, KIB, &number))
                        return false;
        *ret_kib = number / KIB;
        return true;
}

static int set_memory(const char *text, Domain *d, Error *err)
{
        uint64_t kib;

        if (!bhyve_memory_kib(text, &kib))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse memory size '%s'", text);
        if (d->memory_kib && d->memory_kib != kib)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Failed to parse arguments: memory size mismatch, %" G_GUINT64_FORMAT
                                 " KiB and %" G_GUINT64_FORMAT " KiB",
                                 d->memory_kib, kib);
        d->memory_kib = d->current_memory_kib = kib;
        return 0;
}

/* "4", or "cpus=4,sockets=2,cores=2,threads=1" */
static int set_cpus(const char *text, Domain *d, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);
        unsigned *cpu_members[4] = { NULL };
        static const char *const names[] = { "cpus=", "sockets=", "cores=", "threads=" };
        bool topology = parts[0] && parts[1];

        if (topology) {
                /* What the command leaves out is one. */
                d->cpu = d->cpu ? d->cpu : g_new0(Cpu, 1);
                d->cpu->sockets = d->cpu->dies = d->cpu->cores = d->cpu->threads = 1;
                cpu_members[1] = &d->cpu->sockets;
                cpu_members[2] = &d->cpu->cores;
                cpu_members[3] = &d->cpu->threads;
        }
        cpu_members[0] = &d->vcpu_max;
        for (char **part = parts; *part; part++) {
                size_t i = 0;

                while (i < G_N_ELEMENTS(names) && !g_str_has_prefix(*part, names[i]))
                        i++;
                if (i == G_N_ELEMENTS(names) && strchr(*part, '='))
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse number of vCPUs '%s'", text);
                if (i == G_N_ELEMENTS(names) || !cpu_members[i])
                        i = 0;
                if (!text_to_uint(strchr(*part, '=') ? strchr(*part, '=') + 1 : *part, 10, cpu_members[i]))
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse number of vCPUs '%s'", text);
        }
        if (d->vcpu_max == 0 || d->vcpu_max > CPUS_MAX)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse number of vCPUs '%s'", text);
        return 0;
}

static Features *features_of(Domain *d)
{
        if (!d->features)
                d->features = g_new0(Features, 1);
        return d->features;
}

static int set_wired(Domain *d)
{
        if (!d->memory_backing)
                d->memory_backing = g_new0(MemoryBacking, 1);
        d->memory_backing->locked = true;
        return 0;
}

/* What has no word in the document is how bhyve is always run, or does not change the guest. */
static int set_option(char letter, const char *value, Domain *d, Error *err)
{
        switch (letter) {
        case 'c': return set_cpus(value, d, err);
        case 'm': return set_memory(value, d, err);
        case 's': return bhyve_read_slot(value, d, err);
        case 'l': return bhyve_read_lpc(value, d, err);
        case 'S': return set_wired(d);
        case 'A': features_of(d)->acpi = true; return 0;
        case 'I': features_of(d)->apic = true; return 0;
        case 'u': d->clock.offset = CLOCK_UTC; return 0;
        case 'U':
                if (!uuid_parse(value, d->uuid))
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "Cannot parse UUID '%s'", value);
                return 0;
        default: return 0;
        }
}

/* The last word is the name of the guest; both commands have to mean the same. */
static int set_name(const Options *options, Domain *d, Error *err)
{
        const char *name = options->words[options->at];

        if (!name || options->words[options->at + 1])
                return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse arguments for %s command: %s",
                                 options->words[0], name ? "more than one name of a guest" : "no name of the guest");
        if (d->name && strcmp(d->name, name) != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Failed to parse arguments: VM name mismatch, '%s' and '%s'", d->name, name);
        g_free(d->name);
        d->name = g_strdup(name);
        return 0;
}

static int read_bhyve(char *const *words, Domain *d, Error *err)
{
        Options options = { .words = words, .known = "abehuwxACDHIPSWYp:g:c:r:s:m:l:K:U:", .at = 1 };
        const char *value;
        int letter;

        while ((letter = next_option(&options, &value)) > 0)
                if (set_option((char)letter, value, d, err) < 0)
                        return -1;
        if (letter < 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse arguments for bhyve command near '%s'",
                                 words[options.at - 1]);
        return set_name(&options, d, err);
}

/* A boot loader of its own: the whole command. */
static void set_loader(char *const *words, Domain *d)
{
        d->bootloader = g_strdup(words[0]);
        d->bootloader_args = g_strjoinv(" ", (char **)words + 1);
}

/* bhyveload with the memory, the first disk and the name is what a guest without <bootloader> gets. */
static int read_bhyveload(char *const *words, Domain *d, Error *err)
{
        Options options = { .words = words, .known = "CSc:d:e:h:l:m:", .at = 1 };
        bool special = false;
        const char *value;
        int letter;

        while ((letter = next_option(&options, &value)) > 0) {
                if (letter == 'm' && set_memory(value, d, err) < 0)
                        return -1;
                special = special || !strchr("mdc", letter);
        }
        if (letter < 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse arguments for bhyveload command near '%s'",
                                 words[options.at - 1]);
        if (special)
                set_loader(words, d);
        return set_name(&options, d, err);
}

static int read_command(char *const *words, Domain *d, bool *seen_bhyve, Error *err)
{
        if (is_program(words, "bhyve")) {
                if (*seen_bhyve)
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "bhyve is run twice");
                *seen_bhyve = true;
                return read_bhyve(words, d, err);
        }
        if (d->bootloader)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "two commands, but none of them is bhyve");
        if (is_program(words, "bhyveload"))
                return read_bhyveload(words, d, err);
        set_loader(words, d);
        return 0;
}

static int read_domain(const char *text, const char *uuid, Domain *d, Error *err)
{
        g_autoptr(GPtrArray) commands = split_commands(text, err);
        bool seen_bhyve = false;

        if (!commands)
                return -1;
        if (!uuid)
                uuid_generate(d->uuid);
        else if (!uuid_parse(uuid, d->uuid))
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is no uuid", uuid);
        d->type = VIRT_BHYVE;
        d->os.type = g_strdup("hvm");
        d->clock.offset = CLOCK_LOCALTIME;
        d->vcpu_max = 1;
        d->vcpu_placement = PLACEMENT_STATIC;
        d->on_poweroff = d->on_reboot = LIFECYCLE_DESTROY;
        d->on_crash = CRASH_DESTROY;
        for (guint i = 0; i < commands->len; i++)
                if (read_command(g_ptr_array_index(commands, i), d, &seen_bhyve, err) < 0)
                        return -1;
        if (!seen_bhyve)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "there is no bhyve command");
        if (d->memory_kib == 0)
                d->memory_kib = d->current_memory_kib = 256 * KIB; /* bhyve's own default */
        domain_settle_macs(d, NULL);
        return 0;
}

int bhyve_argv_parse(const char *text, size_t length, const char *uuid, Domain **ret, Error *err)
{
        g_autofree char *copy = g_strndup(text, length);
        Domain *d;

        if (!g_utf8_validate(text, (gssize)length, NULL))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "the command line is not UTF-8 text");
        d = domain_new();
        if (read_domain(copy, uuid, d, err) < 0) {
                domain_unref(d);
                return -1;
        }
        *ret = d;
        return 0;
}
