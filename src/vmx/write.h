/* From the document to a VMX file: what the writers of each part share. */
#pragma once

#include "entries.h"
#include "vmx/vmx.h"

typedef struct VmxWriter {
        const VmxContext *context;
        const Domain *d;
        unsigned hardware;
        GString *out;
        GStringChunk *texts; /* those that were made for entries */
        bool has_scsi;
} VmxWriter;

int vmx_write_machine(VmxWriter *writer, Error *err);
int vmx_write_graphics(VmxWriter *writer, Error *err);
int vmx_write_disks(VmxWriter *writer, Error *err);
int vmx_write_folders(VmxWriter *writer, Error *err);
int vmx_write_interfaces(VmxWriter *writer, Error *err);
int vmx_write_ports(VmxWriter *writer, Error *err);
int vmx_write_board(VmxWriter *writer, Error *err);

/** vmx_printf: a text that lives as long as the writer. */
const char *vmx_printf(VmxWriter *writer, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** vmx_file_name: what VMware calls the file that the document calls @path. */
int vmx_file_name(VmxWriter *writer, const char *path, const char **ret, Error *err);
/** vmx_uuid_text: "56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15". */
const char *vmx_uuid_text(VmxWriter *writer, const Uuid uuid);
