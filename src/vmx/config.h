/* A VMX file as a map of keys. Keys are the same in any case; values are UTF-8, their |XX escapes resolved. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "util/error.h"

typedef struct VmxConfig VmxConfig;

typedef struct VmxEntry {
        char *key; /* as it was written */
        char *value;
        unsigned line;
        bool broken; /* has an escape that means nothing: the value is as it was written */
} VmxEntry;

int vmx_config_parse(const char *text, size_t length, VmxConfig **ret, Error *err);
VmxConfig *vmx_config_free(VmxConfig *config); /* returns NULL; accepts NULL */
/** vmx_config_find: NULL if the file has no @key. */
const VmxEntry *vmx_config_find(const VmxConfig *config, const char *key);
/** vmx_config_each: in the order of the file; NULL behind the last. */
const VmxEntry *vmx_config_each(const VmxConfig *config, size_t i);

/** vmx_escape: append @text with what would end a value or a line as |XX. */
void vmx_escape(GString *out, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VmxConfig, vmx_config_free)
