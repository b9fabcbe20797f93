/* The entries of one device (or of the machine) as a struct and a table of its keys: the table reads and writes it. */
#pragma once

#include "conf/common.h"
#include "conf/rows.h"
#include "config.h"

typedef enum {
        VMX_TEXT,    /* const char *: borrowed, from the config or from the writer */
        VMX_ESCAPED, /* the same, but a wrong escape is an error */
        VMX_BOOL,    /* YesNo */
        VMX_NUMBER,  /* VmxNumber */
} VmxKind;

typedef struct VmxNumber {
        int64_t value;
        bool set; /* "unlimited" and "default" are as good as no entry */
} VmxNumber;

typedef struct VmxKey {
        const char *name; /* behind the prefix; NULL ends the table. Row order is output order. */
        VmxKind kind;
        size_t at;
} VmxKey;

#define VMX_KEY_TEXT(N, S, m)                                                                                          \
        {                                                                                                              \
                N, VMX_TEXT, offsetof(S, m) + ROW_IS(S, m, const char *)                                               \
        }
#define VMX_KEY_ESCAPED(N, S, m)                                                                                       \
        {                                                                                                              \
                N, VMX_ESCAPED, offsetof(S, m) + ROW_IS(S, m, const char *)                                            \
        }
#define VMX_KEY_BOOL(N, S, m)                                                                                          \
        {                                                                                                              \
                N, VMX_BOOL, offsetof(S, m) + ROW_IS(S, m, YesNo)                                                      \
        }
#define VMX_KEY_NUMBER(N, S, m)                                                                                        \
        {                                                                                                              \
                N, VMX_NUMBER, offsetof(S, m) + ROW_IS(S, m, VmxNumber)                                                \
        }

#define VMX_NUMBER_OF(n) ((VmxNumber){ .value = (int64_t)(n), .set = true })

/** vmx_take: fill @s (zeroed) from the entries "@prefix@name". */
int vmx_take(const VmxConfig *config, const char *prefix, const VmxKey *keys, void *s, Error *err);
/** vmx_put: append an entry for each member that is set. */
void vmx_put(GString *out, const char *prefix, const VmxKey *keys, const void *s);

/** vmx_take_bool: one entry; YESNO_ABSENT if there is none. */
int vmx_take_bool(const VmxConfig *config, const char *key, YesNo *ret, Error *err);

/* "Missing essential config entry '...'", of device @prefix. */
int vmx_missing(const char *prefix, const char *name, Error *err);

/** vmx_is: the same word in any case; NULL is none. */
bool vmx_is(const char *text, const char *word);
/** vmx_ends: whether @text ends with @suffix in any case; NULL does not. */
bool vmx_ends(const char *text, const char *suffix);
