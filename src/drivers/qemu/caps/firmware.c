/* See firmware.h. */
#include "caps/firmware.h"

#include <string.h>

#include "caps/descriptors.h"

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

static void target_free(void *opaque)
{
        FirmwareTarget *target = opaque;

        g_free(target->arch);
        g_strfreev(target->machines);
        g_free(target);
}

static bool lists(const Json *array, const char *word)
{
        for (size_t i = 0; i < json_length(array); i++)
                if (g_strcmp0(json_text(json_at(array, i)), word) == 0)
                        return true;
        return false;
}

static const struct {
        const char *name;
        unsigned bit;
} feature_names[] = {
        { "acpi-s3", FIRMWARE_ACPI_S3 },
        { "acpi-s4", FIRMWARE_ACPI_S4 },
        { "amd-sev", FIRMWARE_AMD_SEV },
        { "amd-sev-es", FIRMWARE_AMD_SEV_ES },
        { "enrolled-keys", FIRMWARE_ENROLLED_KEYS },
        { "requires-smm", FIRMWARE_REQUIRES_SMM },
        { "secure-boot", FIRMWARE_SECURE_BOOT },
        { "verbose-dynamic", FIRMWARE_VERBOSE_DYNAMIC },
        { "verbose-static", FIRMWARE_VERBOSE_STATIC },
};

/* A descriptor's "device", and "mode" of a flash. */
static const struct {
        const char *device, *mode;
} device_names[] = {
        [FIRMWARE_DEVICE_NONE] = { "", NULL },
        [FIRMWARE_FLASH_SPLIT] = { "flash", "split" },
        [FIRMWARE_FLASH_COMBINED] = { "flash", "combined" },
        [FIRMWARE_FLASH_STATELESS] = { "flash", "stateless" },
        [FIRMWARE_MEMORY] = { "memory", NULL },
        [FIRMWARE_KERNEL] = { "kernel", NULL },
};

static unsigned read_features(const Json *array)
{
        unsigned features = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(feature_names); i++)
                features |= lists(array, feature_names[i].name) ? feature_names[i].bit : 0;
        return features;
}

static FirmwareDevice read_device(const Json *mapping)
{
        const char *device = json_get_string(mapping, "device");
        const char *mode = json_get_string(mapping, "mode");

        /* A flash of a time when there was one mode only. */
        if (!mode && g_strcmp0(device, "flash") == 0)
                return FIRMWARE_FLASH_SPLIT;
        for (size_t i = FIRMWARE_DEVICE_NONE + 1; i < G_N_ELEMENTS(device_names); i++)
                if (g_strcmp0(device, device_names[i].device) == 0 &&
                    (!device_names[i].mode || g_strcmp0(mode, device_names[i].mode) == 0))
                        return (FirmwareDevice)i;
        return FIRMWARE_DEVICE_NONE;
}

static bool is_flash(const Firmware *firmware)
{
        return device_names[firmware->device].mode != NULL;
}

static void read_targets(Firmware *firmware, const Json *targets)
{
        for (size_t i = 0; i < json_length(targets); i++) {
                const char *arch = json_get_string(json_at(targets, i), "architecture");
                const Json *machines = json_get(json_at(targets, i), "machines");
                g_autoptr(GStrvBuilder) names = g_strv_builder_new();
                FirmwareTarget *target;

                if (!arch)
                        continue;
                for (size_t k = 0; k < json_length(machines); k++)
                        if (json_text(json_at(machines, k)))
                                g_strv_builder_add(names, json_text(json_at(machines, k)));
                target = g_new0(FirmwareTarget, 1);
                target->arch = g_strdup(arch);
                target->machines = g_strv_builder_end(names);
                g_ptr_array_add(firmware->targets, target);
        }
}

Firmware *firmware_parse(const Json *json, Error *err)
{
        Firmware *firmware = g_new0(Firmware, 1);
        const Json *interfaces = json_get(json, "interface-types");
        const Json *mapping = json_get(json, "mapping");
        const Json *code = json_get(mapping, "executable");
        const Json *template = json_get(mapping, "nvram-template");

        firmware->targets = g_ptr_array_new_with_free_func(target_free);
        firmware->uefi = lists(interfaces, "uefi");
        firmware->bios = lists(interfaces, "bios");
        firmware->openfirmware = lists(interfaces, "openfirmware");
        firmware->uboot = lists(interfaces, "uboot");
        firmware->device = read_device(mapping);
        firmware->code = g_strdup(json_get_string(is_flash(firmware) ? code : mapping, "filename"));
        firmware->code_format = is_flash(firmware) ? g_strdup(json_get_string(code, "format")) : NULL;
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

static Json *format_image(const char *path, const char *format)
{
        Json *image = json_object();

        json_set(image, "filename", json_string(path));
        if (format)
                json_set(image, "format", json_string(format));
        return image;
}

static Json *format_mapping(const Firmware *firmware)
{
        Json *mapping = json_object();

        json_set(mapping, "device", json_string(device_names[firmware->device].device));
        if (!is_flash(firmware)) {
                json_set(mapping, "filename", json_string(firmware->code));
                return mapping;
        }
        json_set(mapping, "mode", json_string(device_names[firmware->device].mode));
        json_set(mapping, "executable", format_image(firmware->code, firmware->code_format));
        if (firmware->template)
                json_set(mapping, "nvram-template", format_image(firmware->template, firmware->template_format));
        return mapping;
}

static Json *format_interfaces(const Firmware *firmware)
{
        const struct {
                const char *name;
                bool has;
        } rows[] = { { "bios", firmware->bios },
                     { "openfirmware", firmware->openfirmware },
                     { "uboot", firmware->uboot },
                     { "uefi", firmware->uefi } };
        Json *interfaces = json_array();

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
                if (rows[i].has)
                        json_append(interfaces, json_string(rows[i].name));
        return interfaces;
}

static Json *format_targets(const Firmware *firmware)
{
        Json *targets = json_array();

        for (guint i = 0; i < firmware->targets->len; i++) {
                const FirmwareTarget *target = g_ptr_array_index(firmware->targets, i);
                Json *row = json_object(), *machines = json_array();

                for (char **machine = target->machines; *machine; machine++)
                        json_append(machines, json_string(*machine));
                json_set(row, "architecture", json_string(target->arch));
                json_set(row, "machines", machines);
                json_append(targets, row);
        }
        return targets;
}

Json *firmware_format(const Firmware *firmware)
{
        Json *json = json_object(), *features = json_array();

        for (size_t i = 0; i < G_N_ELEMENTS(feature_names); i++)
                if (firmware->features & feature_names[i].bit)
                        json_append(features, json_string(feature_names[i].name));
        json_set(json, "interface-types", format_interfaces(firmware));
        json_set(json, "mapping", format_mapping(firmware));
        json_set(json, "targets", format_targets(firmware));
        json_set(json, "features", features);
        return json;
}

static void free_one(void *firmware)
{
        firmware_free(firmware);
}

static int take(const Json *json, void *opaque, Error *err)
{
        Firmware *firmware = firmware_parse(json, err);

        if (!firmware)
                return -1;
        g_ptr_array_add(opaque, firmware);
        return 0;
}

GPtrArray *firmware_load(const char *root, const char *user_config)
{
        GPtrArray *all = g_ptr_array_new_with_free_func(free_one);

        descriptors_each(root, user_config, "firmware", take, all);
        return all;
}

bool firmware_runs_on(const Firmware *firmware, const char *target, const char *machine)
{
        for (guint i = 0; i < firmware->targets->len; i++) {
                const FirmwareTarget *known = g_ptr_array_index(firmware->targets, i);

                if (strcmp(known->arch, target) != 0)
                        continue;
                for (char **pattern = known->machines; *pattern; pattern++)
                        if (g_pattern_match_simple(*pattern, machine))
                                return true;
        }
        return false;
}

static bool has_files_of(const GPtrArray *list, const Firmware *firmware)
{
        for (guint i = 0; i < list->len; i++) {
                const Firmware *other = g_ptr_array_index(list, i);

                if (strcmp(other->code, firmware->code) == 0 && g_strcmp0(other->template, firmware->template) == 0)
                        return true;
        }
        return false;
}

GPtrArray *firmware_for(const GPtrArray *all, const char *target, const char *machine)
{
        GPtrArray *list = g_ptr_array_new();

        for (guint i = 0; i < all->len; i++) {
                Firmware *firmware = g_ptr_array_index(all, i);

                if (firmware_runs_on(firmware, target, machine) && !has_files_of(list, firmware))
                        g_ptr_array_add(list, firmware);
        }
        return list;
}

const char *const *firmware_pairs(char *const *configured)
{
        static const char *const usual[] = {
                "/usr/share/OVMF/OVMF_CODE.fd:/usr/share/OVMF/OVMF_VARS.fd",
                "/usr/share/OVMF/OVMF_CODE.secboot.fd:/usr/share/OVMF/OVMF_VARS.fd",
                "/usr/share/AAVMF/AAVMF_CODE.fd:/usr/share/AAVMF/AAVMF_VARS.fd",
                "/usr/share/AAVMF/AAVMF32_CODE.fd:/usr/share/AAVMF/AAVMF32_VARS.fd",
                NULL,
        };

        return configured ? (const char *const *)configured : usual;
}

char *firmware_pair_code(const char *pair)
{
        return g_strndup(pair, strcspn(pair, ":"));
}

char *firmware_pair_template(const char *pair)
{
        const char *colon = strchr(pair, ':');

        return colon && colon[1] ? g_strdup(colon + 1) : NULL;
}

bool firmware_enforces_secure_boot(const Firmware *firmware)
{
        const unsigned both = FIRMWARE_SECURE_BOOT | FIRMWARE_REQUIRES_SMM;

        return firmware->uefi && (firmware->features & both) == both;
}
