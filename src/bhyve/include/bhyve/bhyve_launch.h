/* A domain as commands: bhyve itself, and what loads the guest before it. */
#pragma once

#include "bhyve/bhyve_rules.h"

/* What is known only when the guest is started. */
typedef struct BhyveLaunch {
        unsigned features;       /* BHYVE_* of the installed bhyve */
        bool grub_console;       /* grub-bhyve knows --cons-dev */
        const char *const *taps; /* a tap device for each interface */
        size_t n_taps;
        unsigned vnc_port;      /* for a screen that takes any */
        const char *device_map; /* where the device map will be */
} BhyveLaunch;

typedef struct BhyveCommands {
        char **run;       /* program and arguments */
        char **loader;    /* NULL: the firmware loads the guest */
        char *device_map; /* its text; NULL: none is needed */
} BhyveCommands;

/** bhyve_commands: for a settled definition. VIR_ERR_CONFIG_UNSUPPORTED names what bhyve, or this bhyve, cannot. */
int bhyve_commands(const Domain *d, const BhyveLaunch *launch, BhyveCommands *ret, Error *err);
void bhyve_commands_clear(BhyveCommands *commands);
