/* The calling side of a connection: the program's event loop, which receives while nobody calls, and keepalive. */
#include "client_private.h"

#include <sys/socket.h>

enum {
        PAUSE_MS = 10,            /* how long the loop stays out of the way of threads that call */
        BACKLOG_BYTES = 64 << 20, /* stream data nobody took: the loop lets the socket fill up */
        KEEPALIVE_PING = 1,
        KEEPALIVE_PONG = 2,
};

static int wanted_events(Client *client)
{
        int events = 0;

        LOCKED(&client->lock);
        if (!client->paused && client_streams_queued(client) < BACKLOG_BYTES)
                events |= VIR_EVENT_HANDLE_READABLE;
        if (client->out && !client->flushing)
                events |= VIR_EVENT_HANDLE_WRITABLE;
        return events;
}

void client_watch_update(Client *client)
{
        int events;

        if (!client_is_alive(client)) {
                client_watch_stop(client);
                return;
        }
        LOCKED(&client->watch_lock);
        if (client->watch < 0)
                return;
        if (__atomic_exchange_n(&client->resume, false, __ATOMIC_RELAXED))
                client->paused = false;
        events = wanted_events(client);
        if (events != client->watch_events)
                client->loop->update_handle(client->watch, events);
        client->watch_events = events;
}

/* A thread that calls receives for everybody: being woken for each of its replies would only cost. */
static void pause_watch(Client *client)
{
        LOCKED(&client->watch_lock);
        if (client->watch < 0 || client->paused)
                return;
        client->paused = true;
        client->seen_received = __atomic_load_n(&client->n_received, __ATOMIC_RELAXED);
        client->watch_events = 0;
        client->loop->update_handle(client->watch, 0);
        client->loop->update_timeout(client->pause_timer, PAUSE_MS);
}

/* Whether a thread has the turn; then its end lets the loop receive again. */
static bool resume_later(Client *client)
{
        LOCKED(&client->lock);

        __atomic_store_n(&client->resume, true, __ATOMIC_RELAXED);
        return client->receiving;
}

/* Still busy: as long as threads go on calling, the loop stays away. */
static bool stay_paused(Client *client, int timer)
{
        uint64_t received = __atomic_load_n(&client->n_received, __ATOMIC_RELAXED);

        LOCKED(&client->watch_lock);
        if (received != client->seen_received) {
                client->seen_received = received;
                return true;
        }
        client->loop->update_timeout(timer, -1);
        return !client->paused || resume_later(client);
}

static void on_pause_timer(int timer, void *opaque)
{
        Client *client = opaque;

        if (!stay_paused(client, timer))
                client_watch_update(client);
}

static bool take_turn(Client *client)
{
        LOCKED(&client->lock);
        if (client->receiving || client->closed)
                return false;
        client->receiving = true;
        return true;
}

static void on_socket(int watch, int fd, int events, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Client *client = opaque;

        if (!take_turn(client)) {
                pause_watch(client);
                client_settle(client);
                return;
        }
        client_receive(client, false);
        pthread_mutex_lock(&client->lock);
        client_turn_end(client);
        if (!client->flushing && !client->closed)
                client_flush(client, &err);
        pthread_mutex_unlock(&client->lock);
        client_streams_kick(client);
        client_watch_update(client);
        client_tell(client);
}

static void on_keepalive_timer(int timer, void *opaque)
{
        Client *client = opaque;

        client_keepalive_tick(client);
        client_settle(client);
}

static void unref(void *opaque)
{
        client_unref(opaque);
}

static int add_timer(Client *client, const ClientLoop *loop, virEventTimeoutCallback callback)
{
        int timer = loop->add_timeout(-1, callback, client_ref(client), unref);

        if (timer < 0)
                client_unref(client);
        return timer;
}

bool client_watch(Client *client, const ClientLoop *loop)
{
        int watch;

        LOCKED(&client->watch_lock);
        client->loop = loop;
        client->watch_events = VIR_EVENT_HANDLE_READABLE;
        watch = loop->add_handle(client->fd, client->watch_events, on_socket, client_ref(client), unref);
        if (watch < 0) {
                client->loop = NULL;
                client_unref(client);
                return false;
        }
        client->watch = watch;
        client->timer = add_timer(client, loop, on_keepalive_timer);
        client->pause_timer = add_timer(client, loop, on_pause_timer);
        return true;
}

void client_watch_stop(Client *client)
{
        LOCKED(&client->watch_lock);
        if (client->watch < 0)
                return;
        client->loop->remove_handle(client->watch);
        if (client->timer >= 0)
                client->loop->remove_timeout(client->timer);
        if (client->pause_timer >= 0)
                client->loop->remove_timeout(client->pause_timer);
        client->watch = client->timer = client->pause_timer = -1;
}

static void send_keepalive(Client *client, int procedure)
{
        ERROR_AUTO Error err = ERROR_INIT;
        WireHeader header = { .program = PROGRAM_KEEPALIVE, .version = 1, .procedure = procedure, .type = WIRE_EVENT };

        LOCKED(&client->lock);
        /* A peer that does not read gets no pile of answers. */
        if (!client->closed && !client->out)
                client_send_bare(client, &header, NULL, 0, &err);
}

bool client_keepalive_packet(Client *client, const Packet *packet)
{
        if (packet->header.program != PROGRAM_KEEPALIVE)
                return false;
        if (packet->header.procedure == KEEPALIVE_PING)
                send_keepalive(client, KEEPALIVE_PONG);
        return true;
}

/* What is to be done now: nothing, a ping, or giving up. Locked. */
typedef enum { TICK_QUIET, TICK_PING, TICK_DEAD } Tick;

static Tick next_tick(Client *client, int64_t *ret_delay_us)
{
        int64_t now = g_get_monotonic_time(), interval = client->interval * G_USEC_PER_SEC;
        int64_t heard = __atomic_load_n(&client->heard_us, __ATOMIC_RELAXED);

        if (heard >= client->pinged_us)
                client->unanswered = 0;
        *ret_delay_us = MAX(heard, client->pinged_us) + interval - now;
        if (*ret_delay_us > 0)
                return TICK_QUIET;
        *ret_delay_us = interval;
        if (client->unanswered >= client->count)
                return TICK_DEAD;
        client->unanswered++;
        client->pinged_us = now;
        return TICK_PING;
}

static void arm_timer(Client *client, int64_t delay_us)
{
        LOCKED(&client->watch_lock);
        if (client->timer >= 0)
                client->loop->update_timeout(client->timer, delay_us < 0 ? -1 : (int)(delay_us / 1000 + 1));
}

void client_keepalive_tick(Client *client)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Tick tick = TICK_QUIET;
        int64_t delay = -1;

        pthread_mutex_lock(&client->lock);
        if (client->interval > 0 && !client->closed)
                tick = next_tick(client, &delay);
        pthread_mutex_unlock(&client->lock);
        if (tick == TICK_PING)
                send_keepalive(client, KEEPALIVE_PING);
        if (tick == TICK_DEAD) {
                error_set(&err, VIR_ERR_INTERNAL_ERROR, "connection closed due to keepalive timeout");
                client_fail(client, VIR_CONNECT_CLOSE_REASON_KEEPALIVE, &err);
                return;
        }
        arm_timer(client, delay);
}

void client_keepalive(Client *client, int interval, unsigned count)
{
        struct timeval patience = { .tv_sec = interval > 0 ? interval : 0 };

        pthread_mutex_lock(&client->lock);
        client->interval = interval > 0 ? interval : 0;
        client->count = count;
        client->unanswered = 0;
        client->pinged_us = 0;
        __atomic_store_n(&client->heard_us, g_get_monotonic_time(), __ATOMIC_RELAXED);
        pthread_mutex_unlock(&client->lock);
        /* A thread that waits in recvmsg() looks up after that time, without any extra call while all is well. */
        setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        client_keepalive_tick(client);
}
