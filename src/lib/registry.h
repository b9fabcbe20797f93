/* The driver modules: found by scanning a folder, loaded on first use. Nobody else knows their names. */
#pragma once

#include "vireo/driver.h"

/* Results of the finding functions. */
enum { REGISTRY_FOUND, REGISTRY_NOT_FOUND };

/** registry_by_scheme: the module that opens URIs of @scheme as a hypervisor. */
int registry_by_scheme(const char *scheme, const DriverModule **ret_module, Error *err);

/** registry_by_name: the module called @name. */
int registry_by_name(const char *name, const DriverModule **ret_module, Error *err);

/** registry_at: the @index-th of all modules, in the order of their file names, NULL past the last. Loads all; what
 * cannot be loaded is logged and left out. */
const DriverModule *registry_at(size_t index);
