/* See memory_dump.h. */
#define LOG_SOURCE "qemu.dump"
#include "guest/memory_dump.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "guest/event_wait.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

int guest_check_dump(Guest *guest, const char *format, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        g_autoptr(Json) reply = NULL;
        const Json *list;

        if (!qmp || qmp_call(qmp, "query-dump-guest-memory-capability", NULL, MONITOR_MS, &reply, err) < 0)
                return -1;
        list = json_get(reply, "formats");
        for (size_t i = 0; i < json_length(list); i++)
                if (g_strcmp0(json_text(json_at(list, i)), format) == 0)
                        return 0;
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                         "unsupported dumpformat '%s' for this QEMU binary or this guest's memory", format);
}

static int begin_dump(Guest *guest, Qmp *qmp, int fd, const char *format, Error *err)
{
        Json *name = json_object();
        Json *arguments;

        json_set(name, "fdname", json_string("dump"));
        if (qmp_call_fd(qmp, "getfd", name, fd, MONITOR_MS, NULL, err) < 0)
                return -1;
        arguments = json_object();
        json_set(arguments, "paging", json_bool(false));
        json_set(arguments, "protocol", json_string("fd:dump"));
        json_set(arguments, "detach", json_bool(true));
        json_set(arguments, "format", json_string(format));
        event_wait_expect(guest->event_wait, "DUMP_COMPLETED");
        return qmp_call(qmp, "dump-guest-memory", arguments, MONITOR_MS, NULL, err);
}

static int wait_for_dump(Guest *guest, Error *err)
{
        g_autoptr(Json) data = NULL;
        const char *status;

        if (event_wait_take(guest->event_wait, 0, &data, err) < 0)
                return -1;
        status = json_get_string(json_get(data, "result"), "status");
        if (g_strcmp0(status, "completed") == 0)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_FAILED, "memory-only dump failed: %s",
                         json_get_string(data, "error") ? json_get_string(data, "error") : "unknown error");
}

int guest_dump_memory(Guest *guest, int fd, const char *format, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);

        if (!qmp || begin_dump(guest, qmp, fd, format, err) < 0 || wait_for_dump(guest, err) < 0)
                return -1;
        if (fsync(fd) < 0 && errno != EINVAL)
                return error_errno(err, errno, "cannot write the dump");
        return 0;
}

int guest_auto_dump(Guest *guest, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        g_autoptr(GDateTime) now = g_date_time_new_now_local();
        g_autofree char *time = g_date_time_format(now, "%Y-%m-%d-%H:%M:%S");
        const char *folder = guest->instance->conf->auto_dump_path;
        g_autofree char *path =
                g_strdup_printf("%s/%d-%.20s-%s", folder, view->id, domain_entry_name(guest->entry), time);
        AUTO_FD int fd = -1;

        if (dir_make(folder, 0755, err) < 0)
                return -1;
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
                return error_errno(err, errno, "failed to create '%s'", path);
        if (guest_check_dump(guest, "elf", err) == 0 && guest_dump_memory(guest, fd, "elf", err) == 0)
                return 0;
        unlink(path);
        return -1;
}
