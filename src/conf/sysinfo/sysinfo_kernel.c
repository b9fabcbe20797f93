/* Where the firmware has no table: what the kernel shows in /proc/cpuinfo and, on s390, in /proc/sysinfo. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_SYSINFO
#include <string.h>

#include "sysinfo_private.h"
#include "util/text.h"

enum { PROCESSORS_MAX = 65536 };

void sysinfo_add(SysinfoEntry **entries, size_t *n_entries, const char *name, const char *value)
{
        SysinfoEntry *fresh;

        if (!value || *value == '\0')
                return;
        fresh = rows_list_insert(&SysinfoEntry_rows, entries, n_entries, *n_entries);
        fresh->name = g_strdup(name);
        fresh->value = g_strdup(value);
}

bool sysinfo_split(char *line, char **ret_value)
{
        char *colon = strchr(line, ':');

        if (!colon)
                return false;
        *colon = '\0';
        g_strstrip(line);
        *ret_value = g_strstrip(colon + 1);
        return true;
}

static SysinfoBlock *add_processor(HostSysinfo *sysinfo)
{
        size_t n = sysinfo->n_processors;

        return n < PROCESSORS_MAX
                       ? rows_list_insert(&SysinfoBlock_rows, &sysinfo->processors, &sysinfo->n_processors, n)
                       : &sysinfo->processors[n - 1];
}

static void add_to(SysinfoBlock *block, const char *name, const char *value)
{
        sysinfo_add(&block->entries, &block->n_entries, name, value);
}

/* The value of the first line of @text that is called @label; the caller frees. */
static char *value_of(const char *text, const char *label)
{
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        char *value;

        for (char **line = lines; *line; line++)
                if (sysinfo_split(*line, &value) && strcmp(*line, label) == 0)
                        return g_strdup(value);
        return NULL;
}

/* A processor for each "processor : N"; lines behind it that @keys has are its own. Old ARM kernels say what all are in
 * one line above the first: that is @common, its value the type of each. */
static void add_processors(HostSysinfo *sysinfo, const char *cpuinfo, const SysinfoKey *keys, const char *common)
{
        g_auto(GStrv) lines = g_strsplit(cpuinfo, "\n", -1);
        SysinfoBlock *processor = NULL;
        char *value;

        for (char **line = lines; *line; line++) {
                if (!sysinfo_split(*line, &value))
                        continue;
                if (strcmp(*line, "processor") == 0) {
                        processor = add_processor(sysinfo);
                        add_to(processor, "socket_destination", value);
                        add_to(processor, "type", common);
                }
                for (const SysinfoKey *key = keys; processor && key->label; key++)
                        if (strcmp(*line, key->label) == 0)
                                add_to(processor, key->name, value);
        }
}

static void fill_arm(HostSysinfo *sysinfo, const char *cpuinfo)
{
        static const SysinfoKey keys[] = { { "model name", "type" }, { NULL, NULL } };
        g_autofree char *common = value_of(cpuinfo, "Processor");

        add_processors(sysinfo, cpuinfo, keys, common);
}

static void fill_power(HostSysinfo *sysinfo, const char *cpuinfo)
{
        static const SysinfoKey keys[] = { { "cpu", "type" }, { "revision", "version" }, { NULL, NULL } };
        static const SysinfoKey machine_keys[] = {
                { "machine", "version" }, { "model", "serial" }, { "platform", "family" }, { NULL, NULL }
        };

        for (const SysinfoKey *key = machine_keys; key->label; key++) {
                g_autofree char *value = value_of(cpuinfo, key->label);

                sysinfo_add(&sysinfo->system, &sysinfo->n_system, key->name, value);
        }
        add_processors(sysinfo, cpuinfo, keys, NULL);
}

/* The value of "LABEL = VALUE" in a list with commas; the caller frees. */
static char *part_of(const char *text, const char *label)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);

        for (char **part = parts; *part; part++) {
                char *equal = strchr(*part, '=');

                if (!equal)
                        continue;
                *equal = '\0';
                if (strcmp(g_strstrip(*part), label) == 0)
                        return g_strdup(g_strstrip(equal + 1));
        }
        return NULL;
}

/* "processor 0: version = 00,  identification = 145F07,  machine = 2964" */
static void add_s390_processor(HostSysinfo *sysinfo, const char *vendor, const char *speed, const char *text)
{
        SysinfoBlock *processor = add_processor(sysinfo);
        g_autofree char *family = part_of(text, "machine");
        g_autofree char *version = part_of(text, "version");
        g_autofree char *serial = part_of(text, "identification");

        add_to(processor, "family", family);
        add_to(processor, "manufacturer", vendor);
        add_to(processor, "version", version);
        add_to(processor, "max_speed", speed);
        add_to(processor, "serial_number", serial);
}

/* How fast each CPU is stands in blocks of their own, by number. */
static GHashTable *s390_speeds(const char *cpuinfo)
{
        GHashTable *speeds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_auto(GStrv) lines = g_strsplit(cpuinfo, "\n", -1);
        const char *number = NULL;
        char *value;

        for (char **line = lines; *line; line++) {
                if (!sysinfo_split(*line, &value))
                        continue;
                if (strcmp(*line, "cpu number") == 0)
                        number = value;
                else if (number && strcmp(*line, "cpu MHz dynamic") == 0)
                        g_hash_table_insert(speeds, g_strdup(number), g_strdup(value));
        }
        return speeds;
}

static void fill_s390(HostSysinfo *sysinfo, const char *cpuinfo, const char *text)
{
        static const SysinfoKey keys[] = {
                { "Manufacturer", "manufacturer" }, { "Sequence Code", "serial" }, { "Type", "family" }, { NULL, NULL }
        };
        g_autoptr(GHashTable) speeds = s390_speeds(cpuinfo);
        g_autofree char *vendor = value_of(cpuinfo, "vendor_id");
        g_auto(GStrv) lines = g_strsplit(cpuinfo, "\n", -1);
        char *value;

        for (const SysinfoKey *key = keys; text && key->label; key++) {
                g_autofree char *found = value_of(text, key->label);

                sysinfo_add(&sysinfo->system, &sysinfo->n_system, key->name, found);
        }
        for (char **line = lines; *line; line++)
                if (sysinfo_split(*line, &value) && g_str_has_prefix(*line, "processor "))
                        add_s390_processor(sysinfo, vendor, g_hash_table_lookup(speeds, *line + strlen("processor ")),
                                           value);
}

HostSysinfo *host_sysinfo_from_kernel(const char *machine, const char *cpuinfo, const char *sysinfo, Error *err)
{
        g_autoptr(HostSysinfo) document = host_sysinfo_new();

        document->type = SYSINFO_SMBIOS;
        if (g_str_has_prefix(machine, "arm") || g_str_has_prefix(machine, "aarch64"))
                fill_arm(document, cpuinfo);
        else if (g_str_has_prefix(machine, "ppc"))
                fill_power(document, cpuinfo);
        else if (g_str_has_prefix(machine, "s390"))
                fill_s390(document, cpuinfo, sysinfo);
        else
                return error_null(err, VIR_ERR_NO_SUPPORT, "Host SMBIOS information is not available on %s", machine);
        return g_steal_pointer(&document);
}
