/* mdevctl: the program that keeps mediated devices. Node devices as its command lines and JSON, and its lists as node devices.
 * Running it is its callers' business. */
#pragma once

#include "conf/node_device.h"

typedef enum MdevctlAction {
        MDEVCTL_CREATE, /* define for this run of the host only, and start */
        MDEVCTL_DEFINE,
        MDEVCTL_START,
        MDEVCTL_STOP,
        MDEVCTL_UNDEFINE,
        MDEVCTL_ACTION_MAX_
} MdevctlAction;

typedef struct MdevctlCommand {
        char **argv; /* NULL-terminated */
        char *input; /* for its standard input; NULL: none */
} MdevctlCommand;

/**
 * mdevctl_command: @parent: the address of the parent device ("0000:00:02.0", "matrix"), needed to create and define.
 * mdevctl_command_clear() frees. VIR_ERR_INTERNAL_ERROR when @device is no mediated device or lacks what the action needs.
 */
int mdevctl_command(MdevctlAction action, const NodeDevice *device, const char *parent, MdevctlCommand *ret,
                    Error *err);
void mdevctl_command_clear(MdevctlCommand *command);

/* A device of the list. */
typedef struct MdevctlDevice {
        NodeDevice *device;
        bool autostart;
} MdevctlDevice;

MdevctlDevice *mdevctl_device_free(MdevctlDevice *device); /* returns NULL; accepts NULL */

/** The name of the node device at that address; NULL: there is none. */
typedef const char *(*MdevctlParentFunc)(const char *address, void *opaque);

/**
 * mdevctl_list: the devices (MdevctlDevice, freed with the array) that `mdevctl list --dumpjson` tells of. Empty text is
 * an empty list. VIR_ERR_INTERNAL_ERROR for anything that mdevctl does not write.
 */
int mdevctl_list(const char *text, size_t length, MdevctlParentFunc parent, void *opaque, GPtrArray **ret, Error *err);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MdevctlCommand, mdevctl_command_clear)
