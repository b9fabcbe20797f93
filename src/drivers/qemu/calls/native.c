/* Between definitions and QEMU's command lines. A line is only shown: nothing is opened or reserved for it, so sockets
 * and files stand at their paths, and taps are those that QEMU makes itself. What only a start can open is refused. */
#include <string.h>

#include "argv/argv.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "caps/host_offer.h"
#include "guest/host_devices.h"
#include "guest/instance.h"
#include "qemu_argv/qemu_argv.h"
#include "util/process.h"

static int check_format(const char *format, Error *err)
{
        if (strcmp(format, "qemu-argv") == 0)
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG, "unsupported config type %s; the QEMU driver knows qemu-argv",
                         format);
}

static int open_nothing(QemuHost *host, const QemuFdAsk *ask, Error *err)
{
        if (ask->optional)
                return QEMU_NO_FD;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "a command line cannot show '%s': QEMU gets '%s' as a descriptor, which only a start opens",
                         ask->alias ? ask->alias : "it", ask->path ? ask->path : "something");
}

/* The first that a start would try. */
static int any_port(QemuHost *host, QemuPort kind, int wanted, Error *err)
{
        return wanted > 0 ? wanted : (int)host->conf->display_port_min;
}

static int any_cid(QemuHost *host, bool automatic, unsigned *cid, Error *err)
{
        enum { FIRST_CID = 3 };

        if (automatic)
                *cid = FIRST_CID;
        return 0;
}

static char *show(QemuInstance *instance, Domain *domain, const QemuCaps *caps, Error *err)
{
        g_autofree char *lib_dir = guest_folder(instance, domain->id, domain->name);
        g_autofree char *channel_dir = channel_folder(instance, domain->id, domain->name);
        QemuHost host = {
                .conf = instance->conf,
                .lib_dir = lib_dir,
                .run_dir = instance->run_dir,
                .channel_dir = channel_dir,
                .system = instance->system,
                .cpu = qemu_host_cpu(),
                .migrate_fd = -1,
                .shown = true,
                .open_fd = open_nothing,
                .take_port = any_port,
                .take_cid = any_cid,
                .scsi_generic = host_scsi_generic,
        };
        g_autoptr(QemuArgv) argv = qemu_argv_new(domain, caps, &host);
        Process *process;
        char *text;

        if (qemu_check_start(domain, err) < 0 || qemu_prepare(domain, caps, &host, err) < 0 ||
            qemu_argv_build(argv, err) < 0)
                return NULL;
        process = qemu_argv_process(argv);
        text = process_text(process);
        process_free(process);
        return text;
}

char *qemu_connect_domain_xml_to_native(virConnectPtr conn, const char *format, const char *xml, unsigned int flags,
                                        Error *err)
{
        QemuInstance *instance = instance_of(conn);
        g_autoptr(Domain) domain = NULL;
        QemuCaps *caps;
        char *text;

        if (check_call_flags(flags, 0, "qemuConnectDomainXMLToNative", err) < 0 || check_format(format, err) < 0)
                return NULL;
        domain = qemu_document_read(instance, xml, false, err);
        caps = domain ? qemu_caps_get(instance->caps, domain->emulator, err) : NULL;
        if (!caps)
                return NULL;
        text = show(instance, domain, caps, err);
        qemu_caps_unref(caps);
        return text;
}

char *qemu_connect_domain_xml_from_native(virConnectPtr conn, const char *format, const char *config,
                                          unsigned int flags, Error *err)
{
        g_autoptr(Domain) domain = NULL;

        if (check_call_flags(flags, 0, "qemuConnectDomainXMLFromNative", err) < 0 || check_format(format, err) < 0 ||
            qemu_argv_parse(config, strlen(config), &domain, err) < 0)
                return NULL;
        return domain_format(domain, DOMAIN_FORMAT_INACTIVE, err);
}
