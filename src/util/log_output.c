/* Where log messages go: stderr, a file, syslog, the journal. Each record is one write() or one datagram, so writers
 * need no lock among themselves. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "log_private.h"
#include "util/auto.h"
#include "util/paths.h"

static const char *const kind_names[] = {
        [LOG_OUTPUT_STDERR] = "stderr",
        [LOG_OUTPUT_SYSLOG] = "syslog",
        [LOG_OUTPUT_FILE] = "file",
        [LOG_OUTPUT_JOURNALD] = "journald",
};

static const char *const level_names[] = {
        [LOG_DEBUG] = "debug",
        [LOG_INFO] = "info",
        [LOG_WARN] = "warning",
        [LOG_ERROR] = "error",
};

/* syslog(3)'s severities, which the journal uses as well. */
static const int severities[] = {
        [LOG_DEBUG] = 7,
        [LOG_INFO] = 6,
        [LOG_WARN] = 4,
        [LOG_ERROR] = 3,
};

enum { FACILITY_DAEMON = 3 };

static const char *journald_path = "/run/systemd/journal/socket";
static const char *syslog_path = "/dev/log";

void log_set_sockets(const char *journald, const char *syslog)
{
        journald_path = journald ? journald : "/run/systemd/journal/socket";
        syslog_path = syslog ? syslog : "/dev/log";
}

static int find_kind(const char *name, size_t length)
{
        for (size_t i = 0; i < ARRAY_SIZE(kind_names); i++)
                if (strlen(kind_names[i]) == length && memcmp(kind_names[i], name, length) == 0)
                        return (int)i;
        return -1;
}

/* Syslog needs a name, a file an absolute path, the others nothing. */
static int check_argument(const char *text, LogOutputKind kind, const char *argument, Error *err)
{
        bool wanted = kind == LOG_OUTPUT_SYSLOG || kind == LOG_OUTPUT_FILE;

        if (wanted != (argument != NULL) || (argument && *argument == '\0'))
                return error_set(err, VIR_ERR_INVALID_ARG, "log output '%s' is not LEVEL:%s%s", text, kind_names[kind],
                                 !wanted                     ? ""
                                 : kind == LOG_OUTPUT_SYSLOG ? ":NAME"
                                                             : ":/ABSOLUTE/PATH");
        if (kind == LOG_OUTPUT_FILE && !g_path_is_absolute(argument))
                return error_set(err, VIR_ERR_INVALID_ARG, "the path of log output '%s' is not absolute", text);
        return 0;
}

static int open_descriptor(LogOutput *output, Error *err)
{
        if (output->kind == LOG_OUTPUT_FILE) {
                output->fd = open(output->argument, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
                if (output->fd < 0)
                        return error_errno(err, errno, "failed to open %s", output->argument);
        } else if (output->kind != LOG_OUTPUT_STDERR) {
                output->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                if (output->fd < 0)
                        return error_errno(err, errno, "cannot make a socket for the log");
        }
        return 0;
}

int log_level_parse(const char *text, LogLevel *ret_level, const char **ret_rest, Error *err)
{
        if (text[0] < '1' || text[0] > '4' || text[1] != ':')
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' does not start with a level from 1: to 4:", text);
        *ret_level = (LogLevel)(text[0] - '0');
        *ret_rest = text + 2;
        return 0;
}

LogOutput *log_output_open(const char *text, Error *err)
{
        LogLevel level;
        const char *name, *colon;
        LogOutput *output;
        int kind;

        if (log_level_parse(text, &level, &name, err) < 0)
                return NULL;
        colon = strchr(name, ':');
        kind = find_kind(name, colon ? (size_t)(colon - name) : strlen(name));
        if (kind < 0)
                return error_null(err, VIR_ERR_INVALID_ARG, "log output '%s' is none of stderr, syslog, file, journald",
                                  text);
        if (check_argument(text, (LogOutputKind)kind, colon ? colon + 1 : NULL, err) < 0)
                return NULL;

        output = g_new0(LogOutput, 1);
        output->level = level;
        output->kind = (LogOutputKind)kind;
        output->argument = g_strdup(colon ? colon + 1 : NULL);
        output->fd = -1;
        if (open_descriptor(output, err) < 0)
                return log_output_free(output);
        return output;
}

LogOutput *log_output_free(LogOutput *output)
{
        if (!output)
                return NULL;
        if (output->fd >= 0)
                close(output->fd);
        g_free(output->argument);
        g_free(output);
        return NULL;
}

char *log_output_format(const LogOutput *output)
{
        return g_strdup_printf("%d:%s%s%s", output->level, kind_names[output->kind], output->argument ? ":" : "",
                               output->argument ? output->argument : "");
}

/* A full disk or a closed terminal must not stop the program: what cannot be written is lost. */
static void write_best(int fd, const char *text, size_t length)
{
        while (length > 0) {
                ssize_t n = write(fd, text, length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return;
                text += n;
                length -= (size_t)n;
        }
}

static void write_line(int fd, const LogRecord *record)
{
        g_autofree char *line = NULL;
        struct timespec now;
        struct tm utc;
        char stamp[32];

        clock_gettime(CLOCK_REALTIME, &now);
        gmtime_r(&now.tv_sec, &utc);
        strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &utc);
        line = g_strdup_printf("%s.%03d+0000: %ld: %s : %s:%d : %s\n", stamp, (int)(now.tv_nsec / 1000000),
                               record->thread, level_names[record->level], record->function, record->line,
                               record->text);
        write_best(fd, line, strlen(line));
}

/* One datagram; with @attached a descriptor goes along. A daemon that is not there or does not read loses it. */
static int send_datagram(int fd, const char *path, const void *bytes, size_t length, int attached)
{
        struct sockaddr_un address;
        AUTO_FD int folder = -1;
        struct iovec part = { .iov_base = (void *)bytes, .iov_len = length };
        union {
                char room[CMSG_SPACE(sizeof(int))];
                struct cmsghdr align;
        } control = { 0 };
        struct msghdr message = { .msg_name = &address, .msg_namelen = sizeof(address) };

        if (unix_address(path, &address, &folder, NULL) < 0)
                return -ENOENT;
        if (attached < 0) {
                message.msg_iov = &part;
                message.msg_iovlen = 1;
        } else {
                struct cmsghdr *header;

                message.msg_control = control.room;
                message.msg_controllen = sizeof(control.room);
                header = CMSG_FIRSTHDR(&message);
                header->cmsg_level = SOL_SOCKET;
                header->cmsg_type = SCM_RIGHTS;
                header->cmsg_len = CMSG_LEN(sizeof(int));
                memcpy(CMSG_DATA(header), &attached, sizeof(int));
        }
        return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static void write_syslog(const LogOutput *output, const LogRecord *record)
{
        g_autofree char *line = NULL;
        time_t now = time(NULL);
        struct tm local;
        char stamp[32];

        localtime_r(&now, &local);
        strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &local);
        line = g_strdup_printf("<%d>%s %s[%d]: %s", FACILITY_DAEMON << 3 | severities[record->level], stamp,
                               output->argument, (int)getpid(), record->text);
        send_datagram(output->fd, syslog_path, line, strlen(line), -1);
}

static void add_field(GString *out, const char *name, const char *value)
{
        g_string_append_printf(out, "%s=%s\n", name, value);
}

/* Values that may hold newlines would need the journal's binary form; record texts have been flattened, and the rest
 * are names from our own sources. */
static GString *journal_record(const LogRecord *record)
{
        GString *out = g_string_new(NULL);

        add_field(out, "MESSAGE", record->text);
        g_string_append_printf(out, "PRIORITY=%d\nSYSLOG_FACILITY=%d\nCODE_LINE=%d\nTID=%ld\n",
                               severities[record->level], FACILITY_DAEMON, record->line, record->thread);
        add_field(out, "LIBVIRT_SOURCE", record->source);
        add_field(out, "CODE_FILE", record->file);
        add_field(out, "CODE_FUNC", record->function);
        return out;
}

/* The journal takes what is too large for a datagram as a sealed memory file. */
static void send_as_file(int fd, const GString *record)
{
        AUTO_FD int memory = memfd_create("journal-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING);

        if (memory < 0)
                return;
        write_best(memory, record->str, record->len);
        if (fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
                return;
        send_datagram(fd, journald_path, NULL, 0, memory);
}

static void write_journald(const LogOutput *output, const LogRecord *record)
{
        GString *text = journal_record(record);
        int r = send_datagram(output->fd, journald_path, text->str, text->len, -1);

        if (r == -EMSGSIZE || r == -ENOBUFS)
                send_as_file(output->fd, text);
        g_string_free(text, TRUE);
}

void log_output_write(const LogOutput *output, const LogRecord *record)
{
        switch (output->kind) {
        case LOG_OUTPUT_STDERR: write_line(STDERR_FILENO, record); break;
        case LOG_OUTPUT_FILE: write_line(output->fd, record); break;
        case LOG_OUTPUT_SYSLOG: write_syslog(output, record); break;
        case LOG_OUTPUT_JOURNALD: write_journald(output, record); break;
        }
}
