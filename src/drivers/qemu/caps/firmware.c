/* See firmware.h. */
#define LOG_SOURCE "qemu.firmware"
#include "caps/firmware.h"

#include <string.h>

#include "util/file.h"
#include "util/log.h"

enum { DESCRIPTOR_MAX = 1024 * 1024 };

Firmware *firmware_free(Firmware *firmware)
{
        if (!firmware)
                return NULL;
        g_free(firmware->code);
        g_free(firmware->code_format);
        g_free(firmware->template);
        g_free(firmware->template_format);
        g_ptr_array_unref(firmware->targets);
        g_free(firmware);
        return NULL;
}

static bool lists(const Json *array, const char *word)
{
        for (size_t i = 0; i < json_length(array); i++)
                if (g_strcmp0(json_text(json_at(array, i)), word) == 0)
                        return true;
        return false;
}

static unsigned read_features(const Json *array)
{
        static const struct {
                const char *name;
                unsigned bit;
        } known[] = {
                { "acpi-s3", FIRMWARE_ACPI_S3 },
                { "acpi-s4", FIRMWARE_ACPI_S4 },
                { "amd-sev", FIRMWARE_AMD_SEV },
                { "amd-sev-es", FIRMWARE_AMD_SEV_ES },
                { "enrolled-keys", FIRMWARE_ENROLLED_KEYS },
                { "requires-smm", FIRMWARE_REQUIRES_SMM },
                { "secure-boot", FIRMWARE_SECURE_BOOT },
        };
        unsigned features = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
                features |= lists(array, known[i].name) ? known[i].bit : 0;
        return features;
}

static FirmwareDevice read_device(const Json *mapping)
{
        const char *device = json_get_string(mapping, "device");
        const char *mode = json_get_string(mapping, "mode");

        if (g_strcmp0(device, "memory") == 0)
                return FIRMWARE_MEMORY;
        if (g_strcmp0(device, "flash") != 0)
                return FIRMWARE_DEVICE_NONE;
        if (!mode || strcmp(mode, "split") == 0)
                return FIRMWARE_FLASH_SPLIT;
        if (strcmp(mode, "combined") == 0)
                return FIRMWARE_FLASH_COMBINED;
        return strcmp(mode, "stateless") == 0 ? FIRMWARE_FLASH_STATELESS : FIRMWARE_DEVICE_NONE;
}

static void read_targets(Firmware *firmware, const Json *targets)
{
        for (size_t i = 0; i < json_length(targets); i++) {
                const char *arch = json_get_string(json_at(targets, i), "architecture");
                const Json *machines = json_get(json_at(targets, i), "machines");

                for (size_t k = 0; arch && k < json_length(machines); k++)
                        if (json_text(json_at(machines, k)))
                                g_ptr_array_add(firmware->targets,
                                                g_strdup_printf("%s %s", arch, json_text(json_at(machines, k))));
        }
}

Firmware *firmware_parse(const Json *json, Error *err)
{
        Firmware *firmware = g_new0(Firmware, 1);
        const Json *mapping = json_get(json, "mapping");
        const Json *code = json_get(mapping, "executable");
        const Json *template = json_get(mapping, "nvram-template");

        firmware->targets = g_ptr_array_new_with_free_func(g_free);
        firmware->uefi = lists(json_get(json, "interface-types"), "uefi");
        firmware->bios = lists(json_get(json, "interface-types"), "bios");
        firmware->device = read_device(mapping);
        firmware->code = g_strdup(json_get_string(firmware->device == FIRMWARE_MEMORY ? mapping : code, "filename"));
        firmware->code_format = g_strdup(json_get_string(code, "format"));
        if (firmware->device == FIRMWARE_FLASH_SPLIT) {
                firmware->template = g_strdup(json_get_string(template, "filename"));
                firmware->template_format = g_strdup(json_get_string(template, "format"));
        }
        firmware->features = read_features(json_get(json, "features"));
        read_targets(firmware, json_get(json, "targets"));
        if (firmware->device != FIRMWARE_DEVICE_NONE && firmware->code &&
            (firmware->device != FIRMWARE_FLASH_SPLIT || firmware->template))
                return firmware;
        firmware_free(firmware);
        return error_null(err, VIR_ERR_INTERNAL_ERROR, "a firmware descriptor without a known device and its files");
}

static int by_name(const void *a, const void *b)
{
        return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_file(GPtrArray *all, const char *path)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autoptr(Json) json = NULL;
        Firmware *firmware = NULL;
        size_t length = 0;

        if (file_read(path, DESCRIPTOR_MAX, &text, &length, &err) == 0) {
                if (length == 0)
                        return;
                json = json_parse(text, length, &err);
                firmware = json ? firmware_parse(json, &err) : NULL;
        }
        if (firmware)
                g_ptr_array_add(all, firmware);
        else
                log_warn("%s: %s", path, err.message);
}

static void free_one(void *firmware)
{
        firmware_free(firmware);
}

GPtrArray *firmware_load(const char *root)
{
        static const char *const folders[] = { "/etc/qemu/firmware", "/usr/share/qemu/firmware" };
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_autofree char **names = NULL;
        GPtrArray *all = g_ptr_array_new_with_free_func(free_one);
        unsigned n = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
                g_autofree char *folder = g_strconcat(root, folders[i], NULL);
                g_auto(GStrv) here = NULL;

                if (dir_list(folder, ".json", &here, NULL) < 0)
                        continue;
                for (char **name = here; *name; name++)
                        if (!g_hash_table_contains(seen, *name))
                                g_hash_table_insert(seen, g_strdup(*name), g_build_filename(folder, *name, NULL));
        }
        names = (char **)g_hash_table_get_keys_as_array(seen, &n);
        qsort(names, n, sizeof(*names), by_name);
        for (unsigned i = 0; i < n; i++)
                add_file(all, g_hash_table_lookup(seen, names[i]));
        return all;
}

bool firmware_runs_on(const Firmware *firmware, const char *target, const char *machine)
{
        g_autofree char *wanted = g_strdup_printf("%s %s", target, machine);

        for (guint i = 0; i < firmware->targets->len; i++)
                if (g_pattern_match_simple(g_ptr_array_index(firmware->targets, i), wanted))
                        return true;
        return false;
}
