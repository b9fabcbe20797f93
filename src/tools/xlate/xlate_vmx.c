/* VMX files of a host whose datastores the caller describes: everything is there, except for what is called missing. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

#include "util/file.h"
#include "vmx/names.h"
#include "vmx/version.h"

static int name_from(const char *name, void *opaque, char **ret, Error *err)
{
        const char *last = strrchr(name, '/');

        if (g_str_has_prefix(name, "/vmfs/volumes/missing") || g_str_has_prefix(last ? last + 1 : name, "missing"))
                return VMX_FILE_MISSING;
        return vmx_names_from(name, opaque, ret, err);
}

static int run_vmx(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        VmxContext context = { .from_vmx = name_from };
        g_autoptr(Domain) d = NULL;
        g_autofree char *text = NULL;
        g_autofree char *xml = NULL;
        size_t length;

        if (argc != 3 && argc != 4)
                return CONVERT_USAGE;
        context.opaque = argv[1];
        context.datacenter_path = argc == 4 ? argv[3] : NULL;
        if (file_read(argv[2], CONVERT_INPUT_MAX, &text, &length, &err) < 0 ||
            vmx_parse(text, length, &context, &d, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = domain_format(d, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE, &err);
        if (!xml)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(xml, stdout);
        return 0;
}

static int run_version(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        unsigned long version;
        int product = argc == 3 ? enum_value_of(vmware_product_names, VMWARE_PRODUCT_MAX_, argv[1]) : -1;

        if (product < 0)
                return CONVERT_USAGE;
        if (file_read(argv[2], CONVERT_INPUT_MAX, &text, NULL, &err) < 0 ||
            vmware_version_parse((VmwareProduct)product, text, &version, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        printf("%lu\n", version);
        return 0;
}

const XlateCommand xlate_vmx = { "vmx", "HOME FILE [DATACENTER-PATH]", run_vmx };
const XlateCommand xlate_vmware_version = { "vmware-version", "ws|player|fusion FILE", run_version };
