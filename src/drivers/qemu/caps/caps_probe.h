/* Asking a QEMU binary what it can do: a process that runs no machine, with its monitor on a socket pair. */
#pragma once

#include "caps/caps.h"

/** qemu_probe: all answers of @binary as one object { "query-version": {...}, ... }, as QEMU gave them; with KVM where that
 * works, and what is different without it under "tcg".
 * Waits at most 30 s. */
Json *qemu_probe(const char *binary, Loop *loop, Error *err);
