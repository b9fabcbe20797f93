/* Status files of QEMU guests, as a driver reads them when it starts: the rules of QEMU fill in what an older daemon left
 * out. Of the binary nothing is known but that it runs. */
#include <stdio.h>

#include "conf/domain_status.h"
#include "conf/driver_namespaces.h"
#include "rules/settle.h"
#include "util/file.h"
#include "xlate.h"

static int qemu_status(int argc, char **argv)
{
        enum { FLAGS = ROWS_STATUS | ROWS_SECURE };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(DomainStatus) status = NULL;
        g_autoptr(QemuCaps) caps = NULL;
        QemuContext context = { 0 };
        g_autofree char *text = NULL;
        g_autofree char *out = NULL;
        size_t length = 0;

        if (argc != 2)
                return CONVERT_USAGE;
        domain_register_namespaces();
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        if (domain_status_parse(text, length, FLAGS, &status, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        context.caps = caps = qemu_caps_new(status->domain->emulator);
        if (qemu_settle_implied(status->domain, &context, &err) < 0 ||
            qemu_settle_devices(status->domain, &context, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        out = domain_status_format(status, FLAGS);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_qemu_status = { "qemu-status", "FILE", qemu_status };
