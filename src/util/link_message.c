/* See link_message.h. */
#include "link_message.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>

#include "util/auto.h"

enum { ANSWER_MAX = 1024 * 1024 };

void request_init(Request *request, uint16_t type, uint16_t flags, const void *head, size_t length)
{
        memset(request, 0, sizeof(*request));
        request->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(length);
        request->header.nlmsg_type = type;
        request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
        memcpy(NLMSG_DATA(&request->header), head, length);
}

struct rtattr *request_put(Request *request, unsigned short type, const void *data, size_t length)
{
        size_t at = NLMSG_ALIGN(request->header.nlmsg_len);
        struct rtattr *attribute = (struct rtattr *)(void *)(request->bytes + at);

        g_assert(at + RTA_SPACE(length) <= sizeof(request->bytes));
        attribute->rta_type = type;
        attribute->rta_len = (unsigned short)RTA_LENGTH(length);
        if (length > 0)
                memcpy(RTA_DATA(attribute), data, length);
        request->header.nlmsg_len = (uint32_t)(at + RTA_SPACE(length));
        return attribute;
}

void request_u32(Request *request, unsigned short type, uint32_t value)
{
        request_put(request, type, &value, sizeof(value));
}

void request_text(Request *request, unsigned short type, const char *text)
{
        request_put(request, type, text, strlen(text) + 1);
}

struct rtattr *request_open(Request *request, unsigned short type)
{
        return request_put(request, type, NULL, 0);
}

void request_close(Request *request, struct rtattr *nest)
{
        nest->rta_len = (unsigned short)(request->bytes + request->header.nlmsg_len - (uint8_t *)nest);
}

/* The next message, however long; the caller frees. */
static int receive(int fd, void **ret_bytes, size_t *ret_length)
{
        g_autofree void *bytes = NULL;
        ssize_t n;

        do
                n = recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return errno;
        if (n < (ssize_t)sizeof(struct nlmsghdr) || n > ANSWER_MAX)
                return EPROTO;
        bytes = g_malloc0((size_t)n);
        n = recv(fd, bytes, (size_t)n, 0);
        if (n < 0)
                return errno;
        *ret_bytes = g_steal_pointer(&bytes);
        *ret_length = (size_t)n;
        return 0;
}

int request_ask(Request *request, struct nlmsghdr **ret_answer)
{
        AUTO_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
        g_autofree void *bytes = NULL;
        const struct nlmsghdr *answer;
        size_t length = 0;
        int r;

        if (fd < 0 || sendto(fd, request, request->header.nlmsg_len, 0, (void *)&kernel, sizeof(kernel)) < 0)
                return errno;
        r = receive(fd, &bytes, &length);
        if (r)
                return r;
        answer = bytes;
        if (!NLMSG_OK(answer, length))
                return EPROTO;
        if (answer->nlmsg_type == NLMSG_ERROR) {
                if (length < NLMSG_LENGTH(sizeof(struct nlmsgerr)))
                        return EPROTO;
                r = -((const struct nlmsgerr *)NLMSG_DATA(answer))->error;
        }
        if (r == 0 && ret_answer)
                *ret_answer = g_steal_pointer(&bytes);
        return r;
}

int request_talk(Request *request)
{
        g_autofree struct nlmsghdr *answer = NULL;
        int r = request_ask(request, &answer);

        return r == 0 && answer->nlmsg_type != NLMSG_ERROR ? EPROTO : r;
}
