/* See vfio.h. The kernel is told through sysfs: driver_override says who may have a device, unbind takes it from its
 * driver, drivers_probe lets the one that may have it find it. */
#define LOG_SOURCE "qemu.vfio"
#include "host/vfio.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "conf/network_parts.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/process.h"
#include "util/text.h"

#define STUB "vfio-pci"

enum { VALUE_MAX = 4096, NAME_ROOM = 32, MODPROBE_MS = 30 * 1000, BRIDGE_CLASS = 0x0604 };

/* One device. */
typedef struct Taken {
        char name[NAME_ROOM]; /* 0000:01:00.0 */
        bool managed;
        const Interface *nic; /* NULL: it is no network card to us */
} Taken;

/* Which */

static void add_device(GArray *devices, const HostPciAddress *address, YesNo managed, const Interface *nic)
{
        Taken taken = { .managed = managed == YESNO_YES, .nic = nic };

        g_snprintf(taken.name, sizeof(taken.name), "%04x:%02x:%02x.%x", address->domain, address->bus, address->slot,
                   address->function);
        g_array_append_val(devices, taken);
}

static void add_interface(GArray *devices, const Interface *nic)
{
        bool given = nic->type != INTERFACE_HOSTDEV; /* by a network */
        const HostdevInterface *source = given ? &nic->actual->hostdev : &nic->hostdev;
        const PciAddress *at = &source->address.pci;
        const HostPciAddress address = { at->domain, at->bus, at->slot, at->function };

        if (source->address.type == ADDRESS_PCI)
                add_device(devices, &address, given ? nic->actual->managed : nic->managed, nic);
}

static GArray *devices_of(const Domain *live)
{
        GArray *devices = g_array_new(FALSE, FALSE, sizeof(Taken));

        for (size_t i = 0; i < live->n_interfaces; i++)
                if (interface_actual_type(&live->interfaces[i]) == INTERFACE_HOSTDEV)
                        add_interface(devices, &live->interfaces[i]);
        for (size_t i = 0; i < live->n_hostdevs; i++)
                if (live->hostdevs[i].type == HOSTDEV_PCI)
                        add_device(devices, &live->hostdevs[i].pci.address, live->hostdevs[i].managed, NULL);
        return devices;
}

static bool is_among(const GArray *devices, const char *name)
{
        for (guint i = 0; i < devices->len; i++)
                if (strcmp(g_array_index(devices, Taken, i).name, name) == 0)
                        return true;
        return false;
}

bool vfio_any(const Domain *live)
{
        g_autoptr(GArray) devices = devices_of(live);

        return devices->len > 0;
}

char *vfio_shared(const Domain *a, const Domain *b)
{
        g_autoptr(GArray) those = devices_of(a);
        g_autoptr(GArray) these = devices_of(b);

        for (guint i = 0; i < these->len; i++)
                if (is_among(those, g_array_index(these, Taken, i).name))
                        return g_strdup(g_array_index(these, Taken, i).name);
        return NULL;
}

/* What sysfs says */

static char *device_folder(const Vfio *vfio, const char *name)
{
        return g_build_filename(vfio->root, "/sys/bus/pci/devices", name, NULL);
}

/* The last part of where a link of the device leads; NULL: it has none. */
static char *link_of(const Vfio *vfio, const char *name, const char *link)
{
        g_autofree char *folder = device_folder(vfio, name);
        g_autofree char *path = g_build_filename(folder, link, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        return target ? g_path_get_basename(target) : NULL;
}

static bool is_bridge(const Vfio *vfio, const char *name)
{
        g_autofree char *folder = device_folder(vfio, name);
        g_autofree char *path = g_build_filename(folder, "class", NULL);
        g_autofree char *text = NULL;

        return file_read(path, VALUE_MAX, &text, NULL, NULL) == 0 &&
               g_ascii_strtoull(text, NULL, 16) >> 8 == BRIDGE_CLASS;
}

int vfio_tell(const Vfio *vfio, const char *path, const char *value, Error *err)
{
        AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, value, strlen(value)) < 0)
                return error_errno(err, errno, "cannot write '%s' to '%s'", value[0] == '\n' ? "" : value, path);
        return 0;
}

static int tell_device(const Vfio *vfio, const char *name, const char *file, const char *value, Error *err)
{
        g_autofree char *folder = device_folder(vfio, name);
        g_autofree char *path = g_build_filename(folder, file, NULL);

        return vfio->tell(vfio, path, value, err);
}

static int probe(const Vfio *vfio, const char *name, Error *err)
{
        g_autofree char *path = g_build_filename(vfio->root, "/sys/bus/pci/drivers_probe", NULL);

        return vfio->tell(vfio, path, name, err);
}

/* From whoever has it to who may have it; @driver "\n": whoever fits. */
static int rebind(const Vfio *vfio, const char *name, const char *driver, Error *err)
{
        g_autofree char *now = link_of(vfio, name, "driver");

        if (tell_device(vfio, name, "driver_override", driver, err) < 0 ||
            (now && tell_device(vfio, name, "driver/unbind", name, err) < 0))
                return -1;
        return probe(vfio, name, err);
}

/* Network cards */

/* A card that is all of a device has no one outside of the guest who could set its address. */
static int find_card(const Vfio *vfio, const Taken *taken, Card *ret_card, Error *err)
{
        g_autofree char *folder = device_folder(vfio, taken->name);
        char mac[MAC_TEXT_LENGTH];
        int r;

        mac_format(&taken->nic->mac, mac);
        if (access(folder, F_OK) < 0)
                return error_errno(err, errno, "Device %s not found: could not access %s", taken->name, folder);
        r = card_of_function(&vfio->cards, taken->name, ret_card, err);
        if (r != CARD_NO_FUNCTION)
                return r;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "Interface type hostdev is currently supported on SR-IOV Virtual Functions only, and PCI "
                         "device %s of interface %s is none; <hostdev> passes any PCI device",
                         taken->name, mac);
}

static int check_card(const Vfio *vfio, const Taken *taken, Error *err)
{
        CARD_AUTO Card card = CARD_INIT;

        if (find_card(vfio, taken, &card, err) < 0 || card_check(&card, taken->nic, err) < 0)
                return -1;
        return card_check_up(&vfio->cards, &card, err);
}

int vfio_check_interfaces(const Vfio *vfio, const Domain *live, Error *err)
{
        g_autoptr(GArray) devices = devices_of(live);

        for (guint i = 0; i < devices->len; i++) {
                const Taken *taken = &g_array_index(devices, Taken, i);

                if (taken->nic && check_card(vfio, taken, err) < 0)
                        return -1;
        }
        return 0;
}

static int save_card(const Vfio *vfio, const Taken *taken, Error *err)
{
        CARD_AUTO Card card = CARD_INIT;

        return find_card(vfio, taken, &card, err) < 0 ? -1 : card_save(&vfio->cards, &card, err);
}

static int set_card(const Vfio *vfio, const Taken *taken, Error *err)
{
        CARD_AUTO Card card = CARD_INIT;

        return find_card(vfio, taken, &card, err) < 0 ? -1 : card_set(&vfio->cards, &card, taken->nic, err);
}

void vfio_claim(const Vfio *vfio, const Domain *live)
{
        g_autoptr(GArray) devices = devices_of(live);

        for (guint i = 0; i < devices->len; i++) {
                const Taken *taken = &g_array_index(devices, Taken, i);
                CARD_AUTO Card card = CARD_INIT;

                if (taken->nic && find_card(vfio, taken, &card, NULL) == 0)
                        card_claim(&vfio->cards, &card);
        }
}

/* What was */

static char *record_path(const Vfio *vfio, const char *name)
{
        return g_build_filename(vfio->records, name, NULL);
}

/* Only what was taken for this guest: another one may have it now. */
static bool is_taken_for(const char *path, const Domain *live)
{
        char uuid[UUID_TEXT_LENGTH];
        g_autofree char *text = NULL;

        uuid_format(live->uuid, uuid);
        return file_read(path, VALUE_MAX, &text, NULL, NULL) == 0 && strcmp(g_strstrip(text), uuid) == 0;
}

static void give_to_host(const Vfio *vfio, const Domain *live, const Taken *taken)
{
        g_autofree char *path = record_path(vfio, taken->name);
        g_autofree char *now = link_of(vfio, taken->name, "driver");
        ERROR_AUTO Error err = ERROR_INIT;

        if (!is_taken_for(path, live))
                return;
        if ((!now || strcmp(now, STUB) == 0) && rebind(vfio, taken->name, "\n", &err) < 0)
                log_warn("PCI device %s is not given back to the host: %s", taken->name, err.message);
        unlink(path);
}

/* The host's driver finds a card's function as it was, and then sets the address of its own. */
static void give_back(const Vfio *vfio, const Domain *live, const Taken *taken)
{
        CARD_AUTO Card card = CARD_INIT;
        bool is_card = taken->nic && find_card(vfio, taken, &card, NULL) == 0;

        if (is_card)
                card_put_back(&vfio->cards, &card);
        give_to_host(vfio, live, taken);
        if (is_card)
                card_forget(&vfio->cards, &card);
}

void vfio_give_back(const Vfio *vfio, const Domain *live)
{
        g_autoptr(GArray) devices = devices_of(live);

        for (guint i = devices->len; i > 0; i--)
                give_back(vfio, live, &g_array_index(devices, Taken, i - 1));
}

/* Taking */

static int find_stub(const Vfio *vfio, Error *err)
{
        g_autofree char *path = g_build_filename(vfio->root, "/sys/bus/pci/drivers", STUB, NULL);
        Process *process;

        if (access(path, F_OK) == 0)
                return 0;
        process = process_new("modprobe");
        process_add(process, STUB);
        process_run(process, MODPROBE_MS, NULL, NULL, NULL, NULL);
        process_free(process);
        if (access(path, F_OK) == 0)
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "the host's kernel has no driver '%s' for PCI devices of guests", STUB);
}

static int check_there(const Vfio *vfio, const char *name, Error *err)
{
        g_autofree char *folder = device_folder(vfio, name);
        g_autofree char *group = link_of(vfio, name, "iommu_group");

        if (access(folder, F_OK) < 0)
                return error_errno(err, errno, "Device %s not found: could not access %s", name, folder);
        if (!group)
                return error_set(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "host doesn't support passthrough of host PCI devices: PCI device %s is behind no IOMMU", name);
        return 0;
}

static int write_record(const Vfio *vfio, const char *name, const Domain *live, Error *err)
{
        g_autofree char *path = record_path(vfio, name);
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(live->uuid, uuid);
        return dir_make(vfio->records, 0755, err) < 0 ? -1 : file_replace(path, uuid, strlen(uuid), 0600, err);
}

static int take(const Vfio *vfio, const Domain *live, const Taken *taken, Error *err)
{
        g_autofree char *now = link_of(vfio, taken->name, "driver");
        g_autofree char *then = NULL;

        if (g_strcmp0(now, STUB) == 0)
                return 0;
        if (!taken->managed)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Unmanaged PCI device %s must be manually detached from the host", taken->name);
        if (write_record(vfio, taken->name, live, err) < 0)
                return -1;
        if (rebind(vfio, taken->name, STUB, err) == 0) {
                then = link_of(vfio, taken->name, "driver");
                if (g_strcmp0(then, STUB) == 0)
                        return 0;
                error_set(err, VIR_ERR_INTERNAL_ERROR, "PCI device %s did not become that of driver '%s' but of '%s'",
                          taken->name, STUB, then ? then : "none");
        }
        return -1;
}

/* Whoever of a group the host goes on using could reach the guest's memory, and the guest its. */
static int check_group(const Vfio *vfio, const char *name, const GArray *devices, Error *err)
{
        g_autofree char *folder = device_folder(vfio, name);
        g_autofree char *path = g_build_filename(folder, "iommu_group/devices", NULL);
        g_auto(GStrv) others = NULL;

        if (dir_list(path, NULL, &others, err) < 0)
                return -1;
        for (char **other = others; *other; other++) {
                g_autofree char *driver = link_of(vfio, *other, "driver");

                if (!driver || strcmp(driver, STUB) == 0 || is_among(devices, *other) || is_bridge(vfio, *other))
                        continue;
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "PCI device %s is in the same IOMMU group as %s, which the host uses (driver '%s')",
                                 name, *other, driver);
        }
        return 0;
}

static int look(const Vfio *vfio, const GArray *devices, Error *err)
{
        for (guint i = 0; i < devices->len; i++) {
                const char *name = g_array_index(devices, Taken, i).name;

                if (check_there(vfio, name, err) < 0 || check_group(vfio, name, devices, err) < 0)
                        return -1;
        }
        return devices->len > 0 ? find_stub(vfio, err) : 0;
}

/* Functions are told their address when the host's driver has let go of them, before the guest's sees them. */
static int take_all(const Vfio *vfio, const Domain *live, const GArray *devices, Error *err)
{
        for (guint i = 0; i < devices->len; i++) {
                const Taken *taken = &g_array_index(devices, Taken, i);

                if ((taken->nic && save_card(vfio, taken, err) < 0) || take(vfio, live, taken, err) < 0)
                        return -1;
        }
        for (guint i = 0; i < devices->len; i++) {
                const Taken *taken = &g_array_index(devices, Taken, i);

                if (taken->nic && set_card(vfio, taken, err) < 0)
                        return -1;
        }
        return 0;
}

int vfio_take(const Vfio *vfio, const Domain *live, Error *err)
{
        g_autoptr(GArray) devices = devices_of(live);

        if (look(vfio, devices, err) < 0)
                return -1;
        if (take_all(vfio, live, devices, err) == 0)
                return 0;
        /* What the failed one did itself as well. */
        vfio_give_back(vfio, live);
        return -1;
}
