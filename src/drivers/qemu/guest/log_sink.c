/* See log_sink.h. */
#define LOG_SOURCE "qemu.log"
#include "guest/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "managers/log_manager.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"

enum { FILE_MODE = 0600, SILENCE_SECONDS = 30 };

/* A log daemon that did not answer is not asked for every line. Monotonic seconds; atomic. */
static int silent_until;

static char *socket_path(const QemuInstance *instance)
{
        return g_build_filename(instance->paths->run, "virtlogd-sock", NULL);
}

bool log_sink_is_managed(const QemuInstance *instance)
{
        g_autofree char *path = socket_path(instance);
        struct stat st;

        /* An application's own guests leave nothing behind it. */
        if (instance->root)
                return false;
        if (instance->conf->stdio_handler)
                return strcmp(instance->conf->stdio_handler, "logd") == 0;
        return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static LogManager manager_of(const char *socket, const char *name, const unsigned char *uuid)
{
        return (LogManager){ .socket = socket, .driver = "qemu", .name = name, .uuid = uuid };
}

static int open_file(const char *path, bool truncate, Error *err)
{
        int how = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | (truncate ? O_TRUNC : 0);
        int fd = open(path, how, FILE_MODE);

        return fd < 0 ? error_errno(err, errno, "failed to create logfile %s", path) : fd;
}

/* The socket of a daemon that was killed stays. Where nobody asked for the daemon, it is as good as not there. */
static bool is_dispensable(const QemuInstance *instance, const Error *err)
{
        return !instance->conf->stdio_handler && err->code == VIR_ERR_SYSTEM_ERROR &&
               (err->int1 == ECONNREFUSED || err->int1 == ENOENT);
}

/* The system's is a service; a user's has nobody else to start it. Nothing to be done where nobody asked for it. */
static int start_users_own(const QemuInstance *instance, const char *socket, Error *err)
{
        if (instance->system || !instance->conf->stdio_handler)
                return 0;
        return log_manager_start(socket, instance->paths->root, err);
}

int log_sink_open(const QemuInstance *instance, const Domain *domain, bool managed, const char *path, bool truncate,
                  Error *err)
{
        g_autofree char *socket = socket_path(instance);
        const LogManager manager = manager_of(socket, domain->name, domain->uuid);
        ERROR_AUTO Error problem = ERROR_INIT;
        int fd;

        if (!managed)
                return open_file(path, truncate, err);
        if (start_users_own(instance, socket, err) < 0)
                return -1;
        fd = log_manager_open(&manager, path, truncate, &problem);
        if (fd >= 0)
                return fd;
        if (!is_dispensable(instance, &problem))
                return error_move(err, &problem);
        log_warn("domain '%s' logs without the log daemon: %s", domain->name, problem.message);
        return open_file(path, truncate, err);
}

static int end_of_file(const char *path, LogPlace *ret, Error *err)
{
        struct stat st;

        if (stat(path, &st) < 0)
                return error_errno(err, errno, "cannot examine %s", path);
        *ret = (LogPlace){ .inode = st.st_ino, .offset = (unsigned long long)st.st_size };
        return 0;
}

int log_sink_end(const QemuInstance *instance, const Domain *domain, bool managed, const char *path, LogPlace *ret,
                 Error *err)
{
        g_autofree char *socket = socket_path(instance);
        const LogManager manager = manager_of(socket, domain->name, domain->uuid);
        LogPosition position;

        if (!managed || log_manager_position(&manager, path, &position, NULL) < 0)
                return end_of_file(path, ret, err);
        *ret = (LogPlace){ .managed = true, .inode = position.inode, .offset = position.offset };
        return 0;
}

static char *read_file(const char *path, const LogPlace *from, size_t max)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
        char *text = g_malloc0(max + 1);

        if (fd < 0 || pread(fd, text, max, (off_t)from->offset) < 0)
                text[0] = '\0';
        return text;
}

char *log_sink_read(const QemuInstance *instance, const Domain *domain, const char *path, const LogPlace *from,
                    size_t max)
{
        g_autofree char *socket = socket_path(instance);
        const LogManager manager = manager_of(socket, domain->name, domain->uuid);
        const LogPosition position = { from->inode, from->offset };
        char *text;

        if (from->managed && log_manager_read(&manager, path, &position, max, &text, NULL) == 0)
                return text;
        return read_file(path, from, max);
}

static int now_seconds(void)
{
        return (int)(g_get_monotonic_time() / G_USEC_PER_SEC);
}

static bool append_managed(const QemuInstance *instance, const char *name, const char *path, const char *text)
{
        static const unsigned char nobody[16];
        g_autofree char *socket = socket_path(instance);
        const LogManager manager = manager_of(socket, name, nobody);
        ERROR_AUTO Error err = ERROR_INIT;

        if (!log_sink_is_managed(instance) || now_seconds() < g_atomic_int_get(&silent_until))
                return false;
        if (log_manager_append(&manager, path, text, &err) == 0)
                return true;
        log_info("the log of domain '%s' is written without the log daemon: %s", name, err.message);
        g_atomic_int_set(&silent_until, now_seconds() + SILENCE_SECONDS);
        return false;
}

void log_sink_append(const QemuInstance *instance, const char *name, const char *text)
{
        g_autofree char *path = log_path(instance, name);
        AUTO_FD int fd = -1;

        if (append_managed(instance, name, path, text))
                return;
        fd = open_file(path, false, NULL);
        if (fd < 0 || fd_write_all(fd, text, strlen(text), NULL) < 0)
                log_warn("cannot write to %s", path);
}
