/* Firmware: what its descriptors (descriptors.h) say of it (QEMU's docs/interop/firmware.json). */
#pragma once

#include <stdbool.h>

#include "util/json.h"

typedef enum {
        FIRMWARE_DEVICE_NONE,
        FIRMWARE_FLASH_SPLIT,     /* code and variables in a file each */
        FIRMWARE_FLASH_COMBINED,  /* both in one */
        FIRMWARE_FLASH_STATELESS, /* code only */
        FIRMWARE_MEMORY,          /* a ROM */
        FIRMWARE_KERNEL,          /* started as a kernel is */
} FirmwareDevice;

/* What a firmware can, or needs. */
enum {
        FIRMWARE_ACPI_S3 = 1 << 0,
        FIRMWARE_ACPI_S4 = 1 << 1,
        FIRMWARE_AMD_SEV = 1 << 2,
        FIRMWARE_AMD_SEV_ES = 1 << 3,
        FIRMWARE_ENROLLED_KEYS = 1 << 4,
        FIRMWARE_REQUIRES_SMM = 1 << 5,
        FIRMWARE_SECURE_BOOT = 1 << 6,
        FIRMWARE_VERBOSE_DYNAMIC = 1 << 7,
        FIRMWARE_VERBOSE_STATIC = 1 << 8,
};

/* Machines that it runs on, in QEMU's names. */
typedef struct FirmwareTarget {
        char *arch;
        GStrv machines; /* patterns */
} FirmwareTarget;

typedef struct Firmware {
        bool uefi, bios, openfirmware, uboot;
        FirmwareDevice device;
        char *code, *code_format;
        char *template, *template_format; /* NULL: has none */
        unsigned features;
        GPtrArray *targets; /* of FirmwareTarget */
} Firmware;

/** firmware_load: all of descriptors_each(), as an array of Firmware that frees them. */
GPtrArray *firmware_load(const char *root, const char *user_config);

/** firmware_parse: one descriptor. VIR_ERR_INTERNAL_ERROR. */
Firmware *firmware_parse(const Json *json, Error *err);
/** firmware_format: as a descriptor, as far as it was understood. */
Json *firmware_format(const Firmware *firmware);
Firmware *firmware_free(Firmware *firmware); /* returns NULL; accepts NULL */

/** firmware_runs_on: @target is QEMU's name of the architecture, @machine the full name of the machine. */
bool firmware_runs_on(const Firmware *firmware, const char *target, const char *machine);
/** firmware_for: those of @all that run there, each pair of files once, in the order of @all, which the array borrows. */
GPtrArray *firmware_for(const GPtrArray *all, const char *target, const char *machine);
/** firmware_pairs: firmware that has no descriptor, each as "CODE:VARIABLES": @configured, from qemu.conf; NULL: what
 * distributions had before there were descriptors. Ends with NULL; borrowed. */
const char *const *firmware_pairs(char *const *configured);
/** firmware_pair_code, firmware_pair_template: its halves; the caller frees. The template is NULL where @pair names none. */
char *firmware_pair_code(const char *pair);
char *firmware_pair_template(const char *pair);
/** firmware_enforces_secure_boot: whether a guest cannot get around it. */
bool firmware_enforces_secure_boot(const Firmware *firmware);
