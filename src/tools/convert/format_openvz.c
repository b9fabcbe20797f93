/* Container configurations of OpenVZ on the command line. */
#include "convert.h"

#include "openvz/openvz_conf.h"

static int read_openvz(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        Domain *d;

        if (openvz_conf_parse(text, length, convert_option(options, "ctid"), &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

static const char *const openvz_options[] = {
        "ctid: number of the container, which is its name (the name of the file without .conf)",
        NULL,
};

const ConvertFormat openvz_format_entry = {
        .name = "openvz", .kind = "domain", .options = openvz_options, .read = read_openvz
};
