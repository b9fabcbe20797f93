/* Devices of the host. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "tree.h"
#include "virsh.h"

/* By name, or by the two names that a fibre channel adapter has: "WWNN,WWPN". */
static virNodeDevicePtr device_get(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        virNodeDevicePtr device = NULL;
        g_auto(GStrv) wwns = NULL;

        if (args_string(shell, args, "device", &name) <= 0)
                return NULL;
        wwns = strchr(name, ',') ? words_split_commas(name) : NULL;
        if (wwns && g_strv_length(wwns) == 2)
                device = virNodeDeviceLookupSCSIHostByWWN(connection_of(shell), wwns[0], wwns[1], 0);
        else
                device = virNodeDeviceLookupByName(connection_of(shell), name);
        if (!device)
                shell_error(shell, "Could not find matching device '%s'", name);
        return device;
}

/* --- changing --- */

bool cmd_nodedev_autostart(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);
        bool off = args_has(args, "disable");

        return device &&
               tell(shell, virNodeDeviceGetName(device), virNodeDeviceSetAutostart(device, !off),
                    off ? "failed to unmark device %s as autostarted" : "failed to mark device %s as autostarted",
                    off ? "Device %s unmarked as autostarted\n" : "Device %s marked as autostarted\n");
}

typedef virNodeDevicePtr (*DeviceMaker)(virConnectPtr conn, const char *xml, unsigned flags);

/* @failed takes the file, @done the device and the file. */
static bool device_make(Shell *shell, const ShellArgs *args, DeviceMaker make, unsigned validate, const char *failed,
                        const char *done)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virNodeDevice) device = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        device = make(connection_of(shell), xml, args_has(args, "validate") ? validate : 0);
        if (device)
                shell_print_extra(shell, done, virNodeDeviceGetName(device), path);
        else
                shell_error(shell, failed, path);
        return device;
}

bool cmd_nodedev_create(Shell *shell, const ShellArgs *args)
{
        return device_make(shell, args, virNodeDeviceCreateXML, VIR_NODE_DEVICE_CREATE_XML_VALIDATE,
                           "Failed to create node device from %s", "Node device %s created from %s\n");
}

bool cmd_nodedev_define(Shell *shell, const ShellArgs *args)
{
        return device_make(shell, args, virNodeDeviceDefineXML, VIR_NODE_DEVICE_DEFINE_XML_VALIDATE,
                           "Failed to define node device from '%s'", "Node device '%s' defined from '%s'\n");
}

bool cmd_nodedev_destroy(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);

        return device && tell(shell, args_text(args, "device"), virNodeDeviceDestroy(device),
                              "Failed to destroy node device '%s'", "Destroyed node device '%s'\n");
}

bool cmd_nodedev_detach(Shell *shell, const ShellArgs *args)
{
        const char *driver = args_text(args, "driver");
        g_autoptr(virNodeDevice) device = device_get(shell, args);
        int r;

        if (!device)
                return false;
        r = driver ? virNodeDeviceDetachFlags(device, driver, 0) : virNodeDeviceDettach(device);
        return tell(shell, args_text(args, "device"), r, "Failed to detach device %s", "Device %s detached\n");
}

bool cmd_nodedev_reattach(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);

        return device && tell(shell, args_text(args, "device"), virNodeDeviceReAttach(device),
                              "Failed to re-attach device %s", "Device %s re-attached\n");
}

bool cmd_nodedev_reset(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);

        return device && tell(shell, args_text(args, "device"), virNodeDeviceReset(device), "Failed to reset device %s",
                              "Device %s reset\n");
}

bool cmd_nodedev_start(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);

        return device && tell(shell, args_text(args, "device"), virNodeDeviceCreate(device, 0),
                              "Failed to start device %s", "Device %s started\n");
}

bool cmd_nodedev_undefine(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);

        return device && tell(shell, args_text(args, "device"), virNodeDeviceUndefine(device, 0),
                              "Failed to undefine node device '%s'", "Undefined node device '%s'\n");
}

/* --- looking --- */

bool cmd_nodedev_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);
        g_autofree char *xml = device ? virNodeDeviceGetXMLDesc(device, 0) : NULL;

        return xml && xml_print(shell, args, xml);
}

static const char *yes_or_no(int value)
{
        return value < 0 ? "unknown" : value ? "yes" : "no";
}

bool cmd_nodedev_info(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNodeDevice) device = device_get(shell, args);
        const char *parent;
        int autostart;

        if (!device)
                return false;
        parent = virNodeDeviceGetParent(device);
        shell_print(shell, "%-15s %s\n", "Name:", virNodeDeviceGetName(device));
        shell_print(shell, "%-15s %s\n", "Parent:", parent ? parent : "");
        shell_print(shell, "%-15s %s\n", "Active:", yes_or_no(virNodeDeviceIsActive(device)));
        shell_print(shell, "%-15s %s\n", "Persistent:", yes_or_no(virNodeDeviceIsPersistent(device)));
        if (virNodeDeviceGetAutostart(device, &autostart) < 0) {
                shell_forget_error();
                shell_print(shell, "%-15s %s\n", "Autostart:", "no autostart");
        } else {
                shell_print(shell, "%-15s %s\n", "Autostart:", yes_or_no(autostart));
        }
        return true;
}

/* --- listing --- */

static const FlagRow capabilities[] = {
        { "system", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM },
        { "pci", VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV },
        { "usb_device", VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_DEV },
        { "usb", VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_INTERFACE },
        { "net", VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET },
        { "scsi_host", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_HOST },
        { "scsi_target", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_TARGET },
        { "scsi", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI },
        { "storage", VIR_CONNECT_LIST_NODE_DEVICES_CAP_STORAGE },
        { "fc_host", VIR_CONNECT_LIST_NODE_DEVICES_CAP_FC_HOST },
        { "vports", VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPORTS },
        { "scsi_generic", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_GENERIC },
        { "drm", VIR_CONNECT_LIST_NODE_DEVICES_CAP_DRM },
        { "mdev_types", VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV_TYPES },
        { "mdev", VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV },
        { "ccw", VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCW_DEV },
        { "css", VIR_CONNECT_LIST_NODE_DEVICES_CAP_CSS_DEV },
        { "vdpa", VIR_CONNECT_LIST_NODE_DEVICES_CAP_VDPA },
        { "ap_card", VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_CARD },
        { "ap_queue", VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_QUEUE },
        { "ap_matrix", VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_MATRIX },
        { "vpd", VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPD },
        { NULL, 0 },
};

static bool capability_flags(Shell *shell, const ShellArgs *args, unsigned *ret)
{
        const char *wanted = NULL;
        g_auto(GStrv) names = NULL;

        if (args_string(shell, args, "cap", &wanted) < 0)
                return false;
        names = wanted ? words_split_commas(wanted) : NULL;
        for (char **name = names; name && *name; name++) {
                const FlagRow *row = capabilities;

                while (row->name && strcmp(row->name, *name) != 0)
                        row++;
                if (!row->name) {
                        shell_error(shell, "Invalid capability type");
                        return false;
                }
                *ret |= row->flag;
        }
        return true;
}

static int compare(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virNodeDeviceGetName(*(virNodeDevicePtr *)a),
                                  virNodeDeviceGetName(*(virNodeDevicePtr *)b));
}

static void print_tree(Shell *shell, virNodeDevicePtr *devices, int n)
{
        g_autofree const char **names = g_new0(const char *, (gsize)n + 1);
        g_autofree int *parents = g_new(int, (gsize)n + 1);

        for (int i = 0; i < n; i++)
                names[i] = virNodeDeviceGetName(devices[i]);
        for (int i = 0; i < n; i++) {
                const char *parent = virNodeDeviceGetParent(devices[i]);

                parents[i] = -1;
                for (int k = 0; parent && k < n; k++)
                        if (strcmp(names[k], parent) == 0)
                                parents[i] = k;
        }
        tree_print(shell, names, parents, n);
}

static bool list_flags(Shell *shell, const ShellArgs *args, unsigned *ret)
{
        if (args_has(args, "tree") && (args_has(args, "cap") || args_has(args, "inactive"))) {
                shell_error(shell, "Option --tree is incompatible with --cap and --inactive");
                return false;
        }
        if (args_has(args, "all") && args_has(args, "inactive")) {
                shell_error(shell, "Option --all is incompatible with --inactive");
                return false;
        }
        *ret = 0;
        if (args_has(args, "inactive") || args_has(args, "all"))
                *ret |= VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE;
        if (!args_has(args, "inactive"))
                *ret |= VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE;
        return capability_flags(shell, args, ret);
}

bool cmd_nodedev_list(Shell *shell, const ShellArgs *args)
{
        virNodeDevicePtr *devices = NULL;
        unsigned flags;
        int n;

        if (!list_flags(shell, args, &flags))
                return false;
        n = virConnectListAllNodeDevices(connection_of(shell), &devices, flags);
        if (n < 0) {
                shell_error(shell, "Failed to list node devices");
                return false;
        }
        if (n > 0)
                qsort(devices, (size_t)n, sizeof(devices[0]), compare);
        if (args_has(args, "tree"))
                print_tree(shell, devices, n);
        for (int i = 0; i < n; i++) {
                if (!args_has(args, "tree"))
                        shell_print(shell, "%s\n", virNodeDeviceGetName(devices[i]));
                virNodeDeviceFree(devices[i]);
        }
        free(devices);
        return true;
}
