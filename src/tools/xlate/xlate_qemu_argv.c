/* How QEMU would be started, on a host that is made of circumstances. */
#include <stdio.h>

#include "util/process.h"
#include "xlate_qemu.h"

/* As a start does it: see guest/start.c. */
static int build(XlateQemu *now, XlateHost *host, Error *err)
{
        g_autoptr(QemuCaps) caps = qemu_caps_of_domain(now->caps, now->domain);
        g_autoptr(QemuArgv) argv = NULL;
        g_autofree char *text = NULL;
        Process *process;

        if (xlate_host_init(host, now->domain, now->json, err) < 0 || qemu_check_start(now->domain, err) < 0 ||
            qemu_check_firmware(now->domain, &now->context, err) < 0 ||
            qemu_prepare(now->domain, caps, &host->host, err) < 0)
                return -1;
        argv = qemu_argv_new(now->domain, caps, &host->host);
        if (qemu_argv_build(argv, err) < 0)
                return -1;
        process = qemu_argv_process(argv);
        text = process_text(process);
        process_free(process);
        puts(text);
        return 0;
}

static int qemu_argv(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(XlateQemu) now = {};
        XlateHost host = {};
        int r;

        if (argc != 4)
                return xlate_fail(&err, CONVERT_USAGE);
        r = xlate_qemu_read(argv, &now, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        r = build(&now, &host, &err);
        xlate_host_done(&host);
        return r < 0 ? xlate_fail(&err, CONVERT_FAILED) : 0;
}

const XlateCommand xlate_qemu_argv = { "qemu-argv", "CIRCUMSTANCES.json RECORDING FILE", qemu_argv };

static int qemu_memlock(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(XlateQemu) now = {};
        uint64_t bytes;
        int r;

        if (argc != 4)
                return xlate_fail(&err, CONVERT_USAGE);
        r = xlate_qemu_read(argv, &now, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        bytes = qemu_memlock_bytes(now.domain);
        if (bytes == UINT64_MAX)
                puts("unlimited");
        else
                printf("%" G_GUINT64_FORMAT "\n", bytes);
        return 0;
}

const XlateCommand xlate_qemu_memlock = { "qemu-memlock", "CIRCUMSTANCES.json RECORDING FILE", qemu_memlock };
