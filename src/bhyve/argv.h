/* The parts of reading a command line. */
#pragma once

#include "bhyve/bhyve_argv.h"

/** bhyve_read_slot: the value of -s, "[BUS:]SLOT[:FUNCTION],DEVICE[,DETAIL...]". */
int bhyve_read_slot(const char *text, Domain *d, Error *err);

/** bhyve_read_lpc: the value of -l: "com1,/dev/nmdm0A", "bootrom,PATH". */
int bhyve_read_lpc(const char *text, Domain *d, Error *err);
