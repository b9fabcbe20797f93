/* The parts of writing the commands. */
#pragma once

#include "bhyve/bhyve_launch.h"

/** Words of a command in the making. */
void bhyve_add(GPtrArray *words, const char *word);
void bhyve_add_format(GPtrArray *words, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** bhyve_add_devices: -s and -l of all devices. */
int bhyve_add_devices(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err);

/** bhyve_disk_path: the file or block device; NULL: an empty drive, or a kind that bhyve cannot open. Borrowed. */
const char *bhyve_disk_path(const Disk *disk);

/** bhyve_loader: the command that loads the guest. */
int bhyve_loader(const Domain *d, const BhyveLaunch *launch, BhyveCommands *ret, Error *err);
