/* Processors of a guest come and go: in the running guest, in its definition. */
#pragma once

#include "hotplug/hotplug.h"

/** vcpus_refresh: the processors of the live definition, as QEMU has them; @ret_vcpus (may be NULL): see
 * qemu_vcpus_read(), the caller frees. */
int vcpus_refresh(Hotplug *hotplug, GArray **ret_vcpus, Error *err);
/** vcpus_set: @set come (@enable) or go: all processors of one place. VIR_ERR_OPERATION_INVALID, _UNSUPPORTED,
 * _TIMEOUT: the guest keeps one. */
int vcpus_set(Hotplug *hotplug, const Bitmap *set, bool enable, GArray **ret_vcpus, Error *err);
/** vcpus_set_count: as many as @count. What was done before something failed stays, and stands in the definition. */
int vcpus_set_count(Hotplug *hotplug, unsigned count, GArray **ret_vcpus, Error *err);

/** vcpus_check_start: VIR_ERR_CONFIG_UNSUPPORTED: a guest cannot start with processors as @domain tells of them. */
int vcpus_check_start(const Domain *domain, Error *err);
/** vcpus_plug_wanted: into a guest that has just been started, in their order: those that can be plugged and are to be
 * there. */
int vcpus_plug_wanted(Hotplug *hotplug, GArray **ret_vcpus, Error *err);

/** vcpus_config_set, vcpus_config_set_count: the same of the definition for the next start. */
int vcpus_config_set(Domain *config, const Bitmap *set, bool enable, Error *err);
void vcpus_config_set_count(Domain *config, unsigned count);
