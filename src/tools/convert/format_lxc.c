/* Container configurations of LXC on the command line. */
#include "convert.h"

#include "lxc/lxc_conf.h"

static int read_lxc(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        const char *emulator = convert_option(options, "emulator");
        const LxcConfOptions details = {
                .uuid = convert_option(options, "uuid"),
                .emulator = emulator ? emulator : "/usr/libexec/libvirt_lxc",
                .root = "",
        };
        Domain *d;

        if (lxc_conf_parse(text, length, &details, &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

static const char *const lxc_options[] = {
        "uuid: of the domain (default: a random one)",
        "emulator: program that runs the container (default /usr/libexec/libvirt_lxc)",
        NULL,
};

const ConvertFormat lxc_format_entry = { .name = "lxc", .kind = "domain", .options = lxc_options, .read = read_lxc };
