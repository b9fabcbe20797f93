/* The calling side of a connection: one socket, any number of threads.
 *
 * Every thread sends its own packet. One of those that wait for an answer has the turn to receive, for everybody; when
 * its own answer is there it hands the turn on. So a lone caller costs one sendmsg() and one recvmsg(). While nobody
 * calls, the program's event loop (client_watch()) receives events. */
#pragma once

#include "rpc/call.h"

typedef struct Client Client;
typedef struct ClientStream ClientStream;

/* Both run in whatever thread receives, without a lock of the client but within the turn to receive: they must not
 * block, and must not call or close this client. */
typedef struct ClientHooks {
        /** event: a packet of type EVENT that is not keepalive's. */
        void (*event)(const WireHeader *header, WireReader *payload, void *opaque);
        /** closed: the connection broke (virConnectCloseReason); once, and never because of client_close(). */
        void (*closed)(int reason, void *opaque);
} ClientHooks;

/* The program's event loop; the public functions of the same names fit. */
typedef struct ClientLoop {
        int (*add_handle)(int fd, int events, virEventHandleCallback callback, void *opaque, virFreeCallback free);
        void (*update_handle)(int watch, int events);
        int (*remove_handle)(int watch);
        int (*add_timeout)(int delay_ms, virEventTimeoutCallback callback, void *opaque, virFreeCallback free);
        void (*update_timeout)(int timer, int delay_ms);
        int (*remove_timeout)(int timer);
} ClientLoop;

/** client_unix / client_tcp: a connected socket, or the errors clients know ("Failed to connect socket to 'PATH'",
 * "unable to connect to server at 'HOST:PORT'"). */
int client_unix(const char *path, Error *err);
int client_tcp(const char *host, int port, Error *err);

/** client_new: over @fd, a connected blocking stream socket, owned from then on. @hooks must stay. */
Client *client_new(int fd, const ClientHooks *hooks, void *opaque);
Client *client_ref(Client *client);
Client *client_unref(Client *client); /* returns NULL; accepts NULL; call client_close() before the last one */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_unref)

/** client_close: shut the socket, fail whoever waits, leave the event loop. After it returned no hook runs. Not from a
 * hook. May be called again. */
void client_close(Client *client);
bool client_is_alive(Client *client);
bool client_is_unix(const Client *client);

/** client_watch: let the program's event loop receive while nobody calls. False: the program has none. @loop stays. */
bool client_watch(Client *client, const ClientLoop *loop);

/**
 * client_keepalive: after @interval seconds without a byte from the peer send a ping, after @count unanswered ones give
 * up (VIR_CONNECT_CLOSE_REASON_KEEPALIVE). @interval 0 stops it. Works while a call waits, and else needs client_watch().
 */
void client_keepalive(Client *client, int interval, unsigned count);

/** client_begin: start the packet of a new call: the next serial, the header. Payload follows, then client_call(). */
void client_begin(Client *client, uint32_t program, int procedure, WireType type, WireWriter *out,
                  WireHeader *ret_header);

/* The answer to a call; owned. */
typedef struct ClientReply {
        WireReader payload;
        int *fds; /* open; a stolen one becomes -1 */
        size_t n_fds;
        struct Packet *packet;
} ClientReply;

void client_reply_done(ClientReply *reply); /* closes descriptors that are left */
#define CLIENT_REPLY_AUTO __attribute__((cleanup(client_reply_done)))

/**
 * client_call: send @request (made with client_begin(), ended here) with @n_fds descriptors (stay the caller's; need
 * a WithFds type) and wait for the answer. The peer's error becomes @err; a broken connection too.
 */
int client_call(Client *client, const WireHeader *header, WireWriter *request, const int *fds, size_t n_fds,
                ClientReply *ret_reply, Error *err);

/**
 * client_invoke: a described call from C arguments to C results, descriptors included. @ret_stream gets the stream that
 * the call opened; NULL: it opens none.
 */
typedef struct ClientInvoke {
        const CallDesc *desc;
        void *connection; /* for handles in the reply */
        CallArg *argv;
        CallArg *ret; /* NULL: nobody wants it */
        ClientStream **ret_stream;
} ClientInvoke;

int client_invoke(Client *client, ClientInvoke *invoke, Error *err);

/* Streams. Results as in the public calls: -2 would block, -3 at a hole. Once the far end failed every call but
 * abort gives that error. */

/** client_stream_new: for the call with @header that is about to be made; @holes: whether hole packets are permitted. */
ClientStream *client_stream_new(Client *client, const WireHeader *header, bool holes);
/** client_stream_opened: that call succeeded. */
void client_stream_opened(ClientStream *stream);
/** client_stream_free: forget it; one that was opened and not finished is aborted without waiting, what still comes is
 * dropped. Returns NULL; accepts NULL. */
ClientStream *client_stream_free(ClientStream *stream);
int client_stream_send(ClientStream *stream, const char *data, size_t length, bool nonblock, Error *err);
int client_stream_recv(ClientStream *stream, char *data, size_t length, bool stop_at_hole, bool nonblock, Error *err);
int client_stream_send_hole(ClientStream *stream, long long length, unsigned flags, Error *err);
int client_stream_recv_hole(ClientStream *stream, long long *ret_length, Error *err);
int client_stream_finish(ClientStream *stream, Error *err);
int client_stream_abort(ClientStream *stream, Error *err);

typedef void (*ClientStreamFunc)(int events, void *opaque);
/** client_stream_add_callback: call @func from the event loop while one of @events (virStreamEventType) holds. */
int client_stream_add_callback(ClientStream *stream, int events, ClientStreamFunc func, void *opaque,
                               virFreeCallback free, Error *err);
int client_stream_set_events(ClientStream *stream, int events, Error *err);
int client_stream_remove_callback(ClientStream *stream, Error *err);
