/* VMX files on the command line. */
#include "convert.h"

#include "util/text.h"
#include "vmx/names.h"

enum { HARDWARE_DEFAULT = 7 }; /* what libvirt's driver for Workstation writes */

static int name_from(const char *name, void *opaque, char **ret, Error *err)
{
        return vmx_names_from(name, convert_option(opaque, "home"), ret, err);
}

static char *name_to(const char *path, void *opaque, Error *err)
{
        return vmx_names_to(path, err);
}

static int detect_scsi(const char *path, void *opaque, ControllerModel *ret, Error *err)
{
        const char *model = convert_option(opaque, "scsi-model");
        int value = model ? enum_value(ControllerModel, CONTROLLER_MODEL, model) : -1;

        if (value < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "a controller of '%s' says model='auto': give -o scsi-model=lsilogic or another",
                                 path);
        *ret = (ControllerModel)value;
        return 0;
}

static VmxContext context_of(const ConvertOptions *options)
{
        return (VmxContext){
                .opaque = (void *)options,
                .from_vmx = name_from,
                .to_vmx = name_to,
                .detect_scsi = detect_scsi,
                .datacenter_path = convert_option(options, "datacenter-path"),
                .moref = convert_option(options, "moref"),
        };
}

static int read_vmx(const char *text, size_t length, const ConvertOptions *options, void **ret, Error *err)
{
        VmxContext context = context_of(options);
        Domain *d;

        if (vmx_parse(text, length, &context, &d, err) < 0)
                return -1;
        *ret = d;
        return 0;
}

static char *write_vmx(const void *s, const ConvertOptions *options, Error *err)
{
        VmxContext context = context_of(options);
        const char *text = convert_option(options, "hw-version");
        unsigned hardware = HARDWARE_DEFAULT;

        if (text && !text_to_uint(text, 10, &hardware))
                return error_null(err, VIR_ERR_INVALID_ARG, "-o hw-version needs a number, found '%s'", text);
        return vmx_format(s, hardware, &context, err);
}

static const char *const vmx_options[] = {
        "home: '[DATASTORE] FOLDER' of the VMX file, for names without a path",
        "hw-version: virtual hardware to write for (default 7)",
        "scsi-model: what model='auto' of a SCSI controller stands for",
        "datacenter-path: where the guest is in vCenter",
        "moref: managed object reference of the guest",
        NULL,
};

const ConvertFormat vmx_file_format = {
        .name = "vmx",
        .kind = "domain",
        .options = vmx_options,
        .rules = &vmx_rules,
        .read = read_vmx,
        .write = write_vmx,
};
