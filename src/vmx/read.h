/* From a VMX file to the document: what the readers of each part share. */
#pragma once

#include "entries.h"
#include "vmx/vmx.h"

typedef struct VmxReader {
        const VmxConfig *config;
        const VmxContext *context;
        Domain *d;
} VmxReader;

int vmx_read_machine(VmxReader *reader, Error *err);
int vmx_read_display(VmxReader *reader, Error *err);
int vmx_read_disks(VmxReader *reader, Error *err);
int vmx_read_folders(VmxReader *reader, Error *err);
int vmx_read_interfaces(VmxReader *reader, Error *err);
int vmx_read_ports(VmxReader *reader, Error *err);

/** vmx_read_file: what the document calls file @name: VMX_FILE_FOUND (the caller frees), VMX_FILE_MISSING, -1. */
int vmx_read_file(const VmxReader *reader, const char *name, char **ret, Error *err);
/** vmx_read_uuid: "56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15". */
int vmx_read_uuid(const char *text, Uuid uuid, Error *err);

/* A fresh device at the end of a list of the definition. */
#define VMX_ADD(T, d, list) ((T *)rows_list_insert(&T##_rows, &(d)->list, &(d)->n_##list, (d)->n_##list))
