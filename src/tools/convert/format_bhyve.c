/* Command lines of bhyve on the command line. */
#include "convert.h"

#include "bhyve/bhyve_argv.h"

static int read_bhyve(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        Domain *d;

        if (bhyve_argv_parse(text, length, convert_option(options, "uuid"), &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

static const char *const bhyve_options[] = {
        "uuid: of the domain, where the command has none (default: a random one)",
        NULL,
};

const ConvertFormat bhyve_format_entry = {
        .name = "bhyve-argv", .kind = "domain", .options = bhyve_options, .read = read_bhyve
};
