/* What the documents of libvirt say a domain's capabilities depend on, with a binary that is made up. */
#include "caps/domain_caps.h"

#include <string.h>

#include "caps/firmware.h"

static const char summary_text[] =
        "<qemuCaps><emulator>/bin/qemu</emulator><qemuctime>1</qemuctime><selfctime>1</selfctime><selfvers>1</selfvers>"
        "<flag name='vnc'/><flag name='tpm-tis'/><flag name='tpm-emulator'/><flag name='usb-storage'/>"
        "<version>8002000</version><microcodeVersion>0</microcodeVersion><arch>x86_64</arch>"
        "<hostCPU type='tcg' model='base' migratability='yes'>"
        "<property name='vendor' type='string' value='AuthenticAMD'/></hostCPU>"
        "<cpu type='tcg' name='qemu64' typename='qemu64-x86_64-cpu' usable='yes'/>"
        "<cpu type='tcg' name='base' typename='base-x86_64-cpu' usable='yes'/>"
        "<cpu type='tcg' name='Nehalem' typename='Nehalem-x86_64-cpu'/>"
        "<machine type='tcg' name='pc-i440fx-8.2' alias='pc' maxCpus='255' default='yes'/>"
        "<machine type='tcg' name='pc-q35-8.2' alias='q35' maxCpus='4096'/></qemuCaps>";

static const char firmware_text[] =
        "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"mode\":\"split\","
        "\"executable\":{\"filename\":\"/code.fd\",\"format\":\"raw\"},"
        "\"nvram-template\":{\"filename\":\"/vars.fd\",\"format\":\"raw\"}},"
        "\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"pc-q35-*\"]}],"
        "\"features\":[\"requires-smm\",\"secure-boot\"]}";

static void free_firmware(void *firmware)
{
        firmware_free(firmware);
}

static bool has_code_only(const char *path)
{
        return strcmp(path, "/code.fd") == 0 || strcmp(path, "/old.fd") == 0;
}

static char *capabilities_on(const char *machine, const char *host_arch)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuSummary) summary = NULL;
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(DomainCapabilities) document = NULL;
        g_autoptr(Json) json = json_parse(firmware_text, strlen(firmware_text), &err);
        g_autoptr(GPtrArray) firmwares = g_ptr_array_new_with_free_func(free_firmware);
        char *const nvram[] = { (char *)"/old.fd:/oldvars.fd", (char *)"/gone.fd:/v.fd", NULL };
        const QemuHostOffer host = { .arch = host_arch,
                                     .firmwares = firmwares,
                                     .nvram = nvram,
                                     .has_file = has_code_only,
                                     .swtpm_versions = (char *)"2.0" };

        g_ptr_array_add(firmwares, firmware_parse(json, &err));
        g_assert_cmpint(qemu_summary_parse(summary_text, strlen(summary_text), 0, &summary, &err), ==, 0);
        caps = qemu_caps_from_summary(summary, &err);
        g_assert_nonnull(caps);
        document = qemu_domain_capabilities(caps, NULL, machine, VIRT_QEMU, &host, &err);
        if (!document) {
                g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
                return NULL;
        }
        return domain_capabilities_format(document, 0);
}

static char *capabilities(const char *machine)
{
        return capabilities_on(machine, "x86_64");
}

static void test_machines(void)
{
        g_autofree char *pc = capabilities(NULL);
        g_autofree char *q35 = capabilities("q35");

        g_assert_null(capabilities("toaster"));
        g_assert_nonnull(strstr(pc, "<machine>pc-i440fx-8.2</machine>"));
        g_assert_nonnull(strstr(pc, "<value>ide</value>"));
        g_assert_null(strstr(pc, "<value>efi</value>"));
        g_assert_nonnull(strstr(q35, "<vcpu max='4096'/>"));
        g_assert_null(strstr(q35, "<value>ide</value>"));
        g_assert_nonnull(strstr(q35, "<value>efi</value>"));
        g_assert_nonnull(strstr(q35, "<value>/code.fd</value>"));
        g_assert_nonnull(strstr(q35, "<enum name='secure'>\n        <value>yes</value>"));
        g_assert_null(strstr(pc, "<enum name='secure'>\n        <value>yes</value>"));
}

static void test_flags(void)
{
        g_autofree char *text = capabilities("pc");

        g_assert_nonnull(strstr(text, "<value>vnc</value>"));
        g_assert_null(strstr(text, "<value>spice</value>"));
        g_assert_null(strstr(text, "<value>spicevmc</value>"));
        g_assert_nonnull(strstr(text, "<redirdev supported='no'/>"));
        g_assert_nonnull(strstr(text, "<value>tpm-tis</value>"));
        g_assert_null(strstr(text, "<value>tpm-crb</value>"));
        g_assert_nonnull(strstr(text, "<value>2.0</value>"));
        g_assert_nonnull(strstr(text, "<sev supported='no'/>"));
}

static void test_models(void)
{
        g_autofree char *text = capabilities("pc");

        g_assert_nonnull(strstr(text, "<model usable='yes' vendor='unknown'>qemu64</model>"));
        g_assert_nonnull(strstr(text, "<model usable='unknown' vendor='Intel'>Nehalem</model>"));
        g_assert_null(strstr(text, ">base</model>"));
        g_assert_nonnull(strstr(text, "<mode name='host-passthrough' supported='no'/>"));
        g_assert_nonnull(strstr(text, "<mode name='host-model' supported='yes'>"));
}

/* The images of qemu.conf are for machines that no descriptor is for; of any that are named those that exist. */
static void test_loaders(void)
{
        g_autofree char *pc = capabilities("pc");
        g_autofree char *q35 = capabilities("q35");

        g_assert_nonnull(strstr(pc, "<value>/old.fd</value>"));
        g_assert_null(strstr(pc, "/gone.fd"));
        g_assert_null(strstr(pc, "/oldvars.fd"));
        g_assert_null(strstr(q35, "/old.fd"));
}

/* What emulation has of another processor is not the host's. */
static void test_foreign(void)
{
        g_autofree char *text = capabilities_on("pc", "aarch64");

        g_assert_nonnull(strstr(text, "<mode name='host-model' supported='no'/>"));
        g_assert_nonnull(strstr(text, "<mode name='custom' supported='yes'>"));
}

/* A descriptor says the same after it was read. */
static void test_firmware(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = json_parse(firmware_text, strlen(firmware_text), &err);
        Firmware *firmware = firmware_parse(json, &err);
        g_autoptr(Json) back = firmware_format(firmware);
        g_autofree char *before = json_format(json, false);
        g_autofree char *after = json_format(back, false);

        g_assert_cmpstr(after, ==, before);
        g_assert_true(firmware_enforces_secure_boot(firmware));
        g_assert_true(firmware_runs_on(firmware, "x86_64", "pc-q35-8.2"));
        g_assert_false(firmware_runs_on(firmware, "i386", "pc-q35-8.2"));
        firmware_free(firmware);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/domain-caps/machines", test_machines);
        g_test_add_func("/domain-caps/flags", test_flags);
        g_test_add_func("/domain-caps/models", test_models);
        g_test_add_func("/domain-caps/loaders", test_loaders);
        g_test_add_func("/domain-caps/foreign", test_foreign);
        g_test_add_func("/domain-caps/firmware", test_firmware);
        return g_test_run();
}
