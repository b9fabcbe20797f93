/* Documents as the QEMU driver settles them, with a binary that is a recording. */
#include <stdio.h>
#include <string.h>

#include "conf/domain.h"
#include "conf/qemu_namespace.h"
#include "settle.h"
#include "util/file.h"
#include "xlate.h"

typedef struct Circumstances {
        QemuContext context;
        unsigned parse, format;
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

static int qemu_xml(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = NULL;
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(Domain) domain = NULL;
        g_autofree char *out = NULL;
        g_autofree char *firmware = NULL;
        Circumstances now;

        if (argc != 4)
                return xlate_fail(&err, CONVERT_USAGE);
        rows_register(&qemu_namespace);
        json = read_json(argv[1], &err);
        caps = json ? read_caps(argv[2], &err) : NULL;
        if (!caps)
                return xlate_fail(&err, CONVERT_FAILED);
        read_circumstances(json, caps, &now);
        if (json_get_string(json, "common"))
                now.context.root = firmware = g_strconcat(json_get_string(json, "common"), "/firmware-tree", NULL);
        domain = read_domain(argv[3], &now, &err);
        if (!domain)
                return xlate_fail(&err, CONVERT_REFUSED);
        out = domain_format(domain, now.format, &err);
        if (!out)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_qemu_xml = { "qemu-xml", "CIRCUMSTANCES.json RECORDING FILE", qemu_xml };
