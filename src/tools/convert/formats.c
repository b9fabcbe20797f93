/* The formats that vireo-convert knows. */
#include "convert.h"

#include "conf/document_json.h"
#include "conf/domain_rules.h"

/* Between a hypervisor's own format and XML its rules hold. */
static int read_domain(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        unsigned flags = (options->read_flags & ROWS_INACTIVE ? DOMAIN_PARSE_INACTIVE : 0) |
                         (options->read_flags & ROWS_VALIDATE ? DOMAIN_PARSE_VALIDATE : 0);
        Domain *d;

        if (domain_parse_for(options->rules, NULL, text, length, options->path, flags, &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

static int read_xml(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        if (options->rules && options->kind == &domain_kind)
                return read_domain(text, length, options, ret, err);
        return document_read(options->kind, text, length, options->path, options->read_flags, ret, err);
}

static char *write_xml(const void *s, const ConvertOptions *options, Error *err)
{
        return document_write(options->kind, s, options->write_flags, err);
}

static int read_json(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        g_autoptr(Json) json = json_parse(text, length, err);
        const DocumentKind *kind;

        return json ? document_from_json(json, options->read_flags, &kind, ret, err) : -1;
}

static char *write_json(const void *s, const ConvertOptions *options, Error *err)
{
        g_autoptr(Json) json = document_to_json(options->kind, s, options->write_flags, err);
        g_autofree char *text = json ? json_format(json, true) : NULL;

        return text ? g_strconcat(text, "\n", NULL) : NULL;
}

static const DocumentKind *kind_of_json(const char *text, size_t length, Error *err)
{
        g_autoptr(Json) json = json_parse(text, length, err);

        return json ? document_kind_of_json(json, err) : NULL;
}

static const ConvertFormat json_form = {
        .name = "json", .read = read_json, .write = write_json, .kind_of = kind_of_json
};

static const ConvertFormat xml_format = {
        .name = "xml", .read = read_xml, .write = write_xml, .kind_of = document_kind_of
};

/* One a line. */
/* clang-format off */
const ConvertFormat *const convert_formats[] = {
        &xml_format,
        &json_form,
        &bhyve_format_entry,
        &lxc_format_entry,
        &openvz_format_entry,
        &qemu_argv_format,
        &vmx_file_format,
        &xen_xl_format,
        &xen_xm_format,
        &xen_sexpr_format,
        &libxl_format,
        NULL,
};
/* clang-format on */
