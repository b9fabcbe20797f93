/* The command line of vireod: libvirtd's options, and two of ours. */
#pragma once

#include <stdbool.h>

#include "util/error.h"

typedef struct Options {
        bool daemon, listen, verbose, version, help, session;
        int timeout; /* seconds; -1: none */
        char *config, *pid_file, *root;
} Options;

int options_parse(Options *options, int argc, char **argv, Error *err);
void options_done(Options *options);
/** options_help: the text of --help; the caller frees. */
char *options_help(void);
