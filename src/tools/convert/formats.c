/* The formats that vireo-convert knows. */
#include "convert.h"

#include "conf/document_json.h"

static int read_xml(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
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

const ConvertFormat *const convert_formats[] = {
        &xml_format,
        &json_form,
        NULL,
};
