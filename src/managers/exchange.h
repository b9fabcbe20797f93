/* One question and its answer on a connected socket, by bare system calls: a child on its way to another program may
 * do it too. Every wait ends at the deadline. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rpc/call.h"

/* What is waited for and where it goes. */
typedef struct Exchange {
        int fd;
        uint32_t serial;
        int64_t deadline_ms; /* of the monotonic clock */
        uint8_t *reply;      /* room for the answer: header and payload, without the length word */
        size_t room, length;
} Exchange;

int64_t exchange_now_ms(void);

/** exchange: send @request, receive the answer to it. False: errno, ETIMEDOUT among others. */
bool exchange(Exchange *exchange, const uint8_t *request, size_t length);

/** exchange_fd: the descriptor behind an answer; -1: errno. */
int exchange_fd(Exchange *exchange);
