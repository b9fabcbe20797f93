#include "log_store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "util/auto.h"
#include "util/log.h"
#include "util/pool.h"
#include "util/text.h"

enum {
        CARRIERS_MIN = 1,
        CARRIERS_MAX = 16,
        PIECE = 65536,      /* as much as a pipe holds */
        PIECES_AT_ONCE = 16 /* then it is another log's turn */
};

/* Results of carry(). */
enum { CARRY_EMPTY, CARRY_MORE, CARRY_END };

typedef struct Log {
        int refs; /* atomic */
        LogStore *store;
        char *path, *driver, *domain, uuid[UUID_TEXT_LENGTH];
        int pipe;

        pthread_mutex_t lock; /* pipe to file: order; file, failing */
        RollingFile *file;
        bool failing; /* it was said already that the file takes nothing */

        pthread_mutex_t watch_lock; /* source */
        LoopSource *source;         /* NULL: nobody watches */
} Log;

struct LogStore {
        Loop **loops;
        size_t n_loops;
        RollingLimits limits;
        void (*changed)(void *opaque);
        void *opaque;
        Pool *pool;
        pthread_mutex_t append_lock; /* closed logs are appended to by one at a time: two would both roll the file */

        pthread_mutex_t lock; /* the fields below */
        GHashTable *logs;     /* path -> Log, each with a reference */
        size_t next_loop;
        bool frozen;
};

static void log_unref(void *opaque)
{
        Log *log = opaque;

        if (!g_atomic_int_dec_and_test(&log->refs))
                return;
        close(log->pipe);
        rolling_file_free(log->file);
        pthread_mutex_destroy(&log->lock);
        pthread_mutex_destroy(&log->watch_lock);
        g_free(log->path);
        g_free(log->driver);
        g_free(log->domain);
        g_free(log);
}

static Log *log_ref(Log *log)
{
        g_atomic_int_inc(&log->refs);
        return log;
}

static void log_release(Log **log)
{
        if (*log)
                log_unref(*log);
}
#define LOG_AUTO __attribute__((cleanup(log_release)))

LogStore *log_store_new(Loop **loops, size_t n_loops, const RollingLimits *limits, void (*changed)(void *opaque),
                        void *opaque)
{
        LogStore *store = g_new0(LogStore, 1);

        store->loops = loops;
        store->n_loops = n_loops;
        store->limits = *limits;
        store->changed = changed;
        store->opaque = opaque;
        store->pool = pool_new("logs", CARRIERS_MIN, CARRIERS_MAX);
        store->logs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, log_unref);
        pthread_mutex_init(&store->append_lock, NULL);
        pthread_mutex_init(&store->lock, NULL);
        return store;
}

unsigned log_store_count(LogStore *store)
{
        LOCKED(&store->lock);
        return g_hash_table_size(store->logs);
}

/* With a reference. */
static Log *find(LogStore *store, const char *path)
{
        LOCKED(&store->lock);
        Log *log = g_hash_table_lookup(store->logs, path);

        return log ? log_ref(log) : NULL;
}

bool log_store_has(LogStore *store, const char *path)
{
        LOCKED(&store->lock);
        return g_hash_table_contains(store->logs, path);
}

static void forget(Log *log)
{
        LogStore *store = log->store;

        {
                LOCKED(&store->lock);
                if (g_hash_table_lookup(store->logs, log->path) != log)
                        return;
                g_hash_table_remove(store->logs, log->path);
        }
        store->changed(store->opaque);
}

static void unwatch(Log *log)
{
        LoopSource *source;

        {
                LOCKED(&log->watch_lock);
                source = g_steal_pointer(&log->source);
        }
        loop_remove(source);
}

/* A guest must not stand still because a disk is full: what the file does not take is lost, and that is said once. */
static void write_piece(Log *log, const char *data, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        bool failed = rolling_file_write(log->file, data, length, &err) < 0;

        if (failed && !log->failing)
                log_error("what '%s' writes is lost: %s", log->domain, err.message);
        log->failing = failed;
}

/* From the pipe to the file, as much as there is but not for ever. Under the log's lock. */
static int carry(Log *log)
{
        char buffer[PIECE];

        for (int i = 0; i < PIECES_AT_ONCE; i++) {
                ssize_t n = read(log->pipe, buffer, sizeof(buffer));

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno == EAGAIN)
                        return CARRY_EMPTY;
                if (n <= 0)
                        return CARRY_END;
                write_piece(log, buffer, (size_t)n);
        }
        return CARRY_MORE;
}

static bool is_frozen(LogStore *store)
{
        LOCKED(&store->lock);
        return store->frozen;
}

static void watch_again(Log *log)
{
        LOCKED(&log->watch_lock);
        if (log->source)
                loop_set_events(log->source, LOOP_IN);
}

static void carry_in_worker(void *opaque)
{
        LOG_AUTO Log *log = opaque;
        int result = CARRY_EMPTY;

        {
                LOCKED(&log->lock);
                if (!is_frozen(log->store))
                        result = carry(log);
        }
        switch (result) {
        case CARRY_MORE: pool_push(log->store->pool, carry_in_worker, log_ref(log)); break;
        case CARRY_EMPTY: watch_again(log); break;
        case CARRY_END:
                unwatch(log);
                forget(log);
                break;
        }
}

/* A pipe whose writers are gone tells so for ever: then nobody watches it any more, and a worker sees to the rest. */
static void on_readable(LoopSource *source, int fd, unsigned events, void *opaque)
{
        Log *log = log_ref(opaque);

        if (events & (LOOP_HANGUP | LOOP_ERROR))
                unwatch(log);
        else
                loop_set_events(source, 0);
        pool_push(log->store->pool, carry_in_worker, log);
}

static void watch(Log *log)
{
        LogStore *store = log->store;
        Loop *loop;

        {
                LOCKED(&store->lock);
                loop = store->loops[store->next_loop++ % store->n_loops];
        }
        LOCKED(&log->watch_lock);
        log->source = loop_add_fd(loop, log->pipe, LOOP_IN, on_readable, log_ref(log), log_unref);
}

/* Opening */

static Log *log_new(LogStore *store, const LogOwner *owner, const char *path, int pipe)
{
        Log *log = g_new0(Log, 1);

        log->refs = 1;
        log->store = store;
        log->path = g_strdup(path);
        log->driver = g_strdup(owner->driver);
        log->domain = g_strdup(owner->domain);
        uuid_format(owner->uuid, log->uuid);
        log->pipe = pipe;
        pthread_mutex_init(&log->lock, NULL);
        pthread_mutex_init(&log->watch_lock, NULL);
        return log;
}

/* A log whose guest has ended, though nobody has noticed so far, is over. */
static void finish_ended(LogStore *store, const char *path)
{
        LOG_AUTO Log *log = find(store, path);
        int result;

        if (!log)
                return;
        {
                LOCKED(&log->lock);
                result = carry(log);
        }
        if (result != CARRY_END)
                return;
        unwatch(log);
        forget(log);
}

static int enter(LogStore *store, Log *log, Error *err)
{
        LOCKED(&store->lock);

        if (g_hash_table_contains(store->logs, log->path))
                return error_errno(err, EBUSY, "Cannot open log file: '%s'", log->path);
        g_hash_table_insert(store->logs, log->path, log_ref(log));
        return 0;
}

/* Entered before the file is touched: two that open the same log must not both truncate it. */
static int begin(LogStore *store, Log *log, bool truncate, RollingPosition *ret_position, Error *err)
{
        if (enter(store, log, err) < 0)
                return -1;
        {
                LOCKED(&log->lock);
                log->file = rolling_file_open(log->path, truncate, &store->limits, err);
                if (log->file && rolling_file_position(log->file, ret_position, err) == 0)
                        return 0;
        }
        forget(log);
        return -1;
}

int log_store_open(LogStore *store, const LogOwner *owner, const char *path, bool truncate,
                   RollingPosition *ret_position, Error *err)
{
        LOG_AUTO Log *log = NULL;
        AUTO_FD int end = -1;
        int ends[2];

        if (!g_path_is_absolute(path))
                return error_set(err, VIR_ERR_INVALID_ARG, "the path of a log has to be absolute, not '%s'", path);
        finish_ended(store, path);
        if (pipe2(ends, O_CLOEXEC) < 0)
                return error_errno(err, errno, "Unable to open pipe");
        end = ends[1];
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        log = log_new(store, owner, path, ends[0]);
        if (begin(store, log, truncate, ret_position, err) < 0)
                return -1;
        watch(log);
        return fd_steal(&end);
}

/* Asking */

int log_store_position(LogStore *store, const char *path, RollingPosition *ret_position, Error *err)
{
        LOG_AUTO Log *log = find(store, path);

        if (!log)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "No open log file %s", path);
        LOCKED(&log->lock);
        if (!log->file)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "No open log file %s", path);
        carry(log);
        return rolling_file_position(log->file, ret_position, err);
}

int log_store_read(LogStore *store, const char *path, const RollingPosition *from, size_t max, char **ret_text,
                   Error *err)
{
        LOG_AUTO Log *log = find(store, path);

        if (!log)
                return rolling_file_read(path, store->limits.max_backups, from, max, ret_text, err);
        LOCKED(&log->lock);
        if (log->file)
                carry(log);
        return rolling_file_read(path, store->limits.max_backups, from, max, ret_text, err);
}

static int append_closed(LogStore *store, const char *path, const char *text, Error *err)
{
        LOCKED(&store->append_lock);
        RollingFile *file = rolling_file_open(path, false, &store->limits, err);
        int result;

        if (!file)
                return -1;
        result = rolling_file_write(file, text, strlen(text), err);
        rolling_file_free(file);
        return result;
}

int log_store_append(LogStore *store, const char *path, const char *text, Error *err)
{
        LOG_AUTO Log *log = find(store, path);

        if (!g_path_is_absolute(path))
                return error_set(err, VIR_ERR_INVALID_ARG, "the path of a log has to be absolute, not '%s'", path);
        if (!log)
                return append_closed(store, path, text, err);
        LOCKED(&log->lock);
        if (!log->file)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "No open log file %s", path);
        carry(log);
        return rolling_file_write(log->file, text, strlen(text), err);
}

/* The end, and going on */

/* All of them, with references. */
static GPtrArray *list(LogStore *store)
{
        GPtrArray *all = g_ptr_array_new_with_free_func(log_unref);
        LOCKED(&store->lock);
        GHashTableIter iter;
        gpointer log;

        g_hash_table_iter_init(&iter, store->logs);
        while (g_hash_table_iter_next(&iter, NULL, &log))
                g_ptr_array_add(all, log_ref(log));
        return all;
}

static void stop_watching(LogStore *store)
{
        g_autoptr(GPtrArray) all = list(store);

        for (guint i = 0; i < all->len; i++)
                unwatch(g_ptr_array_index(all, i));
}

void log_store_freeze(LogStore *store)
{
        {
                LOCKED(&store->lock);
                store->frozen = true;
        }
        stop_watching(store);
        store->pool = pool_free(store->pool);
}

LogStore *log_store_free(LogStore *store)
{
        g_autoptr(GPtrArray) all = NULL;

        if (!store)
                return NULL;
        stop_watching(store);
        pool_free(store->pool);
        all = list(store);
        for (guint i = 0; i < all->len && !store->frozen; i++)
                while (carry(g_ptr_array_index(all, i)) == CARRY_MORE)
                        ;
        g_clear_pointer(&all, g_ptr_array_unref);
        g_hash_table_unref(store->logs);
        pthread_mutex_destroy(&store->append_lock);
        pthread_mutex_destroy(&store->lock);
        g_free(store);
        return NULL;
}

Json *log_store_save(LogStore *store, Json *(*keep)(int fd))
{
        g_autoptr(GPtrArray) all = list(store);
        Json *logs = json_array();

        for (guint i = 0; i < all->len; i++) {
                Log *log = g_ptr_array_index(all, i);
                Json *object = json_object();

                json_set(object, "pipefd", keep(log->pipe));
                json_set(object, "path", json_string(log->path));
                json_set(object, "driver", json_string(log->driver));
                json_set(object, "domname", json_string(log->domain));
                json_set(object, "domuuid", json_string(log->uuid));
                json_set(object, "filefd", keep(rolling_file_fd(log->file)));
                json_append(logs, object);
        }
        return logs;
}

/* libvirt's daemon closes the file in between; ours does not. */
static int restore_one(LogStore *store, const Json *state, int (*kept)(const Json *object, const char *key), Error *err)
{
        const char *path = json_get_string(state, "path"), *uuid = json_get_string(state, "domuuid");
        unsigned char raw[UUID_LENGTH] = { 0 };
        LogOwner owner = { json_get_string(state, "driver"), json_get_string(state, "domname"), raw };
        int pipe = kept(state, "pipefd"), fd = kept(state, "filefd");
        LOG_AUTO Log *log = NULL;

        if (pipe < 0 || !path || !owner.driver || !owner.domain || !uuid || !uuid_parse(uuid, raw)) {
                log_error("the log of '%s' was not handed over", owner.domain ? owner.domain : "?");
                return 0;
        }
        fcntl(pipe, F_SETFL, O_NONBLOCK);
        log = log_new(store, &owner, path, pipe);
        log->file = fd >= 0 ? rolling_file_adopt(path, fd, &store->limits)
                            : rolling_file_open(path, false, &store->limits, err);
        if (!log->file || enter(store, log, err) < 0)
                return -1;
        watch(log);
        return 0;
}

int log_store_restore(LogStore *store, const Json *logs, int (*kept)(const Json *object, const char *key), Error *err)
{
        for (size_t i = 0; i < json_length(logs); i++) {
                ERROR_AUTO Error problem = ERROR_INIT;

                /* The others' logs go on. */
                if (restore_one(store, json_at(logs, i), kept, &problem) < 0)
                        log_error("a log ends: %s", problem.message);
        }
        return 0;
}
