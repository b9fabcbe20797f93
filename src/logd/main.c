/* virtlogd: keeps guests' logs, so that neither a guest fills a disk with them nor a restart of vireod (or libvirtd)
 * tears a hole into them. */
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "launch.h"
#include "own_calls.h"
#include "restart.h"
#include "util/auto.h"

#include "expiry.h"
#include "log_store.h"

enum { TRUNCATE = 1, READ_MAX = 4194304, SECONDS_A_DAY = 86400, EXPIRY_EVERY_MS = SECONDS_A_DAY * 1000 };

typedef struct LogdConfig {
        Config base; /* first */
        unsigned max_size, max_backups, max_age_days;
        char *log_root;
} LogdConfig;

static const Setting config_rows[] = {
        CONFIG_ROWS_OF_ALL,
        { .key = "max_size", .type = SETTING_UINT, .offset = offsetof(LogdConfig, max_size) },
        { .key = "max_backups", .type = SETTING_UINT, .offset = offsetof(LogdConfig, max_backups) },
        { .key = "max_age_days", .type = SETTING_UINT, .offset = offsetof(LogdConfig, max_age_days) },
        { .key = "log_root", .type = SETTING_STRING, .offset = offsetof(LogdConfig, log_root) },
};

static LogStore *store;
static LoopSource *expiry;

static int read_config(const char *path, bool required, bool listen, Config **ret_config, Error *err)
{
        LogdConfig *config = g_new0(LogdConfig, 1);

        config->max_size = 2097152;
        config->max_backups = 3;
        *ret_config = &config->base;
        return config_read_small(&config->base, config_rows, ARRAY_SIZE(config_rows), path, required, err);
}

/* Calls: their parameters stand in api/logd.api. */

static int check_flags(unsigned flags, unsigned known, Error *err)
{
        return (flags & ~known) == 0 ? 0 : error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x)", flags);
}

static void put_position(CallArg *inode, CallArg *offset, const RollingPosition *position)
{
        *(unsigned long long *)inode->p = position->inode;
        *(unsigned long long *)offset->p = position->offset;
}

static int answer_open(OwnRequest *request, Error *err)
{
        CallArg *argv = request->frame->argv;
        const LogOwner owner = { .driver = argv[0].s, .uuid = argv[1].p, .domain = argv[2].s };
        RollingPosition position;
        int fd;

        if (check_flags(argv[4].u, TRUNCATE, err) < 0)
                return -1;
        fd = log_store_open(store, &owner, argv[3].s, argv[4].u & TRUNCATE, &position, err);
        if (fd < 0)
                return -1;
        put_position(&argv[5], &argv[6], &position);
        request->frame->ret.i = fd;
        call_frame_keep_fds(request->frame);
        return 0;
}

static int answer_position(OwnRequest *request, Error *err)
{
        CallArg *argv = request->frame->argv;
        RollingPosition position;

        if (check_flags(argv[1].u, 0, err) < 0 || log_store_position(store, argv[0].s, &position, err) < 0)
                return -1;
        put_position(&argv[2], &argv[3], &position);
        return 0;
}

static int answer_read(OwnRequest *request, Error *err)
{
        CallArg *argv = request->frame->argv;
        const RollingPosition from = { .inode = argv[1].ull, .offset = argv[2].ull };
        char *text;

        if (argv[3].ull > READ_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Requested data len %llu is larger than maximum %d",
                                 (unsigned long long)argv[3].ull, READ_MAX);
        if (check_flags(argv[4].u, 0, err) < 0 ||
            log_store_read(store, argv[0].s, &from, (size_t)argv[3].ull, &text, err) < 0)
                return -1;
        request->frame->ret.p = text;
        return 0;
}

static int answer_append(OwnRequest *request, Error *err)
{
        CallArg *argv = request->frame->argv;

        request->frame->ret.i = 0;
        return check_flags(argv[5].u, 0, err) < 0 ? -1 : log_store_append(store, argv[3].s, argv[4].s, err);
}

static const OwnCall calls[] = {
        { PROGRAM_LOGD, 1, 0, answer_open },
        { PROGRAM_LOGD, 2, 0, answer_position },
        { PROGRAM_LOGD, 3, 0, answer_read },
        { PROGRAM_LOGD, 4, 0, answer_append },
};

static const ServerKind kind = { .programs = { PROGRAM_LOGD },
                                 .own_calls = calls,
                                 .n_own_calls = ARRAY_SIZE(calls),
                                 .own_user = true,
                                 .nothing_to_open = true };

/* The daemon's life */

static bool is_open(const char *path, void *opaque)
{
        return log_store_has(store, path);
}

static void expire(void *opaque)
{
        Daemon *daemon = opaque;
        const LogdConfig *config = (const LogdConfig *)daemon->config;

        logs_expire(config->log_root ? config->log_root : daemon->paths->log,
                    time(NULL) - (int64_t)config->max_age_days * SECONDS_A_DAY, is_open, NULL);
}

static void on_expiry(LoopSource *source, void *opaque)
{
        Daemon *daemon = opaque;

        pool_push(daemon->server->pool, expire, daemon);
}

static void on_logs_changed(void *opaque)
{
        daemon_look(opaque);
}

static int start(Daemon *daemon, Error *err)
{
        const LogdConfig *config = (const LogdConfig *)daemon->config;
        const RollingLimits limits = { .max_size = config->max_size, .max_backups = config->max_backups };

        store = log_store_new(daemon->loops, SERVER_LOOPS, &limits, on_logs_changed, daemon);
        if (config->max_age_days > 0)
                expiry = loop_add_timer(daemon->loops[0], 0, EXPIRY_EVERY_MS, on_expiry, daemon, NULL);
        return 0;
}

static void stop(void)
{
        loop_remove(g_steal_pointer(&expiry));
        store = log_store_free(store);
}

static unsigned busy(void)
{
        return log_store_count(store);
}

static void freeze(void)
{
        log_store_freeze(store);
}

static void save(Json *state)
{
        Json *handler = json_object();

        json_set(handler, "files", log_store_save(store, restart_keep));
        json_set(state, "handler", handler);
}

static int restore(Daemon *daemon, const Json *state, Error *err)
{
        return log_store_restore(store, json_path(state, "handler.files"), restart_kept, err);
}

static const DaemonProgram program = {
        .name = "virtlogd",
        .stem = "virtlogd",
        .socket = "virtlogd",
        .summary = "virtlogd keeps the logs of guests' consoles and of their emulators.",
        .kind = &kind,
        .survives_exec = true,
        .read_config = read_config,
        .start = start,
        .stop = stop,
        .busy = busy,
        .freeze = freeze,
        .save = save,
        .restore = restore,
};

int main(int argc, char **argv)
{
        return daemon_main(&program, argc, argv);
}
