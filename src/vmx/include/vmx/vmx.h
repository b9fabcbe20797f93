/* VMX files, the configuration of guests under VMware's hypervisors (ESX, Workstation, Player, Fusion, GSX), to and
 * from the domain document. What a file name stands for is the caller's: an ESX driver asks its host, others do not. */
#pragma once

#include "conf/domain_rules.h"

enum { VMX_SIZE_MAX = 4 * 1024 * 1024, VMX_HARDWARE_MIN = 4 };

/* Results of VmxContext.from_vmx. */
enum { VMX_FILE_FOUND, VMX_FILE_MISSING };

/* What a driver knows beside the file. Each member may be NULL; a name is then taken as it is. */
typedef struct VmxContext {
        void *opaque;
        /* What the document calls the file that a VMX file calls @name: VMX_FILE_FOUND and @ret_path (the caller frees),
         * VMX_FILE_MISSING, or -1. */
        int (*from_vmx)(const char *name, void *opaque, char **ret_path, Error *err);
        /* The way back; the caller frees. */
        char *(*to_vmx)(const char *path, void *opaque, Error *err);
        /* Which SCSI controller the image at @path was made for, where the document says model='auto'. */
        int (*detect_scsi)(const char *path, void *opaque, ControllerModel *ret_model, Error *err);
        const char *datacenter_path; /* of the guest in a vCenter's inventory */
        const char *moref;           /* its managed object reference */
} VmxContext;

/**
 * vmx_parse: a definition (one reference) from @length bytes of a VMX file, settled by vmx_rules. What VMware has not
 * chosen yet (uuid, MAC addresses) is left open. VIR_ERR_CONF_SYNTAX "vmx:LINE: ..." for what is no VMX file,
 * VIR_ERR_INTERNAL_ERROR for an entry with a value that means nothing, as libvirt says it.
 */
int vmx_parse(const char *text, size_t length, const VmxContext *context, Domain **ret, Error *err);

/**
 * vmx_format: @d, which was settled by vmx_rules, as a VMX file for virtual hardware @hardware (VMX_HARDWARE_MIN and
 * up). The caller frees. VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_INTERNAL_ERROR name what VMware does not have.
 */
char *vmx_format(const Domain *d, unsigned hardware, const VmxContext *context, Error *err);

/* The rules of VMware's drivers for the domain document. */
extern const DomainRules vmx_rules;
