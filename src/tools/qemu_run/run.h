/* Running one guest in this process, by the embedded QEMU driver: its root, its secrets, its life. */
#pragma once

#include <stdbool.h>

typedef struct RunOptions {
        char *root;     /* NULL: a temporary one */
        char **secrets; /* "XML-FILE,VALUE-FILE", NULL-terminated; may be NULL */
        char *guest;    /* the file of the guest's document */
        bool verbose;
} RunOptions;

/** run_guest: until the guest ends or a signal asks us to end it. The program's exit status. */
int run_guest(const RunOptions *options);

/** run_fail: what went wrong, and the status that says so. */
int run_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
