#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "util/auto.h"
#include "util/log.h"

#include "client.h"

enum {
        ACCEPT_BATCH = 64,     /* other sources of the loop get their turn after so many */
        ACCEPT_RETRY_MS = 200, /* when descriptors or memory have run out */
};

struct Listener {
        Server *server;
        int fd;
        Transport transport;
        bool readonly;
        LoopSource *source, *retry;
};

Server *server_new(const char *name, const ServerKind *kind, Loop **loops, const ServerLimits *limits)
{
        Server *server = g_new0(Server, 1);

        server->name = name;
        server->kind = kind;
        server->loops = loops;
        server->limits = *limits;
        server->pool = pool_new(name, limits->min_workers, limits->max_workers);
        if (limits->prio_workers > 0)
                server->prio = pool_new("prio", limits->prio_workers, limits->prio_workers);
        server->clients = g_hash_table_new(g_int64_hash, g_int64_equal);
        server->listeners = g_ptr_array_new();
        pthread_mutex_init(&server->lock, NULL);
        return server;
}

static bool is_full(const Server *server)
{
        return g_hash_table_size(server->clients) >= server->limits.max_clients;
}

/* Listening starts and ends with the limits; whoever changed a number calls it, without the lock. */
static void update_listeners(Server *server)
{
        LOCKED(&server->lock);
        bool full = is_full(server);

        if (full == server->full || !server->serving || server->stopping || server->frozen)
                return;
        server->full = full;
        if (full)
                log_warn("%s has its %u clients: more have to wait", server->name, server->limits.max_clients);
        for (guint i = 0; i < server->listeners->len; i++) {
                Listener *listener = g_ptr_array_index(server->listeners, i);

                loop_set_events(listener->source, full ? 0 : LOOP_IN);
        }
}

/* The accepting loop is preferred among equals: a lone client costs no wake-up of another thread. */
static unsigned pick_loop(const Server *server)
{
        unsigned best = 0;

        for (unsigned i = 1; i < SERVER_LOOPS; i++)
                best = server->load[i] < server->load[best] ? i : best;
        return best;
}

static unsigned *load_of(Server *server, const Client *client)
{
        unsigned i = 0;

        while (i < SERVER_LOOPS - 1 && server->loops[i] != client->loop)
                i++;
        return &server->load[i];
}

/* With a reference for the caller; NULL: refused. */
static Client *add_client(Server *server, int *fd, const Listener *listener, Error *err)
{
        Client *client;
        uint64_t id;
        Loop *loop;

        {
                LOCKED(&server->lock);
                id = ++server->last_id;
                loop = server->loops[pick_loop(server)];
        }
        client = client_new(server, loop, id, *fd, listener->transport, listener->readonly, err);
        if (!client)
                return NULL;
        *fd = -1;
        if (server->kind->own_user && client->identity.uid != (int)geteuid()) {
                error_set(err, VIR_ERR_ACCESS_DENIED, "the socket of %s is for uid %u, not for uid %d of process %d",
                          server->name, geteuid(), client->identity.uid, client->identity.pid);
                return client_unref(client);
        }
        {
                LOCKED(&server->lock);
                if (server->stopping)
                        return client_unref(client);
                g_hash_table_insert(server->clients, &client->id, client_ref(client));
                ++*load_of(server, client);
        }
        return client;
}

static void accept_one(Listener *listener, int accepted)
{
        AUTO_FD int fd = accepted;
        ERROR_AUTO Error err = ERROR_INIT;
        Client *client;

        if (listener->transport == TRANSPORT_TCP) {
                const int one = 1;

                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        }
        client = add_client(listener->server, &fd, listener, &err);
        if (!client) {
                if (error_is_set(&err))
                        log_warn("a client was refused: %s", err.message);
                return;
        }
        client_start(client);
        client_unref(client);
        listener->server->changed(listener->server->opaque);
}

static void on_retry(LoopSource *source, void *opaque)
{
        Listener *listener = opaque;
        LOCKED(&listener->server->lock);

        if (!listener->server->full)
                loop_set_events(listener->source, LOOP_IN);
}

/* Out of descriptors: the connection stays in the kernel's queue, which would wake the loop for ever. */
static void pause_listener(Listener *listener, int errnum)
{
        log_warn("cannot accept a client of %s now: %s", listener->server->name, g_strerror(errnum));
        loop_set_events(listener->source, 0);
        loop_set_timer(listener->retry, ACCEPT_RETRY_MS, 0);
}

static bool has_room(Server *server)
{
        LOCKED(&server->lock);
        return !is_full(server);
}

static void on_connection(LoopSource *source, int fd, unsigned events, void *opaque)
{
        Listener *listener = opaque;

        for (int i = 0; i < ACCEPT_BATCH && has_room(listener->server); i++) {
                int accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

                if (accepted < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
                        pause_listener(listener, errno);
                        break;
                }
                if (accepted < 0)
                        break;
                accept_one(listener, accepted);
        }
        update_listeners(listener->server);
}

void server_listen(Server *server, int fd, Transport transport, bool readonly)
{
        Listener *listener = g_new0(Listener, 1);

        /* The peer may have left again before it is accepted. */
        fcntl(fd, F_SETFL, O_NONBLOCK);
        listener->server = server;
        listener->fd = fd;
        listener->transport = transport;
        listener->readonly = readonly;
        g_ptr_array_add(server->listeners, listener);
}

void server_serve(Server *server)
{
        LOCKED(&server->lock);

        server->serving = true;
        for (guint i = 0; i < server->listeners->len; i++) {
                Listener *listener = g_ptr_array_index(server->listeners, i);

                listener->retry = loop_add_timer(server->loops[0], -1, 0, on_retry, listener, NULL);
                listener->source = loop_add_fd(server->loops[0], listener->fd, LOOP_IN, on_connection, listener, NULL);
        }
}

typedef struct Freeze {
        Server *server;
        Loop *loop;
        pthread_mutex_t lock; /* done */
        pthread_cond_t changed;
        bool done;
} Freeze;

/* In the loop: what ran there is over, what is still to come finds no source. */
static void freeze_loop(void *opaque)
{
        Freeze *freeze = opaque;
        g_autofree Client **clients = NULL;
        size_t n;

        clients = server_list_clients(freeze->server, &n);
        for (size_t i = 0; i < n; i++) {
                if (clients[i]->loop == freeze->loop)
                        client_freeze(clients[i]);
                client_unref(clients[i]);
        }
        LOCKED(&freeze->lock);
        freeze->done = true;
        pthread_cond_signal(&freeze->changed);
}

static void freeze_clients(Server *server, Loop *loop)
{
        Freeze freeze = { .server = server, .loop = loop };

        pthread_mutex_init(&freeze.lock, NULL);
        pthread_cond_init(&freeze.changed, NULL);
        loop_call(loop, freeze_loop, &freeze);
        {
                LOCKED(&freeze.lock);
                while (!freeze.done)
                        pthread_cond_wait(&freeze.changed, &freeze.lock);
        }
        pthread_cond_destroy(&freeze.changed);
        pthread_mutex_destroy(&freeze.lock);
}

void server_freeze(Server *server)
{
        {
                LOCKED(&server->lock);
                server->frozen = true;
        }
        for (guint i = 0; i < server->listeners->len; i++) {
                Listener *listener = g_ptr_array_index(server->listeners, i);

                loop_remove(g_steal_pointer(&listener->source));
                loop_remove(g_steal_pointer(&listener->retry));
        }
        for (size_t i = 0; i < SERVER_LOOPS; i++)
                freeze_clients(server, server->loops[i]);
        server->prio = pool_free(server->prio);
        server->pool = pool_free(server->pool);
}

ListenerInfo *server_list_listeners(Server *server, size_t *ret_n)
{
        LOCKED(&server->lock);
        ListenerInfo *list = g_new0(ListenerInfo, server->listeners->len + 1);

        for (guint i = 0; i < server->listeners->len; i++) {
                const Listener *listener = g_ptr_array_index(server->listeners, i);

                list[i] = (ListenerInfo){ .fd = listener->fd,
                                          .transport = listener->transport,
                                          .readonly = listener->readonly };
        }
        *ret_n = server->listeners->len;
        return list;
}

void server_adopt(Server *server, Client *client)
{
        {
                LOCKED(&server->lock);
                server->last_id = MAX(server->last_id, client->id);
                g_hash_table_insert(server->clients, &client->id, client_ref(client));
                ++*load_of(server, client);
        }
        client_start(client);
}

void server_forget(Server *server, Client *client)
{
        bool known;

        {
                LOCKED(&server->lock);
                known = g_hash_table_remove(server->clients, &client->id);
                *load_of(server, client) -= known;
        }
        update_listeners(server);
        if (known)
                client_unref(client);
        server->changed(server->opaque);
}

void server_count_alive(Server *server, int change)
{
        g_atomic_int_add(&server->alive, change);
        if (change < 0)
                server->changed(server->opaque);
}

unsigned server_count_clients(Server *server)
{
        LOCKED(&server->lock);
        return g_hash_table_size(server->clients);
}

static gint compare_ids(gconstpointer a, gconstpointer b)
{
        const Client *first = *(Client *const *)a, *second = *(Client *const *)b;

        return first->id < second->id ? -1 : first->id > second->id;
}

Client **server_list_clients(Server *server, size_t *ret_n)
{
        LOCKED(&server->lock);
        GPtrArray *list = g_ptr_array_new();
        GHashTableIter iter;
        gpointer client;

        g_hash_table_iter_init(&iter, server->clients);
        while (g_hash_table_iter_next(&iter, NULL, &client))
                g_ptr_array_add(list, client_ref(client));
        g_ptr_array_sort(list, compare_ids);
        *ret_n = list->len;
        return (Client **)g_ptr_array_free(list, FALSE);
}

Client *server_find_client(Server *server, uint64_t id)
{
        LOCKED(&server->lock);
        Client *client = g_hash_table_lookup(server->clients, &id);

        return client ? client_ref(client) : NULL;
}

Pool *server_pool(Server *server, bool high_priority)
{
        LOCKED(&server->lock);
        return high_priority && server->limits.prio_workers > 0 ? server->prio : server->pool;
}

ServerLimits server_get_limits(Server *server)
{
        LOCKED(&server->lock);
        return server->limits;
}

int server_set_client_limits(Server *server, unsigned max_clients, unsigned max_anonymous, Error *err)
{
        if (max_anonymous > max_clients)
                return error_set(err, VIR_ERR_INVALID_ARG, "more unauthenticated clients (%u) than clients at all (%u)",
                                 max_anonymous, max_clients);
        {
                LOCKED(&server->lock);
                server->limits.max_clients = max_clients;
                server->limits.max_anonymous_clients = max_anonymous;
        }
        update_listeners(server);
        return 0;
}

static int set_prio_workers(Server *server, unsigned n, Error *err)
{
        Pool *prio;

        {
                LOCKED(&server->lock);
                if (!server->prio)
                        server->prio = pool_new("prio", n, n);
                prio = server->prio;
        }
        return pool_set_limits(prio, n, n, err);
}

int server_set_workers(Server *server, const ServerLimits *limits, Error *err)
{
        if (limits->min_workers > limits->max_workers)
                return error_set(err, VIR_ERR_INVALID_ARG, "minWorkers cannot be larger than maxWorkers: %u and %u",
                                 limits->min_workers, limits->max_workers);
        if (pool_set_limits(server->pool, limits->min_workers, limits->max_workers, err) < 0)
                return -1;
        if (limits->prio_workers > 0 && set_prio_workers(server, limits->prio_workers, err) < 0)
                return -1;
        LOCKED(&server->lock);
        server->limits.min_workers = limits->min_workers;
        server->limits.max_workers = limits->max_workers;
        server->limits.prio_workers = limits->prio_workers;
        return 0;
}

static void close_listeners(Server *server)
{
        g_autoptr(GPtrArray) listeners = NULL;

        {
                LOCKED(&server->lock);
                server->stopping = true;
                listeners = g_steal_pointer(&server->listeners);
                server->listeners = g_ptr_array_new();
        }
        for (guint i = 0; i < listeners->len; i++) {
                Listener *listener = g_ptr_array_index(listeners, i);

                loop_remove(listener->source);
                loop_remove(listener->retry);
                close(listener->fd);
                g_free(listener);
        }
}

void server_stop(Server *server)
{
        g_autofree Client **clients = NULL;
        size_t n;

        close_listeners(server);
        clients = server_list_clients(server, &n);
        for (size_t i = 0; i < n; i++) {
                client_close(clients[i]);
                client_unref(clients[i]);
        }
}

Server *server_free(Server *server)
{
        if (!server)
                return NULL;
        pool_free(server->prio);
        pool_free(server->pool);
        g_hash_table_unref(server->clients);
        g_ptr_array_unref(server->listeners);
        pthread_mutex_destroy(&server->lock);
        g_free(server);
        return NULL;
}
