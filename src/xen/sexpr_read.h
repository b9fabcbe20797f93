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

/** sexpr_number: 1 and *ret, 0 where there is none. VIR_ERR_INTERNAL_ERROR for a word that is no number. */
int sexpr_number(const Sexpr *list, const char *path, uint64_t max, uint64_t *ret, Error *err);

/* sexpr_device.c */
int sexpr_read_devices(const SexprReader *r, Error *err);
