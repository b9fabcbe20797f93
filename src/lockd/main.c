/* virtlockd: holds locks on guests' disks, so that no two guests write to one, on this host or another. A guest's own
 * connection is open as long as the guest lives: when it ends, the guest has, or has to. */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "client.h"
#include "launch.h"
#include "own_calls.h"
#include "restart.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/pool.h"
#include "util/text.h"

#include "lock_table.h"

enum { PATIENCE_MS = 2000, KILL_MS = 30000 };

/* On whose behalf a client asks: its `mine`. */
typedef struct Owner {
        pid_t pid;
        unsigned id;
        char *name;
        unsigned char uuid[UUID_LENGTH];
        bool restricted; /* nothing but holding on any more */
} Owner;

static const Setting config_rows[] = { CONFIG_ROWS_OF_ALL };

static LockTable *table;
static pthread_mutex_t owners_lock = PTHREAD_MUTEX_INITIALIZER; /* `mine` of all clients */

static void owner_free(Owner *owner)
{
        if (!owner)
                return;
        g_free(owner->name);
        g_free(owner);
}

static int read_config(const char *path, bool required, bool listen, Config **ret_config, Error *err)
{
        *ret_config = g_new0(Config, 1);
        return config_read_small(*ret_config, config_rows, ARRAY_SIZE(config_rows), path, required, err);
}

/* Calls: their parameters stand in api/lockd.api. */

static int check_flags(unsigned flags, unsigned known, Error *err)
{
        return (flags & ~known) == 0 ? 0 : error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x)", flags);
}

static int check_restricted(Client *client, Error *err)
{
        LOCKED(&owners_lock);
        const Owner *owner = client->mine;

        if (owner && owner->restricted)
                return error_set(err, VIR_ERR_OPERATION_DENIED, "lock manager connection has been restricted");
        return 0;
}

/* The owner's pid, or -1. */
static pid_t asking(Client *client, Error *err)
{
        if (check_restricted(client, err) < 0)
                return -1;
        LOCKED(&owners_lock);
        if (!client->mine)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "lock owner details have not been registered");
        return ((Owner *)client->mine)->pid;
}

static int answer_register(OwnRequest *request, Error *err)
{
        CallArg *argv = request->frame->argv;
        Owner *owner;

        if (check_flags(argv[4].u, 0, err) < 0 || check_restricted(request->client, err) < 0)
                return -1;
        if (argv[3].u == 0 || argv[3].u > G_MAXINT)
                return error_set(err, VIR_ERR_INVALID_ARG, "no process has the number %u", argv[3].u);
        owner = g_new0(Owner, 1);
        owner->pid = (pid_t)argv[3].u;
        owner->id = argv[2].u;
        owner->name = g_strdup(argv[1].s);
        memcpy(owner->uuid, argv[0].p, UUID_LENGTH);
        LOCKED(&owners_lock);
        owner_free(request->client->mine);
        request->client->mine = owner;
        return 0;
}

static int answer_restrict(OwnRequest *request, Error *err)
{
        if (check_flags(request->frame->argv[0].u, 0, err) < 0 || asking(request->client, err) < 0)
                return -1;
        LOCKED(&owners_lock);
        ((Owner *)request->client->mine)->restricted = true;
        return 0;
}

static int answer_new(OwnRequest *request, Error *err)
{
        CallArg *argv = request->frame->argv;

        if (check_flags(argv[1].u, 0, err) < 0 || asking(request->client, err) < 0)
                return -1;
        return lock_table_add_space(table, argv[0].s, false, err);
}

static int answer_create_space(OwnRequest *request, Error *err)
{
        if (asking(request->client, err) < 0)
                return -1;
        return lock_table_add_space(table, request->frame->argv[0].s, true, err);
}

static int begin(OwnRequest *request, unsigned known, LockName *ret_lock, pid_t *ret_owner, Error *err)
{
        CallArg *argv = request->frame->argv;

        *ret_lock = (LockName){ argv[0].s, argv[1].s };
        if (check_flags(argv[2].u, known, err) < 0)
                return -1;
        *ret_owner = asking(request->client, err);
        return *ret_owner < 0 ? -1 : 0;
}

static int answer_create(OwnRequest *request, Error *err)
{
        LockName lock;
        pid_t owner;

        return begin(request, 0, &lock, &owner, err) < 0 ? -1 : lock_table_create(table, &lock, err);
}

static int answer_delete(OwnRequest *request, Error *err)
{
        LockName lock;
        pid_t owner;

        return begin(request, 0, &lock, &owner, err) < 0 ? -1 : lock_table_delete(table, &lock, err);
}

/* The name that the process was registered under; NULL: nobody says so any more. */
static char *name_of(Server *server, pid_t pid)
{
        g_autofree Client **clients = NULL;
        char *name = NULL;
        size_t n;

        clients = server_list_clients(server, &n);
        for (size_t i = 0; i < n; i++) {
                {
                        LOCKED(&owners_lock);
                        const Owner *owner = clients[i]->mine;

                        if (!name && owner && owner->pid == pid)
                                name = g_strdup(owner->name);
                }
                client_unref(clients[i]);
        }
        return name;
}

/* Who has the disk is what the owner of the other guest wants to know. */
static void tell_holder(Server *server, const LockName *lock, pid_t holder, Error *err)
{
        g_autofree char *name = name_of(server, holder);
        Error better = ERROR_INIT;

        error_set_from(&better, VIR_FROM_LOCKSPACE, VIR_ERR_RESOURCE_BUSY,
                       "Lockspace resource '%s' is locked by '%s', process %d", lock->name, name ? name : "?",
                       (int)holder);
        error_move(err, &better);
}

static int answer_acquire(OwnRequest *request, Error *err)
{
        LockName lock;
        pid_t owner, holder;

        if (begin(request, LOCK_SHARED | LOCK_AUTOCREATE, &lock, &owner, err) < 0)
                return -1;
        if (lock_table_acquire(table, &lock, owner, request->frame->argv[2].u, &holder, err) == 0)
                return 0;
        if (holder > 0)
                tell_holder(request->client->server, &lock, holder, err);
        return -1;
}

static int answer_release(OwnRequest *request, Error *err)
{
        LockName lock;
        pid_t owner;

        return begin(request, 0, &lock, &owner, err) < 0 ? -1 : lock_table_release(table, &lock, owner, err);
}

static const OwnCall calls[] = {
        { PROGRAM_LOCKD, 1, 0, answer_register }, { PROGRAM_LOCKD, 2, 0, answer_restrict },
        { PROGRAM_LOCKD, 3, 0, answer_new },      { PROGRAM_LOCKD, 4, 0, answer_create },
        { PROGRAM_LOCKD, 5, 0, answer_delete },   { PROGRAM_LOCKD, 6, 0, answer_acquire },
        { PROGRAM_LOCKD, 7, 0, answer_release },  { PROGRAM_LOCKD, 8, 0, answer_create_space },
};

/* The end of an owner */

static bool ends_within(int pidfd, int timeout_ms)
{
        struct pollfd fd = { .fd = pidfd, .events = POLLIN };
        int result;

        pool_wait_begin();
        result = poll(&fd, 1, timeout_ms);
        pool_wait_end();
        return result > 0;
}

/* A process that let go of its connection and lives on would write to disks that are no longer its own. False: it cannot
 * be ended. */
static bool end_process(const Owner *owner)
{
        AUTO_FD int pidfd = pidfd_open(owner->pid, 0);

        if (pidfd < 0 || ends_within(pidfd, 0))
                return true;
        log_error("'%s', process %d, has no connection any more: it is ended before its locks are", owner->name,
                  (int)owner->pid);
        pidfd_send_signal(pidfd, SIGTERM, NULL, 0);
        if (ends_within(pidfd, PATIENCE_MS))
                return true;
        pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
        return ends_within(pidfd, KILL_MS);
}

/* The end of this daemon ends no guest. */
static bool is_stopping(Server *server)
{
        LOCKED(&server->lock);
        return server->stopping;
}

/* Only the owner's own connection, which it inherited, says something about its life; others ask on its behalf. */
static void on_gone(Client *client)
{
        g_autofree Owner *owner = NULL;

        {
                LOCKED(&owners_lock);
                owner = g_steal_pointer(&client->mine);
        }
        if (owner && client->identity.pid == owner->pid && !is_stopping(client->server)) {
                if (end_process(owner))
                        lock_table_release_all(table, owner->pid);
                else
                        log_error("'%s', process %d, does not end: its locks stay", owner->name, (int)owner->pid);
        }
        if (owner)
                g_free(owner->name);
}

static const ServerKind kind = { .programs = { PROGRAM_LOCKD },
                                 .own_calls = calls,
                                 .n_own_calls = ARRAY_SIZE(calls),
                                 .own_user = true,
                                 .nothing_to_open = true,
                                 .gone = on_gone };

/* The daemon's life */

static int start(Daemon *daemon, Error *err)
{
        table = lock_table_new();
        return 0;
}

static void stop(void)
{
        table = lock_table_free(table);
}

static unsigned busy(void)
{
        return lock_table_count(table);
}

static void freeze(void)
{
        /* All who change it were clients' calls. */
}

static void save(Json *state)
{
        lock_table_save(table, state, restart_keep);
}

static int restore(Daemon *daemon, const Json *state, Error *err)
{
        return lock_table_restore(table, state, restart_kept, err);
}

static void save_client(const Client *client, Json *state)
{
        const Owner *owner = client->mine;
        char uuid[UUID_TEXT_LENGTH];

        if (!owner)
                return;
        uuid_format(owner->uuid, uuid);
        json_set(state, "restricted", json_bool(owner->restricted));
        json_set(state, "ownerPid", json_int(owner->pid));
        json_set(state, "ownerId", json_uint(owner->id));
        json_set(state, "ownerName", json_string(owner->name));
        json_set(state, "ownerUUID", json_string(uuid));
}

static int restore_client(Client *client, const Json *state, Error *err)
{
        const char *name = json_get_string(state, "ownerName"), *uuid = json_get_string(state, "ownerUUID");
        int64_t pid = 0;
        uint64_t id = 0;
        Owner *owner;

        if (!json_get_int(state, "ownerPid", &pid) || pid <= 0 || !name)
                return 0;
        json_get_uint(state, "ownerId", &id);
        owner = g_new0(Owner, 1);
        owner->pid = (pid_t)pid;
        owner->id = (unsigned)id;
        owner->name = g_strdup(name);
        if (uuid)
                uuid_parse(uuid, owner->uuid);
        json_get_bool(state, "restricted", &owner->restricted);
        client->mine = owner;
        return 0;
}

static const DaemonProgram program = {
        .name = "virtlockd",
        .stem = "virtlockd",
        .socket = "virtlockd",
        .summary = "virtlockd holds the locks on guests' disks.",
        .kind = &kind,
        .survives_exec = true,
        .read_config = read_config,
        .start = start,
        .stop = stop,
        .busy = busy,
        .freeze = freeze,
        .save = save,
        .restore = restore,
        .save_client = save_client,
        .restore_client = restore_client,
};

int main(int argc, char **argv)
{
        return daemon_main(&program, argc, argv);
}
