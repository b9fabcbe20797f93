/* Processors: the calls of cpu/cpu.h on files. */
#include "xlate.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cpu/cpu.h"
#include "util/file.h"

typedef struct Input {
        const char *arch, *host, *models, *qmp, *flags;
        bool guest, definitions;
        char **files;
        int n_files;
} Input;

static int read_options(int argc, char **argv, Input *ret)
{
        static const struct option options[] = {
                { "arch", required_argument, NULL, 'a' },        { "host", required_argument, NULL, 'h' },
                { "models", required_argument, NULL, 'm' },      { "qmp", required_argument, NULL, 'q' },
                { "flags", required_argument, NULL, 'f' },       { "guest", no_argument, NULL, 'g' },
                { "definitions", optional_argument, NULL, 'd' }, {},
        };
        int c;

        optind = 1;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
                switch (c) {
                case 'a': ret->arch = optarg; break;
                case 'h': ret->host = optarg; break;
                case 'm': ret->models = optarg; break;
                case 'q': ret->qmp = optarg; break;
                case 'f': ret->flags = optarg; break;
                case 'g': ret->guest = true; break;
                case 'd': ret->definitions = true; break;
                default: return -1;
                }
        ret->files = argv + optind;
        ret->n_files = argc - optind;
        return ret->arch && ret->n_files > 0 ? 0 : -1;
}

static int read_definition(const char *path, const char *arch, CpuDefinition **ret, Error *err)
{
        g_autofree char *text = NULL;
        size_t length;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            cpu_definition_parse(text, length, ret, err) < 0)
                return -1;
        if (!(*ret)->arch)
                (*ret)->arch = g_strdup(arch);
        return 0;
}

static int read_data(const char *path, CpuData **ret, Error *err)
{
        g_autofree char *text = NULL;
        size_t length;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return -1;
        return cpu_data_parse(text, length, 0, ret, err);
}

/* Replies of QEMU with an empty line between them: the value of `return` of the one at @index. */
static int read_reply(const char *path, size_t index, Json **ret, Error *err)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) replies = NULL;
        g_autoptr(Json) reply = NULL;

        if (file_read(path, CONVERT_INPUT_MAX, &text, NULL, err) < 0)
                return -1;
        replies = g_strsplit(g_strstrip(text), "\n\n", -1);
        if (index >= g_strv_length(replies))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s holds no reply %zu", path, index + 1);
        reply = json_parse(replies[index], strlen(replies[index]), err);
        if (!reply)
                return -1;
        *ret = json_ref(json_get(reply, "return"));
        return 0;
}

/* The models to choose from: those named, or those of a recording; NULL: all. */
static int read_models(const Input *input, GPtrArray **ret, Error *err)
{
        g_autoptr(Json) definitions = NULL;
        g_auto(GStrv) names = NULL;

        *ret = NULL;
        if (input->qmp) {
                if (read_reply(input->qmp, 1, &definitions, err) < 0)
                        return -1;
                return cpu_usable_models_read(definitions, ret, err);
        }
        if (!input->models)
                return 0;
        names = g_strsplit(input->models, ",", -1);
        *ret = cpu_usable_models_new();
        for (size_t i = 0; names[i]; i++)
                cpu_usable_models_add(*ret, names[i], NULL);
        return 0;
}

static int print_definition(CpuDefinition *definition)
{
        g_autofree char *xml = NULL;

        if (!definition->host)
                definition->cpu->fallback = CPU_FALLBACK_FORBID;
        xml = cpu_definition_format(definition);
        fputs(xml, stdout);
        return 0;
}

static int print_cpu(const Cpu *cpu)
{
        g_autofree char *xml = cpu_format(cpu, 0);

        fputs(xml, stdout);
        return 0;
}

static int run_decode(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Input input = { 0 };
        g_autoptr(GPtrArray) models = NULL;
        g_autoptr(CpuDefinition) found = NULL;
        g_autoptr(CpuData) data = NULL;

        if (read_options(argc, argv, &input) < 0)
                return CONVERT_USAGE;
        if (read_data(input.files[0], &data, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        if (read_models(&input, &models, &err) < 0 || cpu_decode(data, !input.guest, models, &found, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        return print_definition(found);
}

static int run_expansion(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Input input = { 0 };
        g_autoptr(GPtrArray) models = NULL;
        g_autoptr(CpuDefinition) found = NULL;
        g_autoptr(Json) expansion = NULL;

        if (read_options(argc, argv, &input) < 0)
                return CONVERT_USAGE;
        if (input.definitions)
                input.qmp = input.files[0];
        if (read_reply(input.files[0], 0, &expansion, &err) < 0 || read_models(&input, &models, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        if (cpu_decode_expansion(input.arch, expansion, models, &found, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        return print_definition(found);
}

static int run_signature(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Input input = { 0 };
        g_autoptr(CpuData) data = NULL;
        g_autoptr(Json) expansion = NULL;
        uint32_t signature;
        unsigned family, model, stepping;

        if (read_options(argc, argv, &input) < 0)
                return CONVERT_USAGE;
        if (g_str_has_suffix(input.files[0], ".json")) {
                if (read_reply(input.files[0], 0, &expansion, &err) < 0)
                        return xlate_fail(&err, CONVERT_REFUSED);
                signature = cpu_expansion_signature(expansion);
        } else {
                if (read_data(input.files[0], &data, &err) < 0)
                        return xlate_fail(&err, CONVERT_REFUSED);
                signature = cpu_data_signature(data);
        }
        cpu_signature_split(signature, &family, &model, &stepping);
        printf("%06x\n", signature);
        printf("family:   %3u (0x%02x)\nmodel:    %3u (0x%02x)\nstepping: %3u (0x%02x)\n", family, family, model, model,
               stepping, stepping);
        return 0;
}

/* What most commands are about: the host's processor and another. */
typedef struct Pair {
        Input input;
        CpuDefinition *host, *cpu;
} Pair;

static void pair_clear(Pair *pair)
{
        cpu_definition_free(pair->host);
        cpu_definition_free(pair->cpu);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

/* 0, or what the program is to end with. */
static int read_pair(int argc, char **argv, Pair *pair)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Input *input = &pair->input;

        if (read_options(argc, argv, input) < 0 || !input->host)
                return CONVERT_USAGE;
        if (read_definition(input->host, input->arch, &pair->host, &err) < 0 ||
            read_definition(input->files[0], input->arch, &pair->cpu, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        return 0;
}

static int run_compare(int argc, char **argv)
{
        static const char *const words[] = { "incompatible", "identical", "superset" };
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(Pair) pair = { 0 };
        virCPUCompareResult result;
        int status = read_pair(argc, argv, &pair);

        if (status != 0)
                return status;
        if (cpu_compare(pair.host, pair.cpu, &result, NULL, &err) < 0) {
                puts("error");
                fprintf(stderr, "error: %s\n", err.message);
                return 0;
        }
        puts(words[result]);
        return 0;
}

static int run_update(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(Pair) pair = { 0 };
        int status = read_pair(argc, argv, &pair);

        if (status != 0)
                return status;
        if (cpu_update(pair.cpu->cpu, pair.host, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        return print_cpu(pair.cpu->cpu);
}

static int translate(const Input *input, const CpuDefinition *host, CpuDefinition *guest, Error *err)
{
        g_autoptr(GPtrArray) models = NULL;
        g_autofree char *why = NULL;
        virCPUCompareResult result;

        cpu_convert_legacy(input->arch, guest->cpu);
        if (read_models(input, &models, err) < 0 || cpu_update(guest->cpu, host, err) < 0 ||
            cpu_compare(host, guest, &result, &why, err) < 0)
                return -1;
        if (result == VIR_CPU_COMPARE_INCOMPATIBLE)
                return error_set(err, VIR_ERR_CPU_INCOMPATIBLE, "%s", why);
        return cpu_translate(input->arch, guest->cpu, models, err);
}

static int run_guest(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(Pair) pair = { 0 };
        int status = read_pair(argc, argv, &pair);

        if (status != 0)
                return status;
        if (translate(&pair.input, pair.host, pair.cpu, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        return print_cpu(pair.cpu->cpu);
}

static void definition_free(void *p)
{
        cpu_definition_free(p);
}

/* A <cpu>, or several in one <cpuTest>. */
static int read_definitions(const char *path, const char *arch, GPtrArray *cpus, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(XmlDocument) document = NULL;
        size_t length;
        XmlNode *node = NULL;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            xml_read(text, length, path, NULL, &document, err) < 0)
                return -1;
        if (strcmp(xml_root(document)->name, "cpu") == 0) {
                CpuDefinition *cpu;

                if (read_definition(path, arch, &cpu, err) < 0)
                        return -1;
                g_ptr_array_add(cpus, cpu);
                return 0;
        }
        while ((node = xml_child(xml_root(document), NULL, "cpu", node))) {
                g_autofree char *xml = xml_slice(node);
                CpuDefinition *cpu;

                if (cpu_definition_parse(xml, strlen(xml), &cpu, err) < 0)
                        return -1;
                g_ptr_array_add(cpus, cpu);
        }
        return 0;
}

static int run_baseline(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Input input = { 0 };
        g_autoptr(GPtrArray) cpus = g_ptr_array_new_with_free_func(definition_free);
        g_autoptr(GPtrArray) models = NULL;
        g_auto(GStrv) paths = NULL;
        g_autoptr(Cpu) cpu = NULL;
        unsigned flags = 0;

        if (read_options(argc, argv, &input) < 0)
                return CONVERT_USAGE;
        if (input.flags && strstr(input.flags, "expanded"))
                flags |= VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES;
        if (input.flags && strstr(input.flags, "migratable"))
                flags |= VIR_CONNECT_BASELINE_CPU_MIGRATABLE;
        paths = g_strsplit(input.files[0], ",", -1);
        for (size_t i = 0; paths[i]; i++)
                if (read_definitions(paths[i], input.arch, cpus, &err) < 0)
                        return xlate_fail(&err, CONVERT_REFUSED);
        if (read_models(&input, &models, &err) < 0 ||
            cpu_baseline(input.arch, (CpuDefinition *const *)cpus->pdata, cpus->len, models, flags, &cpu, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        return print_cpu(cpu);
}

static int run_has_feature(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Input input = { 0 };
        g_autoptr(CpuDefinition) cpu = NULL;
        int r;

        if (read_options(argc, argv, &input) < 0 || input.n_files != 2)
                return CONVERT_USAGE;
        if (read_definition(input.files[0], input.arch, &cpu, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        r = cpu_has_feature(cpu, input.files[1], &err);
        puts(r < 0 ? "error" : r ? "yes" : "no");
        return 0;
}

static int run_words(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) words = NULL;
        g_autoptr(CpuData) data = NULL;
        g_autofree char *xml = NULL;

        if (argc != 2)
                return CONVERT_USAGE;
        if (read_reply(argv[1], 0, &words, &err) < 0 || cpu_data_from_words(words, &data, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = cpu_data_format(data, 0);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_cpu_decode = { "cpu-decode", "--arch ARCH [--guest] [--qmp FILE] DATA", run_decode };
const XlateCommand xlate_cpu_expansion = { "cpu-expansion", "--arch ARCH [--definitions] REPLIES", run_expansion };
const XlateCommand xlate_cpu_signature = { "cpu-signature", "--arch ARCH DATA|REPLIES.json", run_signature };
const XlateCommand xlate_cpu_compare = { "cpu-compare", "--arch ARCH --host CPU CPU", run_compare };
const XlateCommand xlate_cpu_update = { "cpu-update", "--arch ARCH --host CPU CPU", run_update };
const XlateCommand xlate_cpu_guest = { "cpu-guest", "--arch ARCH --host CPU [--models NAME,...] CPU", run_guest };
const XlateCommand xlate_cpu_baseline = { "cpu-baseline", "--arch ARCH [--flags FLAG,...] CPU,...", run_baseline };
const XlateCommand xlate_cpu_has_feature = { "cpu-has-feature", "--arch ARCH CPU FEATURE", run_has_feature };
const XlateCommand xlate_cpu_words = { "cpu-words", "REPLY", run_words };
