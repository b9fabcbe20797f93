/* Reading what xend says of a guest: what its parts share. */
#pragma once

#include "formats.h"
#include "sexpr.h"

typedef struct SexprReader {
        const Sexpr *root;
        const Sexpr *image; /* (hvm ...) or (linux ...); NULL: none */
        int version;        /* XEND_* */
        Domain *d;
} SexprReader;

/* sexpr_device.c */
int sexpr_read_devices(const SexprReader *r, Error *err);
