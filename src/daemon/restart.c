#include "restart.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/text.h"

#include "client.h"
#include "sockets.h"

enum { STATE_MAX = 512 * 1024 * 1024 }; /* thousands of clients, some of them within a large packet */

static char *state_path(const DaemonProgram *program, const Paths *paths)
{
        return g_strdup_printf("%s/%s-restart-exec.json", paths->pid_dir, program->stem);
}

Json *restart_keep(int fd)
{
        if (fd >= 0)
                fcntl(fd, F_SETFD, 0);
        return json_int(fd);
}

int restart_kept(const Json *object, const char *key)
{
        int64_t fd;

        if (!json_get_int(object, key, &fd) || fd < 0 || fd > G_MAXINT || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
                return -1;
        return (int)fd;
}

/* Saving */

static Json *base64(const uint8_t *data, size_t length)
{
        g_autofree char *text = g_base64_encode(data, length);

        return json_string(text);
}

static Json *save_socket(int fd, bool client, bool remove)
{
        Json *object = json_object();

        json_set(object, "fd", restart_keep(fd));
        json_set(object, "errfd", json_int(-1));
        json_set(object, "pid", json_int(0));
        json_set(object, "isClient", json_bool(client));
        json_set(object, "unlinkUNIX", json_bool(remove));
        return object;
}

/* The path that a socket is bound to; "" when it has none. */
static char *socket_path(int fd)
{
        struct sockaddr_un address = { .sun_family = AF_UNSPEC };
        socklen_t length = sizeof(address);

        if (getsockname(fd, (struct sockaddr *)&address, &length) < 0 || address.sun_family != AF_UNIX ||
            length <= offsetof(struct sockaddr_un, sun_path))
                return g_strdup("");
        return g_strndup(address.sun_path, length - offsetof(struct sockaddr_un, sun_path));
}

static Json *save_listener(const ListenerInfo *listener)
{
        g_autofree char *path = socket_path(listener->fd);
        Json *service = json_object(), *sockets = json_array();

        json_set(service, "auth", json_int(0));
        json_set(service, "readonly", json_bool(listener->readonly));
        json_set(service, "nrequests_client_max", json_int(1));
        json_append(sockets, save_socket(listener->fd, false, sockets_made(path)));
        json_set(service, "socks", sockets);
        return service;
}

/* What the peer has sent of its next packets. */
static Json *save_received(const Inbox *inbox)
{
        Json *object = json_object(), *fds = json_array();

        json_set(object, "bytes", base64(inbox->data ? inbox->data + inbox->start : NULL, inbox->length));
        for (unsigned i = 0; i < inbox->n_fds; i++) {
                Json *fd = json_object();

                json_set(fd, "position", json_uint(inbox->fds[i].position - inbox->position));
                json_set(fd, "fd", restart_keep(inbox->fds[i].fd));
                json_append(fds, fd);
        }
        json_set(object, "fds", fds);
        return object;
}

/* Answers that the peer has not taken yet. */
static Json *save_unsent(const Outbox *outbox)
{
        Json *packets = json_array();

        for (const Packet *packet = outbox->head; packet; packet = packet->next) {
                Json *object = json_object(), *fds = json_array();

                json_set(object, "bytes", base64(packet->data + packet->sent, packet->length - packet->sent));
                for (size_t i = packet->fds_sent; i < packet->n_fds; i++)
                        json_append(fds, restart_keep(packet->fds[i]));
                json_set(object, "fds", fds);
                json_append(packets, object);
        }
        return packets;
}

static Json *save_client(const Daemon *daemon, const Client *client)
{
        Json *object = json_object(), *own = json_object();

        json_set(object, "id", json_uint(client->id));
        json_set(object, "auth", json_int(0));
        json_set(object, "auth_pending", json_bool(false));
        json_set(object, "readonly", json_bool(client->readonly_socket));
        json_set(object, "nrequests_max", json_int(1));
        json_set(object, "conn_time", json_int(client->connected_at));
        json_set(object, "sock", save_socket(client->fd, true, false));
        if (client->server == daemon->server && daemon->program->save_client)
                daemon->program->save_client(client, own);
        json_set(object, "privateData", own);
        json_set(object, "opened", json_bool(client->admin_open));
        json_set(object, "received", save_received(&client->inbox));
        json_set(object, "unsent", save_unsent(&client->outbox));
        return object;
}

/* Two clients in the middle of being disconnected are not carried on with. */
static Json *save_clients(const Daemon *daemon, Server *server)
{
        g_autofree Client **clients = NULL;
        Json *list = json_array();
        size_t n;

        clients = server_list_clients(server, &n);
        for (size_t i = 0; i < n; i++) {
                if (!clients[i]->closing && clients[i]->fd >= 0)
                        json_append(list, save_client(daemon, clients[i]));
                client_unref(clients[i]);
        }
        return list;
}

static Json *save_server(const Daemon *daemon, Server *server)
{
        ServerLimits limits = server_get_limits(server);
        g_autofree ListenerInfo *listeners = NULL;
        Json *object = json_object(), *services = json_array();
        size_t n;

        listeners = server_list_listeners(server, &n);
        for (size_t i = 0; i < n; i++)
                json_append(services, save_listener(&listeners[i]));
        json_set(object, "min_workers", json_uint(limits.min_workers));
        json_set(object, "max_workers", json_uint(limits.max_workers));
        json_set(object, "priority_workers", json_uint(limits.prio_workers));
        json_set(object, "max_clients", json_uint(limits.max_clients));
        json_set(object, "max_anonymous_clients", json_uint(limits.max_anonymous_clients));
        json_set(object, "keepaliveInterval", json_int(limits.keepalive_interval));
        json_set(object, "keepaliveCount", json_uint(limits.keepalive_count));
        json_set(object, "next_client_id", json_uint(server->last_id + 1));
        json_set(object, "services", services);
        json_set(object, "clients", save_clients(daemon, server));
        return object;
}

static int save_state(const Daemon *daemon, const char *path, Error *err)
{
        g_autoptr(Json) state = json_object();
        g_autofree char *magic = g_strdup_printf("%d", (int)getpid());
        g_autofree char *text = NULL;
        Json *servers = json_object(), *object = json_object();

        json_set(servers, daemon->admin->name, save_server(daemon, daemon->admin));
        json_set(servers, daemon->server->name, save_server(daemon, daemon->server));
        json_set(object, "servers", servers);
        json_set(state, "daemon", object);
        json_set(state, "magic", json_string(magic));
        daemon->program->save(state);
        text = json_format(state, false);
        return file_replace(path, text, strlen(text), 0600, err);
}

/* Nobody would get as far as taking over: with us everything would be closed. */
bool restart_possible(const Daemon *daemon)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Config *config = NULL;
        int result = daemon->program->read_config(daemon->config->path, false, false, &config, &err);

        config_free(config);
        if (result < 0)
                log_error("this program goes on as it is: %s", err.message);
        return result == 0;
}

int restart_now(Daemon *daemon, const char *path, char **argv, Error *err)
{
        g_autofree char *state = state_path(daemon->program, daemon->paths);
        const char *program = path;

        if (access(path, X_OK) < 0) {
                log_error("this program goes on in place of '%s', which cannot be started: %s", path,
                          g_strerror(errno));
                program = "/proc/self/exe";
        }
        daemon_freeze(daemon);
        if (save_state(daemon, state, err) < 0)
                return -1;
        execv(program, argv);
        /* What is there is no program. We are still one. */
        log_error("cannot start '%s': %s", program, g_strerror(errno));
        execv("/proc/self/exe", argv);
        error_errno(err, errno, "cannot start '%s' anew", path);
        unlink(state);
        return -1;
}

/* Taking over */

Json *restart_take(const DaemonProgram *program, const Paths *paths)
{
        g_autofree char *path = state_path(program, paths);
        g_autofree char *magic = g_strdup_printf("%d", (int)getpid());
        g_autofree char *text = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) state = NULL;
        size_t length;

        if (access(path, F_OK) < 0)
                return NULL;
        if (file_read(path, STATE_MAX, &text, &length, &err) < 0 || !(state = json_parse(text, length, &err)))
                log_error("what a former daemon left in '%s' is lost: %s", path, err.message);
        unlink(path);
        /* Numbers of descriptors mean something to one process only. */
        if (!state || g_strcmp0(json_get_string(state, "magic"), magic) != 0)
                return NULL;
        return g_steal_pointer(&state);
}

/* The servers' names may hold anything but are ours: no path of names. */
static Json *server_state(const Daemon *daemon, const Server *server)
{
        return json_get(json_path(daemon->inherited, "daemon.servers"), server->name);
}

static int adopt_listener(Server *server, const Json *service, const Json *socket, Error *err)
{
        int fd = restart_kept(socket, "fd");
        bool readonly = false, remove = false;

        if (fd < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a listening socket of %s was not handed over",
                                 server->name);
        json_get_bool(service, "readonly", &readonly);
        if (json_get_bool(socket, "unlinkUNIX", &remove) && remove) {
                g_autofree char *path = socket_path(fd);

                sockets_adopt(path);
        }
        server_listen(server, fd, TRANSPORT_UNIX, readonly);
        return 0;
}

int restart_adopt_listeners(Daemon *daemon, Error *err)
{
        Server *servers[] = { daemon->server, daemon->admin };

        for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
                const Json *services = json_get(server_state(daemon, servers[i]), "services");

                for (size_t j = 0; j < json_length(services); j++) {
                        const Json *service = json_at(services, j), *sockets = json_get(service, "socks");

                        for (size_t k = 0; k < json_length(sockets); k++)
                                if (adopt_listener(servers[i], service, json_at(sockets, k), err) < 0)
                                        return -1;
                }
        }
        return 0;
}

static uint8_t *bytes_of(const Json *object, gsize *ret_length)
{
        const char *text = json_get_string(object, "bytes");

        return g_base64_decode(text ? text : "", ret_length);
}

static void adopt_received(Inbox *inbox, const Json *received)
{
        const Json *fds = json_get(received, "fds");
        g_autofree uint8_t *bytes = NULL;
        gsize length;

        bytes = bytes_of(received, &length);
        if (length > 0)
                inbox_put_back(inbox, bytes, length);
        for (size_t i = 0; i < json_length(fds) && i < WIRE_FDS_MAX; i++) {
                uint64_t position = 0;

                json_get_uint(json_at(fds, i), "position", &position);
                inbox->fds[inbox->n_fds++] =
                        (InboxFd){ .position = position, .fd = restart_kept(json_at(fds, i), "fd") };
        }
}

static void adopt_unsent(Outbox *outbox, const Json *packets)
{
        for (size_t i = 0; i < json_length(packets); i++) {
                const Json *fds = json_get(json_at(packets, i), "fds");
                Packet *packet = g_new0(Packet, 1);

                packet->data = bytes_of(json_at(packets, i), &packet->length);
                packet->fds = g_new0(int, json_length(fds) + 1);
                packet->n_fds = json_length(fds);
                for (size_t j = 0; j < packet->n_fds; j++) {
                        g_autoptr(Json) one = json_object();

                        json_set(one, "fd", json_ref(json_at(fds, j)));
                        packet->fds[j] = restart_kept(one, "fd");
                }
                outbox_push(outbox, packet);
        }
}

static int adopt_client(Daemon *daemon, Server *server, const Json *state, size_t index, Error *err)
{
        int fd = restart_kept(json_get(state, "sock"), "fd");
        int64_t connected_at;
        bool readonly = false;
        uint64_t id = 0;
        Client *client;

        /* Its peer's misfortune must not be everybody's. */
        if (fd < 0 || !json_get_uint(state, "id", &id)) {
                log_error("a client of %s was not handed over", server->name);
                return 0;
        }
        json_get_bool(state, "readonly", &readonly);
        client = client_new(server, daemon->loops[index % SERVER_LOOPS], id, fd, TRANSPORT_UNIX, readonly, err);
        if (!client)
                return -1;
        if (json_get_int(state, "conn_time", &connected_at))
                client->connected_at = connected_at;
        json_get_bool(state, "opened", &client->admin_open);
        adopt_received(&client->inbox, json_get(state, "received"));
        adopt_unsent(&client->outbox, json_get(state, "unsent"));
        if (server == daemon->server && daemon->program->restore_client &&
            daemon->program->restore_client(client, json_get(state, "privateData"), err) < 0) {
                client_unref(client);
                return -1;
        }
        server_adopt(server, client);
        client_unref(client);
        return 0;
}

int restart_adopt_clients(Daemon *daemon, Error *err)
{
        Server *servers[] = { daemon->server, daemon->admin };

        for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
                const Json *clients = json_get(server_state(daemon, servers[i]), "clients");

                for (size_t j = 0; j < json_length(clients); j++)
                        if (adopt_client(daemon, servers[i], json_at(clients, j), j, err) < 0)
                                return -1;
        }
        log_info("went on with what the daemon before had open");
        return 0;
}
