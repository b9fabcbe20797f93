/* Xen's formats on the command line: xl and xm configuration files, xend's S-expressions. */
#include "convert.h"

#include "util/text.h"
#include "xen/libxl_json.h"
#include "xen/xen.h"
#include "xen/xen_rules.h"

static XenPlaces places(const ConvertOptions *options)
{
        return (XenPlaces){
                .loader = convert_option(options, "loader"),
                .firmware_folder = convert_option(options, "firmware-folder"),
        };
}

static int settle(Domain *d, Error *err)
{
        return domain_settle_for(&xen_rules, NULL, d, DOMAIN_PARSE_INACTIVE, err) < 0 ||
                               domain_check_for(&xen_rules, NULL, d, err) < 0
                       ? -1
                       : 0;
}

static int read_config(XenDialect dialect, const char *text, size_t length, const ConvertOptions *options, void **ret,
                       Error *err)
{
        g_autoptr(Domain) d = NULL;
        XenPlaces where = places(options);
        const char *name = options->path ? options->path : "(stdin)";

        if (xen_config_read(dialect, &where, name, text, length, &d, err) < 0 || settle(d, err) < 0)
                return -1;
        *ret = g_steal_pointer(&d);
        return 0;
}

static char *write_config(XenDialect dialect, const void *s, const ConvertOptions *options, Error *err)
{
        g_autoptr(Domain) d = domain_copy(s);
        XenPlaces where = places(options);

        return settle(d, err) < 0 ? NULL : xen_config_write(dialect, &where, d, err);
}

static int read_xl(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        return read_config(XEN_XL, text, length, options, ret, err);
}

static char *write_xl(const void *s, const ConvertOptions *options, Error *err)
{
        return write_config(XEN_XL, s, options, err);
}

static int read_xm(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        return read_config(XEN_XM, text, length, options, ret, err);
}

static char *write_xm(const void *s, const ConvertOptions *options, Error *err)
{
        return write_config(XEN_XM, s, options, err);
}

static int xend_version(const ConvertOptions *options, int *ret, Error *err)
{
        const char *text = convert_option(options, "xend-version");

        *ret = XEND_3_1_0;
        if (text && !text_to_int(text, 10, ret))
                return error_set(err, VIR_ERR_INVALID_ARG, "xend-version=%s is no number", text);
        return 0;
}

static bool wants_no_passwords(const ConvertOptions *options)
{
        return g_strcmp0(convert_option(options, "passwords"), "no") == 0;
}

static void drop_passwords(Domain *d)
{
        for (size_t i = 0; i < d->n_graphics; i++)
                if (d->graphics[i].type == GRAPHICS_VNC)
                        g_clear_pointer(&d->graphics[i].vnc.password, g_free);
}

/* What xend reports is a running guest as it is: nothing is filled in. */
static int read_sexpr(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        g_autoptr(Domain) d = NULL;
        int version;

        if (xend_version(options, &version, err) < 0 || xen_sexpr_read(text, length, version, &d, err) < 0)
                return -1;
        if (wants_no_passwords(options))
                drop_passwords(d);
        *ret = g_steal_pointer(&d);
        return 0;
}

static char *write_sexpr(const void *s, const ConvertOptions *options, Error *err)
{
        g_autoptr(Domain) d = domain_copy(s);
        g_autofree char *text = NULL;
        int version;

        if (xend_version(options, &version, err) < 0 || settle(d, err) < 0)
                return NULL;
        text = xen_sexpr_write(d, version, err);
        return text ? g_strconcat(text, "\n", NULL) : NULL;
}

/* Offline nobody hands out ports: the first one. */
static void set_ports(Domain *d)
{
        enum { FIRST_PORT = 5900 };

        for (size_t i = 0; i < d->n_graphics; i++)
                if (d->graphics[i].type == GRAPHICS_VNC && d->graphics[i].vnc.port <= 0)
                        d->graphics[i].vnc.port = FIRST_PORT + (int)i;
}

static char *write_libxl(const void *s, const ConvertOptions *options, Error *err)
{
        g_autoptr(Domain) d = domain_copy(s);
        g_autoptr(Json) json = NULL;
        const char *shadow = convert_option(options, "shadow-memory");
        LibxlHost host = { 0 };
        g_autofree char *text = NULL;

        if (shadow && !text_to_uint64(shadow, 10, &host.shadow_kib))
                return error_null(err, VIR_ERR_INVALID_ARG, "shadow-memory=%s is no number", shadow);
        if (settle(d, err) < 0)
                return NULL;
        set_ports(d);
        json = libxl_json(d, &host, err);
        text = json ? json_format(json, true) : NULL;
        return text ? g_strconcat(text, "\n", NULL) : NULL;
}

static const char *const libxl_options[] = {
        "shadow-memory: KiB that Xen needs for its own tables of the guest",
        NULL,
};

static const char *const config_options[] = {
        "loader: path of hvmloader",
        "firmware-folder: where ovmf.bin is",
        NULL,
};

static const char *const sexpr_options[] = {
        "xend-version: generation of the format, 1 (Xen 3.0.2) to 4 (3.1.0, the default)",
        "passwords: no leaves them out of what is read",
        NULL,
};

const ConvertFormat xen_xl_format = { .name = "xen-xl",
                                      .kind = "domain",
                                      .options = config_options,
                                      .read = read_xl,
                                      .write = write_xl,
                                      .rules = &xen_rules };
const ConvertFormat xen_xm_format = { .name = "xen-xm",
                                      .kind = "domain",
                                      .options = config_options,
                                      .read = read_xm,
                                      .write = write_xm,
                                      .rules = &xen_rules };
const ConvertFormat xen_sexpr_format = { .name = "xen-sexpr",
                                         .kind = "domain",
                                         .options = sexpr_options,
                                         .read = read_sexpr,
                                         .write = write_sexpr,
                                         .rules = &xen_rules };
const ConvertFormat libxl_format = {
        .name = "libxl-json", .kind = "domain", .options = libxl_options, .write = write_libxl, .rules = &xen_rules
};
