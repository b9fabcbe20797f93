/* See settle.h: which firmware a guest gets: the first of the host's that has what the document asks for. What is found
 * is written down, so that a guest keeps its firmware when the host gets others. */
#include "rules/settle.h"

#include <string.h>

#include "caps/firmware.h"

static YesNo asked_for(const Os *os, FirmwareFeatureName feature)
{
        for (size_t i = 0; i < os->n_firmware_features; i++)
                if (os->firmware_features[i].name == feature)
                        return os->firmware_features[i].enabled;
        return YESNO_ABSENT;
}

static bool has(const Firmware *firmware, unsigned feature)
{
        return firmware->features & feature;
}

static bool feature_fits(const Firmware *firmware, unsigned feature, YesNo wanted)
{
        return wanted == YESNO_ABSENT || (wanted == YESNO_YES) == has(firmware, feature);
}

static bool features_fit(const Domain *domain, const Firmware *firmware)
{
        const Features *features = domain->features;
        const LaunchSecurity *security = domain->launch_security;
        enum { POLICY_ENCRYPTED_STATE = 1 << 2 };

        if (domain->suspend_to_mem == YESNO_YES && !has(firmware, FIRMWARE_ACPI_S3))
                return false;
        if (domain->suspend_to_disk == YESNO_YES && !has(firmware, FIRMWARE_ACPI_S4))
                return false;
        if (has(firmware, FIRMWARE_REQUIRES_SMM) &&
            (domain->os.loader_secure == YESNO_NO || (features && features->smm == SWITCH_OFF)))
                return false;
        if (domain->os.loader_secure == YESNO_YES && !has(firmware, FIRMWARE_SECURE_BOOT))
                return false;
        if (security && security->type == LAUNCH_SECURITY_SEV) {
                if (!has(firmware, FIRMWARE_AMD_SEV))
                        return false;
                if (security->policy.value & POLICY_ENCRYPTED_STATE && !has(firmware, FIRMWARE_AMD_SEV_ES))
                        return false;
        }
        return feature_fits(firmware, FIRMWARE_SECURE_BOOT, asked_for(&domain->os, FIRMWARE_FEATURE_SECURE_BOOT)) &&
               feature_fits(firmware, FIRMWARE_ENROLLED_KEYS, asked_for(&domain->os, FIRMWARE_FEATURE_ENROLLED_KEYS));
}

/* Raw images are what everything knows: others must be asked for, or be the default of new guests. */
static bool format_fits(const char *format, ImageFormat wanted, bool fresh)
{
        int value = format ? enum_value(ImageFormat, IMAGE_FORMAT, format) : IMAGE_FORMAT_RAW;

        if (wanted == IMAGE_FORMAT_NONE)
                return fresh || value == IMAGE_FORMAT_RAW;
        return value == (int)wanted;
}

static bool flash_fits(const Domain *domain, const Firmware *firmware, bool fresh)
{
        const Os *os = &domain->os;
        const OsNvram *nvram = os->nvram;
        ImageFormat variables = nvram ? nvram->source.format : IMAGE_FORMAT_NONE;
        ImageFormat code = os->loader_format != IMAGE_FORMAT_NONE ? os->loader_format : variables;

        if (os->loader_type == LOADER_ROM)
                return false;
        if (firmware->device != (os->loader_stateless == YESNO_YES ? FIRMWARE_FLASH_STATELESS : FIRMWARE_FLASH_SPLIT))
                return false;
        if (os->loader && strcmp(os->loader, firmware->code) != 0)
                return false;
        if (nvram && nvram->template && g_strcmp0(nvram->template, firmware->template) != 0)
                return false;
        /* A path without a format is a raw image's. */
        if (!format_fits(firmware->code_format, os->loader && code == IMAGE_FORMAT_NONE ? IMAGE_FORMAT_RAW : code,
                         fresh))
                return false;
        return variables == IMAGE_FORMAT_NONE || !firmware->template ||
               format_fits(firmware->template_format, variables, fresh);
}

static bool fits(const Domain *domain, const Firmware *firmware, const char *machine, bool fresh)
{
        const Os *os = &domain->os;
        bool bios = os->firmware == FIRMWARE_BIOS || (os->firmware == FIRMWARE_NONE && os->loader_type == LOADER_ROM);

        if (bios ? !firmware->bios : !firmware->uefi)
                return false;
        if (!firmware_runs_on(firmware, qemu_arch_named(os->arch)->target, machine) || !features_fit(domain, firmware))
                return false;
        if (firmware->device == FIRMWARE_MEMORY)
                return bios && os->loader_type != LOADER_PFLASH && os->loader_stateless != YESNO_NO &&
                       (!os->loader || strcmp(os->loader, firmware->code) == 0);
        return flash_fits(domain, firmware, fresh);
}

static void set_feature(Os *os, FirmwareFeatureName name, bool enabled)
{
        FirmwareFeature *feature;
        size_t place = 0;

        if (asked_for(os, name) != YESNO_ABSENT)
                return;
        /* Sorted by name. */
        while (place < os->n_firmware_features && os->firmware_features[place].name < name)
                place++;
        feature = rows_list_insert(&FirmwareFeature_rows, &os->firmware_features, &os->n_firmware_features, place);
        feature->name = name;
        feature->enabled = enabled ? YESNO_YES : YESNO_NO;
}

static ImageFormat format_of(const char *format)
{
        int value = format ? enum_value(ImageFormat, IMAGE_FORMAT, format) : -1;

        return value < 0 || value == IMAGE_FORMAT_RAW ? IMAGE_FORMAT_NONE : (ImageFormat)value;
}

static bool is_local(const OsNvram *nvram)
{
        return nvram->source.type == SOURCE_NONE || nvram->source.type == SOURCE_FILE;
}

static OsNvram *need_nvram(Os *os)
{
        if (!os->nvram) {
                os->nvram = g_new0(OsNvram, 1);
                rows_init(&OsNvram_rows, os->nvram);
        }
        return os->nvram;
}

/* Where the variables of this guest are, when the document does not say. */
static void name_nvram(Domain *domain, const QemuContext *context)
{
        OsNvram *nvram = domain->os.nvram;
        const char *suffix = ".fd";
        const char *folder = context->lib_folder ? context->lib_folder : "/var/lib/libvirt/qemu";

        if (nvram->path || nvram->source.type != SOURCE_NONE)
                return;
        if (context->fresh && nvram->template && strrchr(nvram->template, '.'))
                suffix = strrchr(nvram->template, '.');
        else if (nvram->source.format == IMAGE_FORMAT_QCOW2)
                suffix = ".qcow2";
        nvram->path = g_strdup_printf("%s/nvram/%s_VARS%s", folder, domain->name, suffix);
}

static void apply_flash(Domain *domain, const Firmware *firmware, const QemuContext *context)
{
        Os *os = &domain->os;
        OsNvram *nvram;

        os->loader_type = LOADER_PFLASH;
        os->loader_readonly = YESNO_YES;
        os->loader_format = format_of(firmware->code_format);
        if (!os->loader)
                os->loader = g_strdup(firmware->code);
        if (firmware->device != FIRMWARE_FLASH_SPLIT)
                return;
        nvram = need_nvram(os);
        if (!is_local(nvram))
                return;
        if (!nvram->template)
                nvram->template = g_strdup(firmware->template);
        nvram->source.format = format_of(firmware->template_format);
        name_nvram(domain, context);
}

static void apply(Domain *domain, const Firmware *firmware, const QemuContext *context)
{
        Os *os = &domain->os;

        if (firmware->device == FIRMWARE_MEMORY) {
                os->loader_type = LOADER_ROM;
                if (!os->loader)
                        os->loader = g_strdup(firmware->code);
        } else {
                apply_flash(domain, firmware, context);
        }
        if (has(firmware, FIRMWARE_REQUIRES_SMM)) {
                os->loader_secure = YESNO_YES;
                if (!domain->features) {
                        domain->features = g_new0(Features, 1);
                        rows_init(&Features_rows, domain->features);
                }
                domain->features->smm = SWITCH_ON;
        }
        if (!firmware->uefi)
                return;
        os->firmware = FIRMWARE_EFI;
        /* The keys are in the variables: of those that are somewhere else nothing is known. */
        if (!os->nvram || os->nvram->template)
                set_feature(os, FIRMWARE_FEATURE_ENROLLED_KEYS, has(firmware, FIRMWARE_ENROLLED_KEYS));
        set_feature(os, FIRMWARE_FEATURE_SECURE_BOOT, has(firmware, FIRMWARE_SECURE_BOOT));
}

/* The variables' template of a loader that no descriptor knows. The caller frees; NULL: nobody has told. */
static char *template_of(const QemuContext *context, const char *loader)
{
        for (const char *const *pair = firmware_pairs(context->nvram); *pair; pair++) {
                g_autofree char *code = firmware_pair_code(*pair);

                if (strcmp(code, loader) == 0)
                        return firmware_pair_template(*pair);
        }
        return NULL;
}

/* A loader that no descriptor knows: the guest's copy of the variables must be somewhere all the same. */
static void settle_unknown_loader(Domain *domain, const QemuContext *context)
{
        Os *os = &domain->os;
        OsNvram *nvram;

        if (os->loader_type != LOADER_PFLASH || os->loader_readonly != YESNO_YES || os->loader_stateless == YESNO_YES ||
            os->firmware != FIRMWARE_NONE)
                return;
        nvram = need_nvram(os);
        if (is_local(nvram) && !nvram->template)
                nvram->template = template_of(context, os->loader);
        name_nvram(domain, context);
}

static const Firmware *find(const Domain *domain, const QemuContext *context, const GPtrArray *all)
{
        const QemuMachine *machine = qemu_caps_machine(context->caps, domain->os.machine);

        for (guint i = 0; i < all->len; i++)
                if (fits(domain, g_ptr_array_index(all, i), machine ? machine->name : domain->os.machine,
                         context->fresh))
                        return g_ptr_array_index(all, i);
        return NULL;
}

/* Code and variables are of one kind. */
static int check_formats(const Os *os, Error *err)
{
        ImageFormat code = os->loader_format, variables = os->nvram ? os->nvram->source.format : IMAGE_FORMAT_NONE;

        if (code == IMAGE_FORMAT_NONE || variables == IMAGE_FORMAT_NONE || code == variables)
                return 0;
        return error_set(err, VIR_ERR_XML_ERROR, "Format mismatch: loader.format='%s' nvram.format='%s'",
                         enum_text(ImageFormat, code), enum_text(ImageFormat, variables));
}

int qemu_settle_firmware(Domain *domain, const QemuContext *context, Error *err)
{
        g_autoptr(GPtrArray) all = NULL;
        const Firmware *firmware;
        Os *os = &domain->os;
        bool choose = os->firmware != FIRMWARE_NONE;

        /* What an earlier release accepted is not refused when it is read again. */
        if (context->fresh && !choose && os->n_firmware_features > 0)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "cannot use feature-based firmware autoselection when firmware autoselection is "
                                 "disabled");
        if (os->loader && os->loader_type == LOADER_NONE && !choose)
                os->loader_type = LOADER_ROM;
        /* A flash that the guest writes to is its own; a ROM by name needs no search. */
        if (!choose && (!os->loader || os->loader_type != LOADER_PFLASH || os->loader_readonly != YESNO_YES ||
                        os->loader_stateless == YESNO_YES))
                return 0;
        if (check_formats(os, err) < 0)
                return -1;
        if (context->stored && !choose && os->nvram && (os->nvram->path || os->nvram->source.type != SOURCE_NONE))
                return 0;
        all = firmware_load(context->root ? context->root : "", context->user_config);
        firmware = os->loader_readonly == YESNO_NO ? NULL : find(domain, context, all);
        if (firmware)
                apply(domain, firmware, context);
        else if (choose && context->fresh)
                return error_set(err, VIR_ERR_OPERATION_FAILED,
                                 "Unable to find '%s' firmware that is compatible with the current configuration",
                                 enum_text(OsFirmware, os->firmware));
        else
                settle_unknown_loader(domain, context);
        return 0;
}

int qemu_check_firmware(const Domain *domain, const QemuContext *context, Error *err)
{
        const Os *os = &domain->os;
        g_autoptr(GPtrArray) all = NULL;

        if (os->firmware == FIRMWARE_NONE)
                return 0;
        all = firmware_load(context->root ? context->root : "", context->user_config);
        if (os->loader_readonly != YESNO_NO && find(domain, context, all))
                return 0;
        return error_set(err, VIR_ERR_OPERATION_FAILED,
                         "Unable to find '%s' firmware that is compatible with the current configuration",
                         enum_text(OsFirmware, os->firmware));
}
