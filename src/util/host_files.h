/* Reading the small files of /proc and /sys. */
#pragma once

#include <stdint.h>

#include "util/bitmap.h"

enum { HOST_CPUS_MAX = 65536, HOST_CELLS_MAX = 4096 };

/** host_file_text: the text of a file, trimmed at its end; NULL where it cannot be read. The caller frees. */
char *host_file_text(const char *root, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** host_file_uint: the number in a file, or @otherwise. */
uint64_t host_file_uint(uint64_t otherwise, const char *root, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** host_file_set: the set of numbers in a file; NULL where there is none or it is empty. */
Bitmap *host_file_set(const char *root, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** host_folder_set: the numbers N of all entries "@prefixN" of a folder; NULL where there is none. */
Bitmap *host_folder_set(const char *root, const char *prefix, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** host_cells: the NUMA cells; NULL on a host without. */
Bitmap *host_cells(const char *root);

/* host_kernel.c */

/** host_machine: the architecture ("x86_64"). The caller frees. */
char *host_machine(void);

/** host_page_kib: the system's own page size. */
uint64_t host_page_kib(void);

/** host_subcore_threads: on POWER a core may be split: only its first thread is online in the host, but a guest runs on
 * this many. 0: not so here. */
unsigned host_subcore_threads(void);
