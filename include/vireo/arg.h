/* One argument of a call or an event, whatever its type. Which member counts follows from the description in api/. */
#pragma once

#include <stddef.h>

typedef union CallArg {
        int i;
        unsigned u;
        long l;
        unsigned long ul;
        long long ll;
        unsigned long long ull;
        double d;
        size_t z;
        unsigned char uc;
        void *p;
        const char *s;
} CallArg;
