/* The command lines of qemu-img that make a volume. Running them is their callers' business. */
#pragma once

#include "conf/storage_volume.h"

typedef struct VolumeCommandOptions {
        const StorageVolume *input;    /* to copy from; NULL: nothing */
        const char *secret_path;       /* the file that holds the passphrase of the volume */
        const char *input_secret_path; /* that of the input */
        bool preallocate_metadata;
} VolumeCommandOptions;

/**
 * volume_create_commands: char ** each, NULL-terminated, freed with the array: one, or two (make, then fill) where
 * encryption takes part in a copy. VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_XML_ERROR for what qemu-img cannot make.
 */
GPtrArray *volume_create_commands(const StorageVolume *volume, const VolumeCommandOptions *options, Error *err);
