/* QEMU's command lines on ours. */
#include "convert.h"

#include "qemu_argv/qemu_argv.h"

static int read_argv(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        Domain *d;

        if (qemu_argv_parse(text, length, &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

const ConvertFormat qemu_argv_format = {
        .name = "qemu-argv",
        .kind = "domain",
        .read = read_argv,
};
