/* What a host needs to run guests of a hypervisor, looked up in /dev, /proc and /sys: one line for each thing. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

typedef enum {
        VERDICT_PASS,
        VERDICT_NOTE, /* for information */
        VERDICT_WARN, /* guests run, but slower or with less */
        VERDICT_FAIL, /* they do not run */
} Verdict;

typedef struct Report {
        const char *root;   /* the folder that stands for "/"; "": the machine itself */
        const char *prefix; /* "QEMU" */
        const char *arch;   /* of the host, as uname -m has it */
        FILE *out;          /* NULL: nothing is printed */
        bool colors;
        bool failed; /* something was VERDICT_FAIL */
} Report;

/** checks_for: those of the hypervisor called @name ("qemu"); 1: no such hypervisor. */
int checks_for(Report *report, const char *name);
/** checks_for_all: those of all hypervisors that run on this kind of host. */
void checks_for_all(Report *report);
/** checks_name: of the @n-th hypervisor that checks_for() takes; NULL: that was all. */
const char *checks_name(unsigned n);
