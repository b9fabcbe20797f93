/* A guest's memory as a file for crash and gdb: QEMU writes it to a descriptor of ours. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "calls/lifecycle.h"
#include "guest/lock_files.h"
#include "guest/memory_dump.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "vireo/events.h"

static const char *const formats[] = {
        [VIR_DOMAIN_CORE_DUMP_FORMAT_RAW] = "elf",
        [VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB] = "kdump-zlib",
        [VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_LZO] = "kdump-lzo",
        [VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_SNAPPY] = "kdump-snappy",
        [VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP] = "win-dmp",
};

typedef struct Dump {
        Guest *guest;
        const char *path;
        const char *format;
        unsigned flags;
        int fd;
} Dump;

static int pause_guest(const Dump *dump, Qmp *qmp, int id, Error *err)
{
        if (qmp_call(qmp, "stop", NULL, MONITOR_MS, NULL, err) < 0 ||
            guest_set_state(dump->guest, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_DUMP, err) < 0)
                return -1;
        emit_lifecycle(dump->guest->instance, dump->guest->entry, id, VIR_DOMAIN_EVENT_SUSPENDED,
                       VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
        return 0;
}

static int resume_guest(const Dump *dump, Qmp *qmp, const DomainView *before, Error *err)
{
        int id = before->id;

        if (guest_locks_cont(dump->guest, before->live, qmp, err) < 0 ||
            guest_set_state(dump->guest, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED, err) < 0)
                return -1;
        emit_lifecycle(dump->guest->instance, dump->guest->entry, id, VIR_DOMAIN_EVENT_RESUMED,
                       VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        return 0;
}

/* After a dump that is whole: the guest ends, begins again or goes on. After one that failed it goes on. */
static int what_then(const Dump *dump, Qmp *qmp, const DomainView *before, bool whole, Error *err)
{
        bool ran = before->state == VIR_DOMAIN_RUNNING;

        if (whole && dump->flags & VIR_DUMP_CRASH) {
                guest_stop(dump->guest, VIR_DOMAIN_SHUTOFF_CRASHED, VIR_DOMAIN_EVENT_STOPPED_CRASHED);
                return 0;
        }
        if (whole && dump->flags & VIR_DUMP_RESET && qmp_call(qmp, "system_reset", NULL, MONITOR_MS, NULL, err) < 0)
                return -1;
        return ran && !(dump->flags & VIR_DUMP_LIVE) ? resume_guest(dump, qmp, before, err) : 0;
}

static int job_dump(void *opaque, Error *err)
{
        const Dump *dump = opaque;
        g_autoptr(DomainView) view = domain_view_get(dump->guest->entry);
        g_autoptr(Qmp) qmp = NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        bool whole;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        qmp = guest_monitor(dump->guest, err);
        if (!qmp || guest_check_dump(dump->guest, dump->format, err) < 0)
                return -1;
        if (!(dump->flags & VIR_DUMP_LIVE) && view->state == VIR_DOMAIN_RUNNING &&
            pause_guest(dump, qmp, view->id, err) < 0)
                return -1;
        whole = guest_dump_memory(dump->guest, dump->fd, dump->format, &why) == 0;
        if (what_then(dump, qmp, view, whole, whole ? err : NULL) < 0 && whole)
                return -1;
        return whole ? 0 : error_move(err, &why);
}

static int check_dump(const Dump *dump, unsigned format, Error *err)
{
        enum { KNOWN = VIR_DUMP_CRASH | VIR_DUMP_LIVE | VIR_DUMP_BYPASS_CACHE | VIR_DUMP_RESET | VIR_DUMP_MEMORY_ONLY };

        if (dump->flags & ~(unsigned)KNOWN)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "unsupported flags (0x%x) in function qemuDomainCoreDumpWithFormat",
                                 dump->flags & ~(unsigned)KNOWN);
        if (format >= G_N_ELEMENTS(formats))
                return error_set(err, VIR_ERR_INVALID_ARG, "unknown core dump format %u", format);
        if (!(dump->flags & VIR_DUMP_MEMORY_ONLY))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "a dump with the state of devices is not supported yet; --memory-only makes one that "
                                 "crash and gdb read");
        if (dump->flags & VIR_DUMP_BYPASS_CACHE)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "a memory-only dump cannot bypass the host's cache");
        return 0;
}

int qemu_domain_core_dump_with_format(virDomainPtr domain, const char *to, unsigned int dumpformat, unsigned int flags,
                                      Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;
        Dump dump = { .path = to, .flags = flags };
        AUTO_FD int fd = -1;
        int r;

        if (check_dump(&dump, dumpformat, err) < 0)
                return -1;
        dump.format = formats[dumpformat];
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        dump.guest = guest_of(entry);
        fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0)
                return error_errno(err, errno, "failed to create '%s'", to);
        dump.fd = fd;
        r = domain_job(entry, "dump", job_dump, &dump, err);
        if (r < 0)
                unlink(to);
        return r;
}
