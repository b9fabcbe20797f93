#include "keepalive.h"

#include "rpc/call.h"
#include "util/auto.h"
#include "util/log.h"

enum { KEEPALIVE_PING = 1, KEEPALIVE_PONG = 2, KEEPALIVE_VERSION = 1 };

static void send_one(Client *client, int procedure)
{
        WireWriter out = { 0 };
        const WireHeader header = {
                .program = PROGRAM_KEEPALIVE, .version = KEEPALIVE_VERSION, .procedure = procedure, .type = WIRE_EVENT
        };

        wire_begin(&out, &header);
        wire_end(&out, NULL);
        client_send(client, packet_new(&out));
}

/* Nothing is read from a stalled client, so its silence says nothing. */
static bool listening(Client *client)
{
        LOCKED(&client->lock);
        return !client->stalled;
}

static void on_timer(LoopSource *source, void *opaque)
{
        Client *client = opaque;
        ClientKeepalive *keepalive = &client->keepalive;
        int64_t quiet_ms = (g_get_monotonic_time() - keepalive->last_received) / 1000;
        int64_t interval_ms = keepalive->interval * INT64_C(1000);

        if (keepalive->unanswered == 0 && quiet_ms < interval_ms) {
                loop_set_timer(source, interval_ms - quiet_ms, 0);
                return;
        }
        loop_set_timer(source, interval_ms, 0);
        if (!listening(client))
                return;
        if (keepalive->unanswered >= keepalive->count) {
                log_info("client %" G_GUINT64_FORMAT " of %s has not been heard for %" G_GINT64_FORMAT
                         " s: disconnected",
                         client->id, client->server->name, quiet_ms / 1000);
                client_close(client);
                return;
        }
        keepalive->unanswered++;
        send_one(client, KEEPALIVE_PING);
}

static void drop_ref(void *opaque)
{
        client_unref(opaque);
}

void keepalive_start(Client *client)
{
        ServerLimits limits = server_get_limits(client->server);
        ClientKeepalive *keepalive = &client->keepalive;

        if (keepalive->timer || limits.keepalive_interval <= 0)
                return;
        keepalive->interval = limits.keepalive_interval;
        keepalive->count = limits.keepalive_count;
        keepalive->last_received = g_get_monotonic_time();
        keepalive->timer = loop_add_timer(client->loop, keepalive->interval * INT64_C(1000), 0, on_timer,
                                          client_ref(client), drop_ref);
}

void keepalive_stop(Client *client)
{
        loop_remove(g_steal_pointer(&client->keepalive.timer));
}

void keepalive_heard(Client *client)
{
        if (!client->keepalive.timer)
                return;
        client->keepalive.unanswered = 0;
        client->keepalive.last_received = g_get_monotonic_time();
}

void keepalive_packet(Client *client, const WireHeader *header)
{
        if (header->version == KEEPALIVE_VERSION && header->procedure == KEEPALIVE_PING)
                send_one(client, KEEPALIVE_PONG);
}
