/* What a real QEMU says, and the cache of it. */
#include "caps/caps.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "caps/caps_probe.h"
#include "util/auto.h"
#include "util/file.h"

static Loop *loop;

static Json *object(const char *text)
{
        Json *json = json_parse(text, strlen(text), NULL);

        g_assert_nonnull(json);
        return json;
}

static const char answers_text[] =
        "{\"query-version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},\"package\":\"Debian\"},"
        "\"query-target\":{\"arch\":\"x86_64\"},\"query-kvm\":{\"enabled\":false,\"present\":true},"
        "\"query-machines\":[{\"name\":\"none\",\"cpu-max\":1},"
        "{\"name\":\"pc-q35-7.2\",\"alias\":\"q35\",\"cpu-max\":288,\"default-ram-id\":\"pc.ram\"},"
        "{\"name\":\"pc-i440fx-7.2\",\"alias\":\"pc\",\"is-default\":true,\"cpu-max\":255}],"
        "\"query-cpu-definitions\":[{\"name\":\"qemu64\",\"typename\":\"qemu64-x86_64-cpu\","
        "\"unavailable-features\":[]},{\"name\":\"host\",\"unavailable-features\":[\"kvm\"]}],"
        "\"qom-list-types\":[{\"name\":\"virtio-blk-pci\"}],\"query-commands\":[{\"name\":\"stop\"}],"
        "\"query-command-line-options\":[{\"option\":\"sandbox\",\"parameters\":[{\"name\":\"spawn\"}]}]}";

static void test_answers(void)
{
        g_autoptr(Json) answers = object(answers_text);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) caps = qemu_caps_from_answers("/bin/qemu", answers, &err);

        g_assert_nonnull(caps);
        g_assert_cmpuint(caps->version, ==, 7002022);
        g_assert_cmpstr(caps->arch->name, ==, "x86_64");
        g_assert_true(caps->kvm_built_in);
        g_assert_cmpuint(caps->machines->len, ==, 2);
        g_assert_cmpstr(qemu_caps_machine(caps, "q35")->name, ==, "pc-q35-7.2");
        g_assert_cmpstr(qemu_caps_preferred_machine(caps)->name, ==, "pc-i440fx-7.2");
        g_assert_cmpuint(qemu_caps_machine(caps, "pc-q35-7.2")->max_cpus, ==, 288);
        g_assert_null(qemu_caps_machine(caps, "none"));
        g_assert_true(qemu_caps_cpu(caps, "qemu64")->usable);
        g_assert_false(qemu_caps_cpu(caps, "host")->usable);
        g_assert_true(qemu_caps_has_type(caps, "virtio-blk-pci"));
        g_assert_false(qemu_caps_has_type(caps, "virtio-net-pci"));
        g_assert_true(qemu_caps_has_command(caps, "stop"));
        g_assert_true(qemu_caps_has_option(caps, "sandbox.spawn"));
}

/* What goes into the summary comes back from it. */
static void test_summary(void)
{
        g_autoptr(Json) answers = object(answers_text);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) caps = qemu_caps_from_answers("/bin/qemu", answers, &err);
        g_autoptr(QemuSummary) summary = NULL;
        g_autoptr(QemuCaps) back = NULL;

        g_assert_nonnull(caps);
        g_assert_cmpint(qemu_caps_force(caps, "kvm", true), ==, 0);
        g_assert_cmpint(qemu_caps_force(caps, "pcie-root-port", true), ==, 0);
        g_assert_cmpint(qemu_caps_force(caps, "warp-drive", true), ==, 1);
        summary = qemu_caps_summary(caps, answers, 7);
        /* With what every 7.2 has. */
        g_assert_cmpuint(summary->n_flags, ==, 4);
        g_assert_cmpstr(summary->flags[0].name, ==, "kvm");
        g_assert_cmpstr(summary->flags[1].name, ==, "seccomp-sandbox");
        g_assert_cmpuint(summary->microcode, ==, 7);
        back = qemu_caps_from_summary(summary, &err);
        g_assert_nonnull(back);
        g_assert_cmpuint(back->version, ==, caps->version);
        g_assert_true(qemu_caps_has_flag(back, QEMU_PCIE_ROOT_PORT));
        g_assert_true(qemu_caps_has_type(back, "pcie-root-port"));
        g_assert_false(qemu_caps_has_flag(back, QEMU_XHCI));
        g_assert_cmpuint(back->machines->len, ==, 2);
        g_assert_cmpstr(qemu_caps_preferred_machine(back)->alias, ==, "pc");
        g_assert_true(qemu_caps_cpu(back, "qemu64")->usable);
        g_assert_false(qemu_caps_cpu(back, "host")->usable);
}

/* A flag is set by what tells of it, and by nothing else. */
static void test_flags(void)
{
        g_autoptr(Json) answers = object(answers_text);
        g_autoptr(Json) properties = object("{\"list\":[{\"name\":\"scsi\",\"default-value\":false}]}");
        g_autoptr(Json) schema = object("{\"list\":[{\"name\":\"device_add\",\"meta-type\":\"command\","
                                        "\"features\":[\"json-cli-hotplug\"]}]}");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) before = qemu_caps_from_answers("/bin/qemu", answers, &err);
        g_autoptr(QemuCaps) after = NULL;

        json_set(answers, "device-list-properties:virtio-blk-pci", json_ref(json_get(properties, "list")));
        json_set(answers, "query-qmp-schema", json_ref(json_get(schema, "list")));
        after = qemu_caps_from_answers("/bin/qemu", answers, &err);
        g_assert_false(qemu_caps_has_flag(before, QEMU_HAS_VIRTIO_BLK_PCI_SCSI));
        g_assert_true(qemu_caps_has_flag(after, QEMU_HAS_VIRTIO_BLK_PCI_SCSI));
        g_assert_true(qemu_caps_has_flag(after, QEMU_HAS_VIRTIO_BLK_PCI_SCSI_DEFAULT_DISABLED));
        g_assert_false(qemu_caps_has_flag(before, QEMU_HAS_DEVICE_JSON_HOTPLUG));
        g_assert_true(qemu_caps_has_flag(after, QEMU_HAS_DEVICE_JSON_HOTPLUG));
        /* 7.2: newer than 6.0, not older than 5.2 */
        g_assert_true(qemu_caps_has_flag(after, QEMU_HAS_COMPAT_DEPRECATED));
        g_assert_false(qemu_caps_has_flag(after, QEMU_HAS_ENABLE_FIPS));
}

static bool is_good(const char *text, const QemuCapsPlace *place, const char *binary)
{
        g_autoptr(QemuCaps) caps = qemu_caps_file_parse(text, strlen(text), binary, place);

        return caps;
}

/* What was kept is good for the binary, the modules and the writer that it is of; what KVM has to do with, for the
 * processor, its microcode and the kernel too, and as long as there is KVM. */
static void test_place(void)
{
        static const QemuCapsPlace here = { .binary_changed = 10,
                                            .modules_changed = 20,
                                            .look = "a:b",
                                            .writer_changed = 30,
                                            .microcode = 40,
                                            .cpu_signature = "Genuine 1",
                                            .kernel = "6.1 #1",
                                            .kvm = true };
        g_autoptr(Json) answers = object(answers_text);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) caps = qemu_caps_from_answers("/bin/qemu", answers, &err);
        QemuCapsPlace other[8], without = here;
        g_autofree char *plain = NULL, *with_kvm = NULL;

        without.kvm = false;
        plain = qemu_caps_file_format(caps, &without);
        g_assert_cmpint(qemu_caps_force(caps, "kvm", true), ==, 0);
        qemu_summary_free(caps->summary);
        caps->summary = qemu_caps_summary(caps, answers, here.microcode);
        with_kvm = qemu_caps_file_format(caps, &here);
        g_assert_true(is_good(with_kvm, &here, "/bin/qemu"));
        g_assert_true(is_good(plain, &without, "/bin/qemu"));
        g_assert_false(is_good(with_kvm, &here, "/bin/other"));
        for (size_t i = 0; i < G_N_ELEMENTS(other); i++)
                other[i] = here;
        other[0].binary_changed = 11;
        other[1].modules_changed = 21;
        other[2].look = "a:c";
        other[3].writer_changed = 31;
        other[4].kvm = false;
        other[5].microcode = 41;
        other[6].cpu_signature = "Genuine 2";
        other[7].kernel = "6.1 #2";
        for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
                g_assert_false(is_good(with_kvm, &other[i], "/bin/qemu"));
                /* Emulation depends on neither processor nor kernel; with KVM there now the binary is asked again. */
                other[i].kvm = i == 4;
                g_assert_cmpint(is_good(plain, &other[i], "/bin/qemu"), ==, i > 4);
        }
}

static void test_missing_answer(void)
{
        g_autoptr(Json) answers = object("{\"query-version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7}}}");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(qemu_caps_from_answers("/bin/qemu", answers, &err));
        g_assert_nonnull(strstr(err.message, "query-target"));
}

static void test_no_qemu(void)
{
        QemuCapsCache *cache = qemu_caps_cache_new(NULL, loop);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(qemu_caps_get(cache, "/does/not/exist", &err));
        g_assert_cmpint(err.code, ==, VIR_ERR_SYSTEM_ERROR);
        g_assert_nonnull(strstr(err.message, "Cannot check QEMU binary /does/not/exist"));
        error_clear(&err);
        g_assert_null(qemu_caps_get(cache, "/bin/false", &err));
        g_assert_nonnull(strstr(err.message, "Failed to probe capabilities of /bin/false"));
        qemu_caps_cache_free(cache);
}

/* A program that stands for QEMU: counts its runs, then is QEMU. */
static char *counted_qemu(const char *folder, const char *qemu)
{
        char *path = g_build_filename(folder, "qemu", NULL);
        g_autofree char *text = g_strdup_printf("#!/bin/sh\necho x >> %s/runs\nexec %s \"$@\"\n", folder, qemu);

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        g_assert_cmpint(chmod(path, 0755), ==, 0);
        return path;
}

static size_t runs(const char *folder)
{
        g_autofree char *path = g_build_filename(folder, "runs", NULL);
        g_autofree char *text = NULL;
        size_t length = 0;

        return g_file_get_contents(path, &text, &length, NULL) ? length / 2 : 0;
}

static void ask_again(const char *folder, const char *binary, size_t expected_runs)
{
        g_autofree char *kept = g_build_filename(folder, "kept", NULL);
        QemuCapsCache *cache = qemu_caps_cache_new(kept, loop);
        ERROR_AUTO Error err = ERROR_INIT;

        for (int i = 0; i < 2; i++) {
                g_autoptr(QemuCaps) caps = qemu_caps_get(cache, binary, &err);

                if (!caps)
                        g_error("%s", err.message);
                g_assert_cmpuint(caps->machines->len, >, 10);
                g_assert_true(qemu_caps_has_flag(caps, QEMU_PCIE_ROOT_PORT));
                g_assert_true(qemu_caps_has_command(caps, "set-action"));
                g_assert_true(qemu_caps_has_type(caps, "iothread")); /* daemons of level 9.0 ask */
        }
        g_assert_cmpuint(runs(folder), ==, expected_runs);
        qemu_caps_cache_free(cache);
}

/* Nothing stays behind. */
static void leave(const char *folder, const char *kept, const char *file)
{
        g_autofree char *binary = g_build_filename(folder, "qemu", NULL);
        g_autofree char *counter = g_build_filename(folder, "runs", NULL);

        g_assert_cmpint(g_remove(file), ==, 0);
        g_assert_cmpint(g_remove(binary), ==, 0);
        g_assert_cmpint(g_remove(counter), ==, 0);
        g_assert_cmpint(g_rmdir(kept), ==, 0);
        g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void test_cache(void)
{
        g_autofree char *qemu = g_find_program_in_path("qemu-system-x86_64");
        g_autofree char *folder = g_dir_make_tmp("vireo-caps-XXXXXX", NULL);
        g_autofree char *binary = NULL;
        g_autofree char *kept = g_build_filename(folder, "kept", NULL);
        g_auto(GStrv) files = NULL;
        g_autofree char *file = NULL;
        struct utimbuf old = { 1000, 1000 };

        if (!qemu) {
                g_test_skip("needs qemu-system-x86_64");
                return;
        }
        binary = counted_qemu(folder, qemu);
        ask_again(folder, binary, 1);
        ask_again(folder, binary, 1); /* another daemon, the same binary: from disk */
        g_assert_cmpint(utime(binary, &old), ==, 0);
        ask_again(folder, binary, 2); /* it changed */
        g_assert_cmpint(dir_list(kept, ".xml", &files, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(files), ==, 1);
        file = g_build_filename(kept, files[0], NULL);
        g_assert_true(g_file_set_contents(file, "<qemuCaps><emulator>", -1, NULL));
        ask_again(folder, binary, 3); /* a broken file is no answer */
        leave(folder, kept, file);
}

int main(int argc, char **argv)
{
        int r;

        g_test_init(&argc, &argv, NULL);
        loop = loop_new("test", NULL);
        g_assert_nonnull(loop);
        g_test_add_func("/caps/answers", test_answers);
        g_test_add_func("/caps/missing-answer", test_missing_answer);
        g_test_add_func("/caps/summary", test_summary);
        g_test_add_func("/caps/flags", test_flags);
        g_test_add_func("/caps/place", test_place);
        g_test_add_func("/caps/no-qemu", test_no_qemu);
        g_test_add_func("/caps/cache", test_cache);
        r = g_test_run();
        loop_free(loop);
        return r;
}
