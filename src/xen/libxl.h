/* The parts of libxl's description of a guest. */
#pragma once

#include "formats.h"
#include "xen/libxl_json.h"

/* libxl's own booleans are words: they have a third value. */
void libxl_set_flag(Json *object, const char *key, bool value);
/** libxl_set_text: where there is one. */
void libxl_set_text(Json *object, const char *key, const char *value);
/** libxl_set_number: zero is the default and left out. */
void libxl_set_number(Json *object, const char *key, int64_t value);

/* libxl_graphics.c */
void libxl_put_displays(const Domain *d, Json *machine);
int libxl_put_framebuffers(const Domain *d, Json *config, Error *err);

/* libxl_device.c */
int libxl_put_devices(const Domain *d, Json *config, Error *err);

/* libxl_cpuid.c */
/** libxl_put_cpuid: features that are forced on or off, by the bits of CPUID. */
int libxl_put_cpuid(const Cpu *cpu, Json *build, Error *err);
