/* Messages to the kernel's routing netlink and what it answers: for the files of link.h. One request, one answer: each
 * call has a socket of its own, so that nobody waits for another. */
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

#include "util/link.h"

enum { LINK_REQUEST_MAX = 1024 };

typedef struct Request {
        union {
                struct nlmsghdr header;
                uint8_t bytes[LINK_REQUEST_MAX];
        };
} Request;

/** request_init: @head follows the header: ifinfomsg, ifaddrmsg, rtmsg. */
void request_init(Request *request, uint16_t type, uint16_t flags, const void *head, size_t length);
struct rtattr *request_put(Request *request, unsigned short type, const void *data, size_t length);
void request_u32(Request *request, unsigned short type, uint32_t value);
void request_text(Request *request, unsigned short type, const char *text);
/** request_open: what is put until request_close() is inside. */
struct rtattr *request_open(Request *request, unsigned short type);
void request_close(Request *request, struct rtattr *nest);

/** request_talk: 0, or the kernel's (or our) errno. */
int request_talk(Request *request);
/** request_ask: the same with a message for an answer, which the caller frees. */
int request_ask(Request *request, struct nlmsghdr **ret_answer);

/* Virtual functions (link_vf.c), apart from the talk about them. */
/** link_vf_request: function @vf of interface @index gets @mac (NULL: keeps its own), @vlan (NULL: likewise). */
void link_vf_request(Request *request, unsigned index, unsigned vf, const uint8_t *mac, const LinkVlan *vlan);
/** link_vf_parse: what @answer (RTM_NEWLINK) says of function @vf; false: nothing. */
bool link_vf_parse(const struct nlmsghdr *answer, unsigned vf, LinkVf *ret_state);
