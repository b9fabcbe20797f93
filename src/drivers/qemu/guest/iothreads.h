/* The I/O threads of a running guest, objects of its QEMU: what a definition says of them is made so. */
#pragma once

#include "guest/instance.h"

/* What can be set of one: a parameter of the API, a property of QEMU's object, a member of the definition. */
typedef struct IothreadParam {
        const char *name, *property;
        int type;
        size_t offset;
        uint64_t usual; /* what QEMU does when nobody says */
} IothreadParam;

enum { IOTHREAD_PARAMS = 5 };
extern const IothreadParam iothread_params[IOTHREAD_PARAMS];

/** guest_iothreads_apply: those that only @to has come, those that only @from has go, others are set as @to says. When it
 * fails all are as before. */
int guest_iothreads_apply(Guest *guest, const Domain *from, const Domain *to, Error *err);
