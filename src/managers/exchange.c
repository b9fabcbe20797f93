#include "exchange.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t exchange_now_ms(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* What is left becomes the socket's own patience. */
static bool set_patience(const Exchange *exchange, int option)
{
        int64_t left = exchange->deadline_ms - exchange_now_ms();
        const struct timeval patience = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };

        if (left <= 0) {
                errno = ETIMEDOUT;
                return false;
        }
        return setsockopt(exchange->fd, SOL_SOCKET, option, &patience, sizeof(patience)) == 0;
}

/* Whether @n of a call says that it is to be tried again; errno tells of the deadline otherwise. */
static bool again(ssize_t n)
{
        if (n < 0 && errno == EAGAIN)
                errno = ETIMEDOUT;
        if (n == 0)
                errno = ECONNRESET;
        return n < 0 && errno == EINTR;
}

static bool send_all(const Exchange *exchange, const uint8_t *data, size_t length)
{
        while (length > 0) {
                ssize_t n;

                if (!set_patience(exchange, SO_SNDTIMEO))
                        return false;
                n = send(exchange->fd, data, length, MSG_NOSIGNAL);
                if (n <= 0 && !again(n))
                        return false;
                if (n > 0) {
                        data += n;
                        length -= (size_t)n;
                }
        }
        return true;
}

static bool receive_all(const Exchange *exchange, uint8_t *data, size_t length)
{
        while (length > 0) {
                ssize_t n;

                if (!set_patience(exchange, SO_RCVTIMEO))
                        return false;
                n = recv(exchange->fd, data, length, 0);
                if (n <= 0 && !again(n))
                        return false;
                if (n > 0) {
                        data += n;
                        length -= (size_t)n;
                }
        }
        return true;
}

static uint32_t word(const uint8_t *data)
{
        return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static bool receive_packet(Exchange *exchange)
{
        uint8_t length[WIRE_LENGTH_SIZE];

        if (!receive_all(exchange, length, sizeof(length)))
                return false;
        if (word(length) < WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE || word(length) - WIRE_LENGTH_SIZE > exchange->room) {
                errno = EMSGSIZE;
                return false;
        }
        exchange->length = word(length) - WIRE_LENGTH_SIZE;
        return receive_all(exchange, exchange->reply, exchange->length);
}

/* Words of the header: program, version, procedure, type, serial, status. */
static bool is_answer(const Exchange *exchange)
{
        uint32_t type = word(exchange->reply + 12);

        return (type == WIRE_REPLY || type == WIRE_REPLY_WITH_FDS) && word(exchange->reply + 16) == exchange->serial;
}

bool exchange(Exchange *exchange, const uint8_t *request, size_t length)
{
        if (!send_all(exchange, request, length))
                return false;
        do {
                if (!receive_packet(exchange))
                        return false;
        } while (!is_answer(exchange));
        return true;
}

int exchange_fd(Exchange *exchange)
{
        union {
                char bytes[CMSG_SPACE(sizeof(int))];
                struct cmsghdr align;
        } control;
        char byte;
        struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
        struct msghdr message = {
                .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
        };
        const struct cmsghdr *c;
        ssize_t n;
        int fd;

        do {
                if (!set_patience(exchange, SO_RCVTIMEO))
                        return -1;
                n = recvmsg(exchange->fd, &message, MSG_CMSG_CLOEXEC);
        } while (n <= 0 && again(n));
        if (n <= 0)
                return -1;
        c = CMSG_FIRSTHDR(&message);
        if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(fd))) {
                errno = EPROTO;
                return -1;
        }
        memcpy(&fd, CMSG_DATA(c), sizeof(fd));
        return fd;
}
