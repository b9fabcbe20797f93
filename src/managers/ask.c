#include "ask.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "util/auto.h"
#include "util/paths.h"
#include "util/pool.h"

enum { REPLY_MAX = WIRE_STRING_MAX + 65536 };

int ask_failed(const char *socket, int errnum, Error *err)
{
        if (errnum == ENOENT || errnum == ECONNREFUSED)
                return error_errno(err, errnum, "Failed to connect socket to '%s'", socket);
        if (errnum == ETIMEDOUT)
                return error_set(err, VIR_ERR_OPERATION_TIMEOUT, "the daemon at '%s' does not answer", socket);
        return error_errno(err, errnum, "no answer from the daemon at '%s'", socket);
}

/* A listener that accepts nobody must not hold us up either. */
static int connect_within(const char *path, int timeout_ms, Error *err)
{
        const struct timeval patience = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
        struct sockaddr_un address;
        AUTO_FD int folder = -1;
        AUTO_FD int fd = -1;

        if (unix_address(path, &address, &folder, err) < 0)
                return -1;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
                return error_errno(err, errno, "cannot make a socket for '%s'", path);
        while (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
                if (errno == EAGAIN)
                        return ask_failed(path, ETIMEDOUT, err);
                if (errno != EINTR)
                        return error_errno(err, errno, "Failed to connect socket to '%s'", path);
        }
        return fd_steal(&fd);
}

int ask_begin(Ask *ask, const char *socket, int timeout_ms, Error *err)
{
        *ask = (Ask){ .socket = socket, .fd = -1, .deadline_ms = exchange_now_ms() + timeout_ms };
        pool_wait_begin();
        ask->fd = connect_within(socket, timeout_ms, err);
        pool_wait_end();
        return ask->fd < 0 ? -1 : 0;
}

void ask_end(Ask *ask)
{
        if (ask->fd >= 0)
                close(fd_steal(&ask->fd));
}

int ask_encode(const CallDesc *desc, const CallArg *argv, uint32_t serial, WireWriter *out, Error *err)
{
        const WireHeader header = { .program = desc->program,
                                    .version = program_version(desc->program),
                                    .procedure = desc->number,
                                    .type = WIRE_CALL,
                                    .serial = serial,
                                    .status = WIRE_OK };

        wire_begin(out, &header);
        return call_encode_request(desc, argv, out, err) < 0 ? -1 : wire_end(out, err);
}

/* Behind the header and, in answers with descriptors, their count. */
static int open_reply(const uint8_t *reply, size_t length, WireReader *ret_payload, uint32_t *ret_fds, Error *err)
{
        WireReader in = { .data = reply, .length = length };
        WireHeader header;

        *ret_fds = 0;
        if (!wire_get_header(&in, &header) ||
            (header.type == WIRE_REPLY_WITH_FDS && (!wire_get_u32(&in, ret_fds) || *ret_fds > WIRE_FDS_MAX)))
                return error_set(err, VIR_ERR_RPC, "an answer that cannot be read");
        if (header.status == WIRE_OK) {
                *ret_payload = in;
                return 0;
        }
        if (!wire_get_error(&in, err))
                return error_set(err, VIR_ERR_RPC, "an error that cannot be read");
        return -1;
}

int ask_decode(const CallDesc *desc, CallArg *argv, CallArg *ret, const uint8_t *reply, size_t length, Error *err)
{
        CallArg unused = { 0 };
        WireReader in;
        uint32_t n_fds;

        if (open_reply(reply, length, &in, &n_fds, err) < 0)
                return -1;
        return call_decode_reply(desc, NULL, argv, ret ? ret : &unused, &in, err);
}

static int take_fds(const CallDesc *desc, CallArg *argv, CallArg *ret, Exchange *ex, const char *socket, Error *err)
{
        int fds[WIRE_FDS_MAX];
        uint32_t n_fds, n = 0;
        WireReader in;
        int result = 0;

        if (open_reply(ex->reply, ex->length, &in, &n_fds, err) < 0)
                return -1;
        while (n < n_fds && (fds[n] = exchange_fd(ex)) >= 0)
                n++;
        if (n < n_fds)
                result = ask_failed(socket, errno, err);
        else if (n_fds > 0 || call_replies_fds(desc))
                result = call_take_reply_fds(desc, argv, ret, fds, n_fds, err);
        for (uint32_t i = 0; result < 0 && i < n; i++)
                close(fds[i]);
        return result;
}

static int answer(Ask *ask, const CallDesc *desc, CallArg *argv, CallArg *ret, const WireWriter *request, Error *err)
{
        g_autofree uint8_t *room = g_malloc(REPLY_MAX);
        Exchange ex = {
                .fd = ask->fd, .serial = ask->serial, .deadline_ms = ask->deadline_ms, .reply = room, .room = REPLY_MAX
        };
        CallArg unused = { 0 };
        bool answered;

        pool_wait_begin();
        answered = exchange(&ex, request->data, request->length);
        pool_wait_end();
        if (!answered)
                return ask_failed(ask->socket, errno, err);
        if (take_fds(desc, argv, ret ? ret : &unused, &ex, ask->socket, err) < 0)
                return -1;
        return ask_decode(desc, argv, call_replies_fds(desc) ? &unused : ret, ex.reply, ex.length, err);
}

int ask_call(Ask *ask, const CallDesc *desc, CallArg *argv, CallArg *ret, Error *err)
{
        WireWriter request = { 0 };
        int result = ask_encode(desc, argv, ++ask->serial, &request, err);

        if (result == 0)
                result = answer(ask, desc, argv, ret, &request, err);
        wire_writer_done(&request);
        return result;
}
