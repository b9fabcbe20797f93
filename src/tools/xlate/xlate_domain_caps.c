/* What domains can have, and firmware descriptors: of a host whose facts the caller fixes. */
#include <stdio.h>
#include <string.h>

#include "bhyve/bhyve_domain_caps.h"
#include "caps/domain_caps.h"
#include "caps/firmware.h"
#include "util/file.h"
#include "xen/xen_domain_caps.h"
#include "xlate.h"

static Json *read_json(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        return json_parse(text, length, err);
}

static QemuCaps *read_summary(const char *path, const char *emulator, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(QemuSummary) summary = NULL;
        QemuCaps *caps;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            qemu_summary_parse(text, length, 0, &summary, err) < 0)
                return NULL;
        caps = qemu_caps_from_summary(summary, err);
        if (caps) {
                g_free(caps->binary);
                caps->binary = g_strdup(emulator);
        }
        return caps;
}

static CpuDefinition *read_host_cpu(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        CpuDefinition *cpu = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            cpu_definition_parse(text, length, &cpu, err) < 0)
                return NULL;
        return cpu;
}

static char *joined(const Json *list)
{
        GString *text = g_string_new(NULL);

        for (size_t i = 0; i < json_length(list); i++)
                g_string_append_printf(text, "%s%s", i ? " " : "", json_text(json_at(list, i)));
        return g_string_free(text, FALSE);
}

/* Firmware descriptors stand below the corpus's folder as if it were "/". */
static GPtrArray *read_firmwares(const Json *circumstances, bool user)
{
        const char *common = json_get_string(circumstances, "common");
        g_autofree char *root = g_strconcat(common ? common : "", "/firmware-tree", NULL);

        return firmware_load(root, user ? "/home/user/.config" : NULL);
}

static DomainCapabilities *of_qemu(const Json *now, const char *summary, Error *err)
{
        static const char *const loaders[] = { "/obviously/fake/firmware1.fd", "/obviously/fake/firmware2.fd", NULL };
        const char *type = json_get_string(now, "virttype");
        const char *emulator = json_get_string(now, "emulator"), *arch = json_get_string(now, "arch");
        g_autoptr(QemuCaps) caps = read_summary(summary, emulator, err);
        g_autoptr(CpuDefinition) cpu = caps ? read_host_cpu(json_get_string(now, "host_cpu"), err) : NULL;
        g_autoptr(GPtrArray) firmwares = read_firmwares(now, false);
        g_autofree char *swtpm = joined(json_get(now, "swtpm_versions"));
        /* Of 509 encrypted guests those from 451 on have no encrypted state. */
        const QemuHostOffer host = { .arch = arch,
                                     .cpu = cpu,
                                     .phys_bits = 64,
                                     .firmwares = firmwares,
                                     .loaders = loaders,
                                     .vfio = true,
                                     .swtpm_versions = swtpm,
                                     .sev_guests = { .set = true, .value = 509 - 451 + 1 },
                                     .sev_es_guests = { .set = true, .value = 451 - 1 } };

        if (!cpu)
                return NULL;
        return qemu_domain_capabilities(caps, arch, json_get_string(now, "machine"),
                                        (VirtType)enum_value(VirtType, VIRT, type), &host, err);
}

static bool bhyve_has(const Json *now, const char *feature)
{
        const Json *list = json_get(now, "bhyve_caps");

        for (size_t i = 0; i < json_length(list); i++)
                if (g_strcmp0(json_text(json_at(list, i)), feature) == 0)
                        return true;
        return false;
}

/* Of a driver that has told nothing. */
static DomainCapabilities *of_nothing(const Json *now)
{
        DomainCapabilities *document = domain_capabilities_new();

        document->emulator = g_strdup(json_get_string(now, "emulator"));
        document->type = (VirtType)enum_value(VirtType, VIRT, json_get_string(now, "virttype"));
        document->machine = g_strdup(json_get_string(now, "machine"));
        document->arch = g_strdup(json_get_string(now, "arch"));
        domain_capabilities_complete(document);
        return document;
}

static DomainCapabilities *answer(const Json *now, const char *summary, Error *err)
{
        static const char *const bhyve_firmwares[] = { "/foo/bar", "/foo/baz", NULL };
        static const char *const xen_firmwares[] = { "/usr/lib/xen/boot/hvmloader", "/usr/lib/xen/boot/ovmf.bin",
                                                     NULL };
        const char *driver = json_get_string(now, "driver");
        const char *emulator = json_get_string(now, "emulator"), *arch = json_get_string(now, "arch");

        if (!driver)
                return of_qemu(now, summary, err);
        if (strcmp(driver, "libxl") == 0)
                return xen_domain_capabilities(emulator, arch, json_get_string(now, "machine"), xen_firmwares);
        if (strcmp(driver, "bhyve") == 0)
                return bhyve_domain_capabilities(emulator, arch, bhyve_has(now, "lpc-bootrom"), bhyve_has(now, "fbuf"),
                                                 bhyve_firmwares);
        return of_nothing(now);
}

static int domain_caps(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) now = NULL;
        g_autoptr(DomainCapabilities) document = NULL;
        g_autofree char *out = NULL;

        if (argc != 2 && argc != 3)
                return CONVERT_USAGE;
        now = read_json(argv[1], &err);
        if (!now)
                return xlate_fail(&err, CONVERT_REFUSED);
        document = answer(now, argv[2], &err);
        if (!document)
                return xlate_fail(&err, CONVERT_FAILED);
        out = domain_capabilities_format(document, 0);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_domain_caps = { "domain-caps", "CIRCUMSTANCES [SUMMARY]", domain_caps };

static int firmware(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = NULL;
        g_autoptr(Json) back = NULL;
        g_autofree char *out = NULL;
        Firmware *parsed;

        if (argc != 2)
                return CONVERT_USAGE;
        json = read_json(argv[1], &err);
        parsed = json ? firmware_parse(json, &err) : NULL;
        if (!parsed)
                return xlate_fail(&err, CONVERT_REFUSED);
        back = firmware_format(parsed);
        firmware_free(parsed);
        out = json_format(back, true);
        puts(out);
        return 0;
}

const XlateCommand xlate_firmware = { "firmware", "DESCRIPTOR", firmware };

/* Those for a machine, the preferred first. */
static int firmware_select(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) now = NULL;
        g_autoptr(GPtrArray) all = NULL;
        g_autoptr(GPtrArray) fitting = NULL;
        const QemuArch *arch;

        if (argc != 2)
                return CONVERT_USAGE;
        now = read_json(argv[1], &err);
        arch = now && json_get_string(now, "arch") ? qemu_arch_named(json_get_string(now, "arch")) : NULL;
        if (!arch || !json_get_string(now, "machine"))
                return CONVERT_USAGE;
        all = read_firmwares(now, true);
        fitting = firmware_for(all, arch->target, json_get_string(now, "machine"));
        for (guint i = 0; i < fitting->len; i++) {
                const Firmware *one = g_ptr_array_index(fitting, i);

                printf("%s %s\n", one->code, one->template ? one->template : "NULL");
        }
        return 0;
}

const XlateCommand xlate_firmware_select = { "firmware-select", "CIRCUMSTANCES", firmware_select };
