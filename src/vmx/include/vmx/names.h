/* Names of files: "/vmfs/volumes/DATASTORE/PATH" in VMX files of ESX is "[DATASTORE] PATH" in documents. */
#pragma once

#include "vmx/vmx.h"

/** vmx_names_from: the VmxContext.from_vmx of ESX without asking a host. @home: "[DATASTORE] FOLDER" where the VMX file
 * is, which is where a bare name means; NULL: bare names and relative paths stay as they are. */
int vmx_names_from(const char *name, const char *home, char **ret_path, Error *err);
/** vmx_names_to: the way back. The caller frees. */
char *vmx_names_to(const char *path, Error *err);
