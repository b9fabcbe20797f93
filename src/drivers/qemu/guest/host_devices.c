/* Devices of this machine, found by what the document knows of them. */
#define LOG_SOURCE "qemu.host"
#include "guest/host_devices.h"
#include "host/tap.h"
#include "host/vfio.h"

#include <inttypes.h>
#include <string.h>

#include "util/file.h"
#include "util/text.h"

enum { SYSFS_MAX = 4096 };

/* A number in a file of sysfs; -1: there is none. */
static long number_in(const char *folder, const char *device, const char *name, int base)
{
        g_autofree char *path = g_build_filename(folder, device, name, NULL);
        g_autofree char *text = NULL;

        if (file_read(path, SYSFS_MAX, &text, NULL, NULL) < 0)
                return -1;
        return strtol(text, NULL, base);
}

static bool is_usb(const char *folder, const char *device, const UsbHostdev *wanted)
{
        if (number_in(folder, device, "idVendor", 16) != (long)wanted->vendor.value ||
            number_in(folder, device, "idProduct", 16) != (long)wanted->product.value)
                return false;
        return !wanted->bus || number_in(folder, device, "busnum", 10) == (long)wanted->bus;
}

int host_find_usb(QemuHost *host, UsbHostdev *usb, Error *err)
{
        static const char folder[] = "/sys/bus/usb/devices";
        g_auto(GStrv) names = NULL;
        const char *found = NULL;
        unsigned n = 0;

        if (usb->device || !usb->vendor.set)
                return 0;
        if (dir_list(folder, NULL, &names, err) < 0)
                return -1;
        for (char **name = names; *name; name++)
                if (is_usb(folder, *name, usb)) {
                        found = *name;
                        n++;
                }
        if (n == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Did not find USB device %04x:%04x", usb->vendor.value,
                                 usb->product.value);
        if (n > 1)
                return error_set(err, VIR_ERR_OPERATION_FAILED,
                                 "Multiple USB devices for %04x:%04x were found, please specify a correct address",
                                 usb->vendor.value, usb->product.value);
        usb->bus = (unsigned)number_in(folder, found, "busnum", 10);
        usb->device = (unsigned)number_in(folder, found, "devnum", 10);
        return 0;
}

char *host_scsi_generic(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit, Error *err)
{
        unsigned number = 0;
        g_autofree char *folder = NULL;
        g_auto(GStrv) names = NULL;

        if (!adapter || !g_str_has_prefix(adapter, "scsi_host") ||
            !text_to_uint(adapter + strlen("scsi_host"), 10, &number))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Cannot parse adapter '%s'", adapter ? adapter : "");
        folder = g_strdup_printf("/sys/bus/scsi/devices/%u:%u:%u:%" PRIu64 "/scsi_generic", number, bus, target, unit);
        if (dir_list(folder, NULL, &names, err) < 0)
                return NULL;
        if (!names[0])
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "SCSI device '%s': no device %u:%u:%" PRIu64 " on it",
                                  adapter, bus, target, unit);
        return g_strdup(names[0]);
}

/* PCI */

bool host_devices_any(const Domain *live)
{
        return vfio_any(live);
}

/* One guest at a time has a device. */
static int check_others(const QemuInstance *instance, const Domain *live, Error *err)
{
        DomainEntry **entries = domain_list_all(instance->list.domains, NULL);
        int r = 0;

        for (size_t i = 0; r == 0 && entries[i]; i++) {
                DomainView *view = domain_view_get(entries[i]);
                g_autofree char *shared = view && view->live && memcmp(view->live->uuid, live->uuid, sizeof(Uuid)) != 0
                                                  ? vfio_shared(view->live, live)
                                                  : NULL;

                if (shared)
                        r = error_set(err, VIR_ERR_OPERATION_INVALID,
                                      "PCI device %s is in use by driver QEMU, domain %s", shared, view->live->name);
                domain_view_unref(view);
        }
        domain_entries_free(entries);
        return r;
}

/* Where the host's devices are, and what is kept of them while guests have them. */
typedef struct Place {
        char *records, *states;
        char owner[UUID_TEXT_LENGTH];
        Vfio vfio;
} Place;

static void place_init(Place *place, const QemuInstance *instance, const Uuid owner)
{
        place->records = g_build_filename(instance->run_dir, "hostdevs", NULL);
        place->states = g_build_filename(instance->paths->run, "hostdevmgr", NULL);
        uuid_format(owner, place->owner);
        place->vfio = (Vfio){
                .root = "",
                .records = place->records,
                .tell = vfio_tell,
                .cards = { .root = "", .states = place->states, .owner = place->owner, .talk = &card_kernel },
        };
}

static void place_done(Place *place)
{
        g_free(place->records);
        g_free(place->states);
}
#define PLACE_AUTO __attribute__((cleanup(place_done)))

int host_devices_check(const QemuInstance *instance, const Domain *live, Error *err)
{
        PLACE_AUTO Place place;

        place_init(&place, instance, live->uuid);
        return vfio_check_interfaces(&place.vfio, live, err);
}

int host_devices_take(const QemuInstance *instance, const Domain *live, Error *err)
{
        PLACE_AUTO Place place;

        place_init(&place, instance, live->uuid);
        /* A network may have given one. */
        if (vfio_check_interfaces(&place.vfio, live, err) < 0)
                return -1;
        if (!host_devices_any(live))
                return 0;
        return check_others(instance, live, err) < 0 ? -1 : vfio_take(&place.vfio, live, err);
}

void host_devices_give_back(const QemuInstance *instance, const Domain *live)
{
        PLACE_AUTO Place place;

        place_init(&place, instance, live->uuid);
        vfio_give_back(&place.vfio, live);
}

/* Interfaces */

static TapPlace tap_place(const QemuInstance *instance, const Domain *live, char owner[UUID_TEXT_LENGTH])
{
        uuid_format(live->uuid, owner);
        return (TapPlace){ .run_dir = instance->run_dir, .owner = owner };
}

void host_interfaces_close(const QemuInstance *instance, const Domain *live)
{
        char owner[UUID_TEXT_LENGTH];
        const TapPlace place = tap_place(instance, live, owner);

        for (size_t i = 0; i < live->n_interfaces; i++)
                tap_close(&live->interfaces[i], &place);
}

static void claim(const QemuInstance *instance, const Domain *live)
{
        char owner[UUID_TEXT_LENGTH];
        const TapPlace taps = tap_place(instance, live, owner);
        PLACE_AUTO Place place;

        place_init(&place, instance, live->uuid);
        vfio_claim(&place.vfio, live);
        for (size_t i = 0; i < live->n_interfaces; i++)
                tap_claim(&live->interfaces[i], &taps);
}

static void sweep_cards(const QemuInstance *instance, GHashTable *owners)
{
        static const Uuid nobody;
        PLACE_AUTO Place place;
        CardPlace taps;

        place_init(&place, instance, nobody);
        card_sweep(&place.vfio.cards, owners);
        taps = place.vfio.cards;
        taps.states = instance->run_dir;
        card_sweep(&taps, owners);
}

void host_interfaces_sweep(const QemuInstance *instance)
{
        g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_autoptr(GHashTable) owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        DomainEntry **entries = domain_list_all(instance->list.domains, NULL);

        for (size_t i = 0; entries[i]; i++) {
                DomainView *view = domain_view_get(entries[i]);
                char owner[UUID_TEXT_LENGTH];

                for (size_t k = 0; view && view->live && k < view->live->n_interfaces; k++)
                        if (view->live->interfaces[k].target)
                                g_hash_table_add(used, g_strdup(view->live->interfaces[k].target));
                if (view && view->live) {
                        uuid_format(view->live->uuid, owner);
                        g_hash_table_add(owners, g_strdup(owner));
                        claim(instance, view->live);
                }
                domain_view_unref(view);
        }
        domain_entries_free(entries);
        tap_sweep(instance->run_dir, used);
        sweep_cards(instance, owners);
}
