/* Documents as the QEMU driver settles them, with a binary that is a recording. */
#include <stdio.h>
#include <string.h>

#include "conf/driver_namespaces.h"
#include "util/file.h"
#include "xlate_qemu.h"

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

static void read_circumstances(const Json *json, QemuCaps *caps, XlateQemu *ret)
{
        const char *state = json_get_string(json, "state");
        int64_t number = 0;

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
        /* What has an id runs, whatever its document says. */
        if (json_has(json, "domain_id")) {
                ret->parse |= DOMAIN_PARSE_STATUS;
        } else if (g_strcmp0(state, "live") != 0) {
                ret->parse |= DOMAIN_PARSE_INACTIVE;
                ret->format |= DOMAIN_FORMAT_INACTIVE;
        }
}

static Domain *read_domain(const char *path, XlateQemu *now, Error *err)
{
        g_autofree char *text = NULL;
        Domain *domain = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            domain_parse_for(&qemu_rules, &now->context, text, length, path, now->parse, &domain, err) < 0)
                return NULL;
        return domain;
}

int xlate_qemu_read(char **argv, XlateQemu *now, Error *err)
{
        memset(now, 0, sizeof(*now));
        now->json = read_json(argv[1], err);
        now->caps = now->json ? read_caps(argv[2], err) : NULL;
        if (!now->caps)
                return CONVERT_FAILED;
        read_circumstances(now->json, now->caps, now);
        if (json_get_string(now->json, "common"))
                now->firmware = g_strconcat(json_get_string(now->json, "common"), "/firmware-tree", NULL);
        now->context.root = now->firmware;
        domain_register_namespaces();
        now->domain = read_domain(argv[3], now, err);
        return now->domain ? 0 : CONVERT_REFUSED;
}

void xlate_qemu_done(XlateQemu *now)
{
        domain_unref(now->domain);
        qemu_caps_unref(now->caps);
        json_unref(now->json);
        g_free(now->swtpm);
        g_free(now->firmware);
}

static int qemu_xml(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *out = NULL;
        g_auto(XlateQemu) now = {};
        int r;

        if (argc != 4)
                return xlate_fail(&err, CONVERT_USAGE);
        r = xlate_qemu_read(argv, &now, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        out = domain_format(now.domain, now.format, &err);
        if (!out)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_qemu_xml = { "qemu-xml", "CIRCUMSTANCES.json RECORDING FILE", qemu_xml };
