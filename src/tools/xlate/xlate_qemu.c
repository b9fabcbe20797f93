/* Documents as the QEMU driver settles them, with a binary that is a recording. */
#include <stdio.h>
#include <string.h>

#include "conf/driver_namespaces.h"
#include "rules/settle.h"
#include "util/file.h"
#include "xlate.h"

typedef struct Circumstances {
        QemuContext context;
        unsigned parse, format;
        char *swtpm;
} Circumstances;

static Json *read_json(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        return json_parse(text, length, err);
}

static QemuCaps *read_caps(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(Json) answers = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        answers = qemu_answers_of_recording(text, length, err);
        return answers ? qemu_caps_from_answers("/usr/bin/qemu", answers, err) : NULL;
}

/* The emulator is not of this machine: where it usually is. */
static char *usual_binary(const char *arch)
{
        const QemuArch *row = qemu_arch_named(arch);

        return row ? g_strdup_printf("/usr/bin/qemu-system-%s", row->target) : NULL;
}

static void choose_gic(QemuCaps *caps, const char *gic)
{
        if (!gic)
                return;
        caps->gic_kvm = caps->gic_tcg = (strcmp(gic, "v3") != 0 ? 1U << 2 : 0) | (strcmp(gic, "v2") != 0 ? 1U << 3 : 0);
}

static void force_all(QemuCaps *caps, const Json *names, bool value)
{
        for (size_t i = 0; i < json_length(names); i++)
                if (json_text(json_at(names, i)))
                        qemu_caps_force(caps, json_text(json_at(names, i)), value);
}

/* What only the host's system tells is in the summary of the set. */
static bool summary_says(const char *path, const char *words)
{
        g_autofree char *text = NULL;

        return path && file_read(path, CONVERT_INPUT_MAX, &text, NULL, NULL) == 0 && strstr(text, words);
}

/* A list, or a text. */
static char *versions_of(const Json *json)
{
        GString *out = g_string_new(json_text(json));

        for (size_t i = 0; i < json_length(json); i++)
                g_string_append_printf(out, "%s ", json_text(json_at(json, i)) ? json_text(json_at(json, i)) : "");
        return g_string_free(out, FALSE);
}

static void read_circumstances(const Json *json, QemuCaps *caps, Circumstances *ret)
{
        const char *state = json_get_string(json, "state");
        int64_t number = 0;

        memset(ret, 0, sizeof(*ret));
        ret->context.caps = caps;
        json_get_bool(json, "latest", &ret->context.keep_machine_name);
        json_get_bool(json, "abi_update", &ret->context.fresh);
        ret->context.vnc_auto_unix_socket =
                json_get_int(json_get(json, "conf"), "vnc_auto_unix_socket", &number) && number != 0;
        ret->context.audio_driver = g_getenv("QEMU_AUDIO_DRV");
        force_all(caps, json_get(json, "caps_add"), true);
        force_all(caps, json_get(json, "caps_del"), false);
        caps->hvf |= summary_says(json_get_string(json, "caps"), "<flag name='hvf'/>");
        ret->context.swtpm_versions = "1.2 2.0";
        if (json_get(json, "swtpm_versions"))
                ret->context.swtpm_versions = ret->swtpm = versions_of(json_get(json, "swtpm_versions"));
        ret->context.sdl_driver = g_getenv("SDL_AUDIODRIVER");
        choose_gic(caps, json_get_string(json, "gic"));
        ret->context.find_binary = usual_binary;
        ret->format = DOMAIN_FORMAT_SECURE;
        if (g_strcmp0(state, "live") != 0) {
                ret->parse |= DOMAIN_PARSE_INACTIVE;
                ret->format |= DOMAIN_FORMAT_INACTIVE;
        }
}

static Domain *read_domain(const char *path, Circumstances *now, Error *err)
{
        g_autofree char *text = NULL;
        Domain *domain = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            domain_parse_for(&qemu_rules, &now->context, text, length, path, now->parse, &domain, err) < 0)
                return NULL;
        return domain;
}

/* What a command needs: CIRCUMSTANCES.json RECORDING FILE. The caller unrefs @ret_caps. */
static int read_all(char **argv, QemuCaps **ret_caps, Circumstances *now, Domain **ret, Error *err)
{
        g_autoptr(Json) json = read_json(argv[1], err);
        g_autofree char *firmware = NULL;

        *ret_caps = json ? read_caps(argv[2], err) : NULL;
        if (!*ret_caps)
                return CONVERT_FAILED;
        read_circumstances(json, *ret_caps, now);
        if (json_get_string(json, "common"))
                firmware = g_strconcat(json_get_string(json, "common"), "/firmware-tree", NULL);
        now->context.root = firmware;
        domain_register_namespaces();
        *ret = read_domain(argv[3], now, err);
        g_clear_pointer(&now->swtpm, g_free);
        now->context.root = NULL;
        return *ret ? 0 : CONVERT_REFUSED;
}

static int qemu_xml(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(Domain) domain = NULL;
        g_autofree char *out = NULL;
        Circumstances now;
        int r;

        if (argc != 4)
                return xlate_fail(&err, CONVERT_USAGE);
        r = read_all(argv, &caps, &now, &domain, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        out = domain_format(domain, now.format, &err);
        if (!out)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_qemu_xml = { "qemu-xml", "CIRCUMSTANCES.json RECORDING FILE", qemu_xml };

/* Only what is refused, for now: there is no host for the command line here. */
static int qemu_check_only(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(Domain) domain = NULL;
        Circumstances now;
        int r;

        if (argc != 4)
                return xlate_fail(&err, CONVERT_USAGE);
        r = read_all(argv, &caps, &now, &domain, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        error_set(&err, VIR_ERR_NO_SUPPORT, "the document is fine, but command lines are not built here yet");
        return xlate_fail(&err, CONVERT_USAGE);
}

const XlateCommand xlate_qemu_argv = { "qemu-argv", "CIRCUMSTANCES.json RECORDING FILE", qemu_check_only };
