/* Processors. Expectations: Intel's manual (volume 2A, CPUID), AMD's (volume 3, appendix E), Power ISA's version
 * registers, and libvirt's pages on CPU documents. */
#include "cpu/cpu.h"

#include <glib/gstdio.h>
#include <string.h>

static CpuDefinition *read_cpu(const char *xml, const char *arch)
{
        ERROR_AUTO Error err = ERROR_INIT;
        CpuDefinition *cpu = NULL;

        if (cpu_definition_parse(xml, strlen(xml), &cpu, &err) < 0)
                g_error("%s", err.message);
        if (!cpu->arch)
                cpu->arch = g_strdup(arch);
        return cpu;
}

/* Features that the manuals number. */
static void test_places(void)
{
        static const struct {
                const char *name;
                unsigned leaf, subleaf, reg, bit;
        } known[] = {
                { "fpu", 1, 0, 3, 0 },
                { "sse3", 1, 0, 2, 0 },
                { "vmx", 1, 0, 2, 5 },
                { "hypervisor", 1, 0, 2, 31 },
                { "avx2", 7, 0, 1, 5 },
                { "avx512-bf16", 7, 1, 0, 5 },
                { "xsaves", 13, 1, 0, 3 },
                { "svm", 0x80000001, 0, 2, 2 },
                { "nx", 0x80000001, 0, 3, 20 },
                { "lm", 0x80000001, 0, 3, 29 },
                { "invtsc", 0x80000007, 0, 3, 8 },
                { "npt", 0x8000000a, 0, 3, 0 },
        };
        unsigned leaf, subleaf, reg, bit;

        for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
                g_assert_true(cpu_cpuid_place(known[i].name, &leaf, &subleaf, &reg, &bit));
                g_assert_cmpuint(leaf, ==, known[i].leaf);
                g_assert_cmpuint(subleaf, ==, known[i].subleaf);
                g_assert_cmpuint(reg, ==, known[i].reg);
                g_assert_cmpuint(bit, ==, known[i].bit);
        }
        g_assert_false(cpu_cpuid_place("no-such-thing", &leaf, &subleaf, &reg, &bit));
        g_assert_false(cpu_cpuid_place("rdctl-no", &leaf, &subleaf, &reg, &bit)); /* IA32_ARCH_CAPABILITIES */
}

/* Extended family and model: 0x000906e9 is family 6 model 158, 0x00800f11 family 23 model 1. */
static void test_signature(void)
{
        unsigned family, model, stepping;

        cpu_signature_split(0x000906e9, &family, &model, &stepping);
        g_assert_cmpuint(family, ==, 6);
        g_assert_cmpuint(model, ==, 158);
        g_assert_cmpuint(stepping, ==, 9);
        cpu_signature_split(0x00800f11, &family, &model, &stepping);
        g_assert_cmpuint(family, ==, 23);
        g_assert_cmpuint(model, ==, 1);
        g_assert_cmpuint(stepping, ==, 1);
}

static virCPUCompareResult compare_read(const CpuDefinition *host, const char *cpu_xml, const char *arch)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) cpu = read_cpu(cpu_xml, arch);
        g_autofree char *why = NULL;
        virCPUCompareResult result;

        if (cpu_compare(host, cpu, &result, &why, &err) < 0)
                return VIR_CPU_COMPARE_ERROR;
        g_assert_true((result == VIR_CPU_COMPARE_INCOMPATIBLE) == (why != NULL));
        return result;
}

static virCPUCompareResult compare(const char *host_xml, const char *cpu_xml, const char *arch)
{
        g_autoptr(CpuDefinition) host = read_cpu(host_xml, arch);

        return compare_read(host, cpu_xml, arch);
}

#define HOST                  "<cpu><arch>x86_64</arch><model>Nehalem</model><vendor>Intel</vendor><feature name='vmx'/></cpu>"
#define GUEST(MATCH, REST)    "<cpu match='" MATCH "'><model>Nehalem</model>" REST "</cpu>"
#define FEATURE(POLICY, NAME) "<feature policy='" POLICY "' name='" NAME "'/>"

/* formatdomain: what match and policy mean. */
static void test_compare(void)
{
        static const struct {
                const char *guest;
                virCPUCompareResult result;
        } cases[] = {
                { GUEST("exact", ""), VIR_CPU_COMPARE_SUPERSET },
                { GUEST("strict", ""), VIR_CPU_COMPARE_INCOMPATIBLE },
                { GUEST("strict", FEATURE("require", "vmx")), VIR_CPU_COMPARE_IDENTICAL },
                { GUEST("strict", FEATURE("disable", "vmx")), VIR_CPU_COMPARE_IDENTICAL },
                { GUEST("exact", FEATURE("require", "avx")), VIR_CPU_COMPARE_INCOMPATIBLE },
                { GUEST("exact", FEATURE("force", "avx")), VIR_CPU_COMPARE_SUPERSET },
                { GUEST("exact", FEATURE("optional", "avx")), VIR_CPU_COMPARE_SUPERSET },
                { GUEST("exact", FEATURE("forbid", "vmx")), VIR_CPU_COMPARE_INCOMPATIBLE },
                { GUEST("exact", FEATURE("forbid", "svm")), VIR_CPU_COMPARE_SUPERSET },
                { GUEST("exact", "<vendor>AMD</vendor>"), VIR_CPU_COMPARE_INCOMPATIBLE },
                { GUEST("exact", FEATURE("require", "teleport")), VIR_CPU_COMPARE_ERROR },
                { "<cpu><model>Unheard-Of</model></cpu>", VIR_CPU_COMPARE_ERROR },
                { HOST, VIR_CPU_COMPARE_IDENTICAL },
                { "<cpu><arch>ppc64</arch><model>POWER8</model></cpu>", VIR_CPU_COMPARE_INCOMPATIBLE },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
                g_assert_cmpint(compare(HOST, cases[i].guest, "x86_64"), ==, cases[i].result);
}

/* What one source of knowledge has not the other may have. */
static void test_add(void)
{
        g_autoptr(CpuDefinition) host = read_cpu(HOST, "x86_64");
        g_autoptr(CpuDefinition) more =
                read_cpu("<cpu><arch>x86_64</arch><model>SandyBridge</model><feature name='mpx'/></cpu>", "x86_64");

        g_assert_cmpint(cpu_add(host, more, NULL), ==, 0);
        g_assert_cmpint(compare_read(host, GUEST("exact", FEATURE("require", "mpx")), "x86_64"), ==,
                        VIR_CPU_COMPARE_SUPERSET);
        g_assert_cmpint(
                compare_read(host, "<cpu><model>SandyBridge</model>" FEATURE("require", "vmx") "</cpu>", "x86_64"), ==,
                VIR_CPU_COMPARE_SUPERSET);
        g_assert_cmpint(compare_read(host, GUEST("exact", FEATURE("require", "avx2")), "x86_64"), ==,
                        VIR_CPU_COMPARE_INCOMPATIBLE);
}

/* A processor runs the modes of its own generation and of those before. */
static void test_power(void)
{
        static const char host[] = "<cpu><arch>ppc64</arch><model>POWER8</model><vendor>IBM</vendor></cpu>";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) found = NULL;

        g_assert_cmpint(compare(host, "<cpu mode='host-model'><model>power7</model></cpu>", "ppc64"), ==,
                        VIR_CPU_COMPARE_IDENTICAL);
        g_assert_cmpint(compare(host, "<cpu mode='host-model'><model>power9</model></cpu>", "ppc64"), ==,
                        VIR_CPU_COMPARE_INCOMPATIBLE);
        g_assert_cmpint(compare(host, "<cpu><model>POWER8_v1.0</model></cpu>", "ppc64"), ==, VIR_CPU_COMPARE_IDENTICAL);
        g_assert_cmpint(compare(host, "<cpu><model>POWER7</model></cpu>", "ppc64"), ==, VIR_CPU_COMPARE_INCOMPATIBLE);
        /* POWER9 DD2.2: version 0x004e, revision 0x1202 */
        g_assert_cmpint(cpu_decode_version("ppc64", 0x004e1202, &found, &err), ==, 0);
        g_assert_cmpstr(found->cpu->model, ==, "POWER9");
}

/* MIDR_EL1 of a Cortex-A72 r0p3: implementer 0x41, part 0xd08. */
static void test_arm(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) found = NULL;
        CpuDefinition *none = NULL;

        g_assert_cmpint(cpu_decode_version("aarch64", 0x410fd083, &found, &err), ==, 0);
        g_assert_cmpstr(found->cpu->model, ==, "cortex-a72");
        g_assert_cmpstr(found->cpu->vendor, ==, "ARM");
        g_assert_cmpint(cpu_decode_version("aarch64", 0x000fd083, &none, &err), ==, -1);
}

/* host-model takes the host's processor, less what keeps a guest from moving; the guest's own word stands. */
static void test_update(void)
{
        static const char xml[] = "<cpu><arch>x86_64</arch><model>Nehalem</model><feature name='invtsc'/>"
                                  "<feature name='vmx'/></cpu>";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) host = read_cpu(xml, NULL);
        g_autoptr(CpuDefinition) guest =
                read_cpu("<cpu mode='host-model'>" FEATURE("disable", "vmx") FEATURE("optional", "avx") "</cpu>", NULL);
        g_autofree char *text = NULL;

        g_assert_cmpint(cpu_update(guest->cpu, host, &err), ==, 0);
        text = cpu_definition_format(guest);
        g_assert_cmpstr(text, ==,
                        "<cpu mode='custom' match='exact'>\n"
                        "  <model fallback='allow'>Nehalem</model>\n"
                        "  <feature policy='disable' name='vmx'/>\n"
                        "  <feature policy='disable' name='avx'/>\n"
                        "</cpu>\n");
}

static void test_translate(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GPtrArray) models = cpu_usable_models_new();
        g_autoptr(CpuDefinition) guest = read_cpu(GUEST("exact", ""), NULL);

        cpu_usable_models_add(models, "Penryn", NULL);
        g_assert_cmpint(cpu_translate("x86_64", guest->cpu, models, &err), ==, 0);
        g_assert_cmpstr(guest->cpu->model, ==, "Penryn");
        g_assert_cmpuint(guest->cpu->n_features, ==, 2); /* Nehalem brought SSE4.2 and POPCNT */
        guest->cpu->fallback = CPU_FALLBACK_FORBID;
        g_assert_cmpint(cpu_translate("x86_64", guest->cpu, models, &err), ==, 0);
        g_ptr_array_set_size(models, 0);
        g_assert_cmpint(cpu_translate("x86_64", guest->cpu, models, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
}

static void test_baseline(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) old = read_cpu("<cpu><arch>x86_64</arch><model>Penryn</model></cpu>", NULL);
        g_autoptr(CpuDefinition) new = read_cpu(HOST, NULL);
        g_autoptr(CpuDefinition) other = read_cpu("<cpu><arch>x86_64</arch><model>Opteron_G3</model></cpu>", NULL);
        CpuDefinition *const pair[] = { old, new };
        CpuDefinition *const mixed[] = { other, new };
        g_autoptr(Cpu) cpu = NULL;
        g_autoptr(Cpu) none = NULL;

        g_assert_cmpint(cpu_baseline("x86_64", pair, 2, NULL, 0, &cpu, &err), ==, 0);
        g_assert_cmpstr(cpu->model, ==, "Penryn");
        g_assert_cmpuint(cpu->n_features, ==, 0);
        g_assert_null(cpu->vendor); /* not all said it */
        g_assert_cmpint(cpu_baseline("x86_64", mixed, 2, NULL, 0, &none, &err), ==, -1);
}

/* Words of CPUID in QEMU's form come back as leaves, in order. */
static void test_words(void)
{
        static const char text[] = "[{\"cpuid-register\":\"EDX\",\"cpuid-input-eax\":2147483649,\"features\":1048576},"
                                   "{\"cpuid-register\":\"ECX\",\"cpuid-input-eax\":1,\"features\":5}]";
        static const char wrong[] = "[{\"cpuid-register\":\"ESI\",\"cpuid-input-eax\":1,\"features\":5}]";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) words = json_parse(text, strlen(text), &err);
        g_autoptr(Json) bad = json_parse(wrong, strlen(wrong), &err);
        g_autoptr(CpuData) data = NULL;
        CpuData *none = NULL;

        g_assert_cmpint(cpu_data_from_words(words, &data, &err), ==, 0);
        g_assert_cmpuint(data->n_answers, ==, 2);
        g_assert_cmpuint(data->answers[0].leaf, ==, 1);
        g_assert_cmpuint(data->answers[0].ecx, ==, 5);
        g_assert_cmpuint(data->answers[1].edx, ==, 1U << 20);
        g_assert_cmpint(cpu_data_from_words(bad, &none, &err), ==, -1);
}

/* A 486 without virtual-8086 extensions, on a hypervisor, whose QEMU knows of AES and cannot give it, and that has a
 * feature of a model-specific register. Bits: Intel's manual, volume 2A, CPUID. */
static void test_live(void)
{
        static const char text[] =
                "[{\"cpuid-register\":\"EDX\",\"cpuid-input-eax\":1,\"features\":9},"
                "{\"cpuid-register\":\"ECX\",\"cpuid-input-eax\":1,\"features\":2147483648},"
                "{\"cpuid-register\":\"EDX\",\"cpuid-input-eax\":7,\"cpuid-input-ecx\":0,\"features\":536870912}]";
        static const char *const denied[] = { "aes", "vme", "x-nobody-knows", NULL };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) guest =
                read_cpu("<cpu><model>486</model><feature name='pse' policy='disable'/></cpu>", NULL);
        g_autoptr(Json) words = json_parse(text, strlen(text), &err);
        g_autoptr(CpuData) given = NULL;
        g_autoptr(GPtrArray) untold = NULL;
        g_autofree char *extra = NULL;
        g_autofree char *missing = NULL;
        g_autofree char *xml = NULL;

        g_assert_cmpint(cpu_data_from_words(words, &given, &err), ==, 0);
        untold = cpu_untold_features(given);
        g_assert_true(g_ptr_array_find_with_equal_func(untold, "rdctl-no", g_str_equal, NULL));
        g_assert_false(g_ptr_array_find_with_equal_func(untold, "vmx-ept", g_str_equal, NULL));
        cpu_data_add_untold(given, "rdctl-no");
        g_assert_true(cpu_can_tell_live("x86_64"));
        g_assert_false(cpu_can_tell_live("aarch64"));
        g_assert_cmpint(cpu_update_live("x86_64", guest->cpu, given, denied, &extra, &missing, &err), ==, 0);
        g_assert_cmpstr(extra, ==, "pse,hypervisor,arch-capabilities,rdctl-no");
        g_assert_cmpstr(missing, ==, "vme,aes");
        xml = cpu_format(guest->cpu, 0);
        g_assert_nonnull(strstr(xml, "<feature policy='require' name='pse'/>\n"
                                     "  <feature policy='disable' name='vme'/>\n"
                                     "  <feature policy='disable' name='aes'/>\n"));
}

/* As `qemu-system-x86_64 -cpu help` lists them; the last as QEMU from 5.2 has it. */
static void test_qemu_names(void)
{
        g_assert_cmpstr(cpu_qemu_feature("x86_64", "pclmuldq"), ==, "pclmulqdq");
        g_assert_cmpstr(cpu_qemu_feature("i686", "lahf_lm"), ==, "lahf-lm");
        g_assert_cmpstr(cpu_qemu_feature("x86_64", "fxsr_opt"), ==, "fxsr-opt");
        g_assert_cmpstr(cpu_qemu_feature("x86_64", "pni"), ==, "pni");
        g_assert_cmpstr(cpu_qemu_feature("x86_64", "sse4.1"), ==, "sse4.1");
        g_assert_cmpstr(cpu_qemu_feature("x86_64", "of-tomorrow"), ==, "of-tomorrow");
        g_assert_cmpstr(cpu_qemu_feature("s390x", "sea_esop2"), ==, "sea_esop2");
        g_assert_cmpstr(cpu_qemu_feature("x86_64", "vmx-invvpid-single-context-noglobals"), ==,
                        "vmx-invept-single-context-noglobals");
}

static CpuDefinition *host_with_cpuinfo(const char *arch, const char *text)
{
        g_autofree char *root = g_dir_make_tmp("cpu-XXXXXX", NULL);
        g_autofree char *proc = g_build_filename(root, "proc", NULL);
        g_autofree char *path = g_build_filename(proc, "cpuinfo", NULL);
        CpuDefinition *found;

        g_assert_cmpint(g_mkdir(proc, 0700), ==, 0);
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        found = cpu_of_host(root, arch);
        g_assert_cmpint(g_unlink(path), ==, 0);
        g_assert_cmpint(g_rmdir(proc), ==, 0);
        g_assert_cmpint(g_rmdir(root), ==, 0);
        return found;
}

/* As Linux writes /proc/cpuinfo there. */
static void test_foreign_host(void)
{
        g_autoptr(CpuDefinition) power =
                host_with_cpuinfo("ppc64le", "processor\t: 0\ncpu\t\t: POWER9, altivec supported\n"
                                             "revision\t: 2.2 (pvr 004e 1202)\n");
        g_autoptr(CpuDefinition) arm = host_with_cpuinfo("aarch64", "processor\t: 0\nCPU implementer\t: 0x41\n"
                                                                    "CPU part\t: 0xd0c\nCPU revision\t: 1\n");
        g_autoptr(CpuDefinition) none = host_with_cpuinfo("riscv64", "processor\t: 0\nisa\t: rv64imafdc\n");

        g_assert_cmpstr(power->cpu->model, ==, "POWER9");
        g_assert_cmpstr(power->arch, ==, "ppc64le");
        g_assert_cmpstr(arm->cpu->model, ==, "Neoverse-N1");
        g_assert_cmpstr(arm->cpu->vendor, ==, "ARM");
        g_assert_null(none->cpu->model);
        g_assert_cmpstr(none->arch, ==, "riscv64");
}

/* The instruction agrees with what the kernel says of the same processor. */
static void test_this_host(void)
{
#ifdef __x86_64__
        g_autoptr(CpuDefinition) host = cpu_of_host("", "x86_64");
        g_autofree char *text = NULL;

        g_assert_true(g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL));
        g_assert_nonnull(host->cpu->model);
        if (strstr(text, "AuthenticAMD"))
                g_assert_cmpstr(host->cpu->vendor, ==, "AMD");
        if (strstr(text, "GenuineIntel"))
                g_assert_cmpstr(host->cpu->vendor, ==, "Intel");
        for (const char *const *name = (const char *const[]){ "sse2", "avx2", "aes", "rdrand", "lm", NULL }; *name;
             name++) {
                g_autofree char *word = g_strdup_printf(" %s ", *name);

                g_assert_cmpint(cpu_has_feature(host, *name, NULL), ==, strstr(text, word) != NULL);
        }
        g_assert_cmpuint(host->cpu->phys_bits.value, >=, 36);
#else
        g_test_skip("needs x86");
#endif
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/cpu/places", test_places);
        g_test_add_func("/cpu/signature", test_signature);
        g_test_add_func("/cpu/compare", test_compare);
        g_test_add_func("/cpu/add", test_add);
        g_test_add_func("/cpu/power", test_power);
        g_test_add_func("/cpu/arm", test_arm);
        g_test_add_func("/cpu/update", test_update);
        g_test_add_func("/cpu/translate", test_translate);
        g_test_add_func("/cpu/baseline", test_baseline);
        g_test_add_func("/cpu/words", test_words);
        g_test_add_func("/cpu/live", test_live);
        g_test_add_func("/cpu/qemu-names", test_qemu_names);
        g_test_add_func("/cpu/foreign-host", test_foreign_host);
        g_test_add_func("/cpu/this-host", test_this_host);
        return g_test_run();
}
