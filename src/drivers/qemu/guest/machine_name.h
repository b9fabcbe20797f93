/* What a guest is called where systemd has it: machine, unit, slice. */
#pragma once

#include "guest/instance.h"

/** machine_name: "qemu-1-web", letters that may stand in a host's name only. The caller frees; so with all here. */
char *machine_name(const QemuInstance *instance, const Domain *live);
/** machine_partition: where its group is, without regard to who makes it: "/machine". Borrowed. */
const char *machine_partition(const Domain *live);
/** machine_unit_of: the scope of machine @name: "machine-qemu\x2d1\x2dweb.scope". */
char *machine_unit_of(const char *name);
/** machine_slice_of: the slice of partition "/machine/prod": "machine-prod.slice". */
char *machine_slice_of(const char *partition);
/** machine_slice_path: where the kernel has @slice: "/machine.slice/machine-prod.slice". */
char *machine_slice_path(const char *slice);
