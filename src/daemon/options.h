/* The command line of a daemon: the options of libvirt's daemon of that kind, and two of ours. */
#pragma once

#include <stdbool.h>

#include "util/error.h"

typedef struct Options {
        bool daemon, listen, verbose, version, help, session;
        int timeout; /* seconds; -1: none */
        char *config, *pid_file, *root;
} Options;

/* What the options are for. */
typedef struct OptionsKind {
        const char *summary;
        bool listen; /* there is a --listen */
} OptionsKind;

int options_parse(Options *options, const OptionsKind *kind, int argc, char **argv, Error *err);
void options_done(Options *options);
/** options_help: the text of --help; the caller frees. */
char *options_help(const OptionsKind *kind);
