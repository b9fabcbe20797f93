/* The formats that vireo-convert knows. */
#include "convert.h"

static int read_xml(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        return document_read(options->kind, text, length, options->path, options->read_flags, ret, err);
}

static char *write_xml(const void *s, const ConvertOptions *options, Error *err)
{
        return document_write(options->kind, s, options->write_flags, err);
}

static const ConvertFormat xml_format = { .name = "xml", .read = read_xml, .write = write_xml };

const ConvertFormat *const convert_formats[] = {
        &xml_format,
        NULL,
};
