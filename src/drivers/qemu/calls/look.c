/* A look into a guest's memory and disks, its labels and errors. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "calls/target.h"
#include "calls/lifecycle.h"
#include "conf/sysinfo.h"
#include "guest/disk_name.h"
#include "guest/instance.h"
#include "guest/label.h"
#include "util/auto.h"

/* Memory: QEMU writes it into a file of ours. */

typedef struct Peek {
        Guest *guest;
        uint64_t start;
        size_t size;
        void *buffer;
        bool virtual;
} Peek;

static Json *peek_arguments(const Peek *peek, const char *path)
{
        Json *arguments = json_object();

        json_set(arguments, "val", json_uint(peek->start));
        json_set(arguments, "size", json_uint(peek->size));
        json_set(arguments, "filename", json_string(path));
        if (peek->virtual)
                json_set(arguments, "cpu-index", json_int(0));
        return arguments;
}

static int read_whole(int fd, void *buffer, size_t size, const char *what, Error *err)
{
        size_t done = 0;

        while (done < size) {
                ssize_t n = pread(fd, (char *)buffer + done, size - done, (off_t)done);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return error_errno(err, errno, "failed to read %s", what);
                if (n == 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "%s ends after %zu of %zu bytes", what, done,
                                         size);
                done += (size_t)n;
        }
        return 0;
}

static int peek_into(const Peek *peek, Qmp *qmp, int fd, const char *path, Error *err)
{
        const QemuInstance *instance = peek->guest->instance;

        /* QEMU opens it by name, as whoever it is. */
        if (instance->uid != (uid_t)-1 && fchown(fd, instance->uid, instance->gid) < 0)
                return error_errno(err, errno, "cannot give %s to QEMU", path);
        if (qmp_call(qmp, peek->virtual ? "memsave" : "pmemsave", peek_arguments(peek, path), MONITOR_MS, NULL, err) <
            0)
                return -1;
        return read_whole(fd, peek->buffer, peek->size, "the guest's memory", err);
}

static int job_memory(void *opaque, Error *err)
{
        const Peek *peek = opaque;
        g_autoptr(Qmp) qmp = guest_monitor(peek->guest, err);
        g_autofree char *path = NULL;
        AUTO_FD int fd = -1;
        int r;

        if (!qmp)
                return -1;
        path = g_build_filename(peek->guest->folder, "memory.XXXXXX", NULL);
        fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
                return error_errno(err, errno, "cannot make %s", path);
        r = peek_into(peek, qmp, fd, path, err);
        unlink(path);
        return r;
}

int qemu_domain_memory_peek(virDomainPtr dom, unsigned long long start, size_t size, void *buffer, unsigned int flags,
                            Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;
        Peek peek = { .start = start, .size = size, .buffer = buffer, .virtual = flags & VIR_MEMORY_VIRTUAL };

        if (check_call_flags(flags, VIR_MEMORY_VIRTUAL | VIR_MEMORY_PHYSICAL, "qemuDomainMemoryPeek", err) < 0)
                return -1;
        if (flags != VIR_MEMORY_VIRTUAL && flags != VIR_MEMORY_PHYSICAL)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "flags parameter must be VIR_MEMORY_VIRTUAL or VIR_MEMORY_PHYSICAL");
        entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        if (!entry)
                return -1;
        peek.guest = guest_of(entry);
        return domain_job(entry, "memory-peek", job_memory, &peek, err);
}

/* Disks */

static int peek_file(const char *path, uint64_t offset, size_t size, void *buffer, Error *err)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        size_t done = 0;

        if (fd < 0)
                return error_errno(err, errno, "%s: failed to open disk image file", path);
        while (done < size) {
                ssize_t n = pread(fd, (char *)buffer + done, size - done, (off_t)(offset + done));

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return error_errno(err, errno, "%s: failed to seek or read", path);
                if (n == 0)
                        return error_set(err, VIR_ERR_INVALID_ARG, "%s: only %zu of %zu bytes are at that offset", path,
                                         done, size);
                done += (size_t)n;
        }
        return 0;
}

int qemu_domain_block_peek(virDomainPtr dom, const char *disk, unsigned long long offset, size_t size, void *buffer,
                           unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = NULL;
        const Domain *domain;
        const Disk *found;

        if (check_call_flags(flags, 0, "qemuDomainBlockPeek", err) < 0)
                return -1;
        view = domain_view_of(dom, err);
        if (!view)
                return -1;
        domain = view->live ? view->live : view->config;
        found = disk_by_name(domain, disk);
        if (!found)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid disk or path '%s'", disk);
        if (found->source.format != IMAGE_FORMAT_RAW)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "peeking is only supported for disk with 'raw' format not '%s'",
                                 enum_text(ImageFormat, found->source.format));
        if (found->source.type != SOURCE_FILE && found->source.type != SOURCE_BLOCK)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "disk '%s' is not a file or device of this host",
                                 disk);
        if (offset > INT64_MAX - size)
                return error_set(err, VIR_ERR_INVALID_ARG, "offset %llu is past the end of any disk", offset);
        return peek_file(found->source.type == SOURCE_FILE ? found->source.file.path : found->source.block.path, offset,
                         size, buffer, err);
}

static int error_of_status(const char *status)
{
        if (g_strcmp0(status, "nospace") == 0)
                return VIR_DOMAIN_DISK_ERROR_NO_SPACE;
        return g_strcmp0(status, "failed") == 0 ? VIR_DOMAIN_DISK_ERROR_UNSPEC : VIR_DOMAIN_DISK_ERROR_NONE;
}

static const char *target_of(const Domain *live, const Json *block)
{
        const char *qdev = json_get_string(block, "qdev");

        for (size_t i = 0; qdev && i < live->n_disks; i++) {
                const Disk *disk = &live->disks[i];

                if ((disk->status && g_strcmp0(disk->status->qom, qdev) == 0) || g_strcmp0(disk->info.alias, qdev) == 0)
                        return disk->target;
        }
        return NULL;
}

int qemu_domain_get_disk_errors(virDomainPtr dom, virDomainDiskErrorPtr errors, unsigned int maxerrors,
                                unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Qmp) qmp = NULL;
        g_autoptr(Json) blocks = NULL;
        unsigned n = 0;

        if (check_call_flags(flags, 0, "qemuDomainGetDiskErrors", err) < 0)
                return -1;
        entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        view = entry ? domain_view_get(entry) : NULL;
        if (!entry)
                return -1;
        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (!errors)
                return (int)view->live->n_disks;
        qmp = guest_monitor(guest_of(entry), err);
        if (!qmp || qmp_call(qmp, "query-block", NULL, MONITOR_MS, &blocks, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(blocks) && n < maxerrors; i++) {
                int error = error_of_status(json_get_string(json_at(blocks, i), "io-status"));
                const char *target = error ? target_of(view->live, json_at(blocks, i)) : NULL;

                if (target)
                        errors[n++] = (virDomainDiskError){ .disk = g_strdup(target), .error = error };
        }
        return (int)n;
}

/* Labels: what the live definition says that the process has. */

static bool fill_label(const DomainView *view, const Seclabel *from, virSecurityLabelPtr to)
{
        *to = (virSecurityLabel){ .enforcing = 0 };
        if (!from->label)
                return false;
        if (g_strcmp0(from->model, "dac") != 0)
                guest_label_read(view, to);
        g_strlcpy(to->label, from->label, sizeof(to->label));
        return true;
}

int qemu_domain_get_security_label_list(virDomainPtr domain, virSecurityLabelPtr *seclabels, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        int n = 0;

        if (!view)
                return -1;
        *seclabels = NULL;
        if (!view->live)
                return 0;
        *seclabels = g_new0(virSecurityLabel, view->live->n_seclabels + 1);
        for (size_t i = 0; i < view->live->n_seclabels; i++)
                n += fill_label(view, &view->live->seclabels[i], &(*seclabels)[n]);
        return n;
}

/* The host, as its firmware describes it */

char *qemu_connect_get_sysinfo(virConnectPtr conn, unsigned int flags, Error *err)
{
        g_autoptr(HostSysinfo) sysinfo = NULL;

        if (check_call_flags(flags, 0, "qemuConnectGetSysinfo", err) < 0)
                return NULL;
        sysinfo = host_sysinfo_read(err);
        return sysinfo ? host_sysinfo_format(sysinfo, 0) : NULL;
}
