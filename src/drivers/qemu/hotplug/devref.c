/* See devref.h. */
#include "hotplug/devref.h"

#include <string.h>

#include "rules/settle.h"

static const char *const devices = "devices/";

static void *member(const Domain *domain, const Row *row)
{
        return (char *)domain + row->at;
}

static bool is_device(const Row *row)
{
        return (row->kind == ROW_ARRAY || row->kind == ROW_POINTER) && g_str_has_prefix(row->path, devices);
}

static size_t *count_of(const Domain *domain, const Row *row)
{
        return (size_t *)(void *)((char *)domain + row->aux);
}

static size_t devref_count(const Domain *domain, const Row *row)
{
        return row->kind == ROW_ARRAY ? *count_of(domain, row) : *(void **)member(domain, row) != NULL;
}

void *devref_at(const Domain *domain, DevRef device)
{
        char *start;

        if (!device.row || device.index >= devref_count(domain, device.row))
                return NULL;
        start = *(char **)member(domain, device.row);
        return start + device.index * device.row->sub->size;
}

DeviceInfo *devref_info(const Domain *domain, DevRef device)
{
        char *start = devref_at(domain, device);

        for (const Row *row = start ? device.row->sub->rows : NULL; row && row->path; row++)
                if (row->kind == ROW_STRUCT && row->sub == &DeviceInfo_rows)
                        return (DeviceInfo *)(void *)(start + row->at);
        return NULL;
}

const char *devref_kind(DevRef device)
{
        return device.row->path + strlen(devices);
}

bool devref_is(DevRef device, const Rows *rows)
{
        return device.row && device.row->sub == rows;
}

bool devref_each(const Domain *domain, bool (*func)(const Domain *domain, DevRef device, void *opaque), void *opaque)
{
        for (const Row *row = Domain_rows.rows; row->path; row++) {
                size_t n = is_device(row) ? devref_count(domain, row) : 0;

                for (size_t i = 0; i < n; i++)
                        if (func(domain, (DevRef){ row, i }, opaque))
                                return true;
        }
        return false;
}

static bool take(const Domain *domain, DevRef device, void *opaque)
{
        *(DevRef *)opaque = device;
        return true;
}

DevRef devref_only(const Domain *domain)
{
        DevRef found = {};

        devref_each(domain, take, &found);
        return found;
}

typedef struct Named {
        const char *alias;
        DevRef found;
} Named;

static bool has_alias(const Domain *domain, DevRef device, void *opaque)
{
        Named *named = opaque;
        const DeviceInfo *info = devref_info(domain, device);

        if (!info || g_strcmp0(info->alias, named->alias) != 0)
                return false;
        named->found = device;
        return true;
}

DevRef devref_named(const Domain *domain, const char *alias)
{
        Named named = { .alias = alias };

        devref_each(domain, has_alias, &named);
        return named.found;
}

DevRef devref_controller(size_t index)
{
        const Row *row = Domain_rows.rows;

        while (row->sub != &Controller_rows)
                row++;
        return (DevRef){ row, index };
}

/* Disks of a bus stand in the order of their targets. */
static size_t disk_place(const Domain *domain, const Disk *disk)
{
        int number = disk_target_number(disk->target);
        size_t place = domain->n_disks;

        for (size_t i = domain->n_disks; i > 0; i--) {
                const Disk *other = &domain->disks[i - 1];

                if (other->bus != disk->bus)
                        continue;
                if (disk_target_number(other->target) <= number)
                        return i == domain->n_disks || place == domain->n_disks ? i : place;
                place = i - 1;
        }
        return place;
}

static size_t controller_place(const Domain *domain, const Controller *controller)
{
        size_t place = domain->n_controllers;

        for (size_t i = domain->n_controllers; i > 0; i--) {
                const Controller *other = &domain->controllers[i - 1];

                if (other->type != controller->type)
                        continue;
                if (other->index.value < controller->index.value)
                        return place == domain->n_controllers ? i : place;
                place = i - 1;
        }
        return place;
}

static size_t place_of(const Domain *domain, DevRef device, const void *content)
{
        if (devref_is(device, &Disk_rows))
                return disk_place(domain, content);
        if (devref_is(device, &Controller_rows))
                return controller_place(domain, content);
        return devref_count(domain, device.row);
}

DevRef devref_insert(Domain *domain, const Domain *from, DevRef device)
{
        const void *content = devref_at(from, device);
        void *place;

        if (device.row->kind == ROW_POINTER) {
                void **at = member(domain, device.row);

                if (*at)
                        return (DevRef){};
                place = *at = g_malloc0(device.row->sub->size);
                device.index = 0;
        } else {
                device.index = place_of(domain, device, content);
                place = rows_list_insert(device.row->sub, member(domain, device.row), count_of(domain, device.row),
                                         device.index);
                rows_drop(device.row->sub, place);
        }
        rows_copy(device.row->sub, place, content);
        return device;
}

void devref_remove(Domain *domain, DevRef device)
{
        if (device.row->kind == ROW_POINTER) {
                void **at = member(domain, device.row);

                rows_drop(device.row->sub, *at);
                g_clear_pointer(at, g_free);
                return;
        }
        rows_list_remove(device.row->sub, member(domain, device.row), count_of(domain, device.row), device.index);
}

/* Finding */

static bool says_otherwise(const RowDifference *difference, void *opaque)
{
        bool *found = opaque;

        /* What is not said may be anything. */
        *found |= difference->before != NULL;
        return *found;
}

/* Who binds the device, and to what, is of no matter for which one it is. */
static bool hostdev_says_otherwise(const RowDifference *difference, void *opaque)
{
        bool *found = opaque;

        *found |= difference->before && strcmp(difference->path, "@managed") != 0 &&
                  !g_str_has_prefix(difference->path, "driver/");
        return *found;
}

/* Whether @there is all that @given says. */
static bool devref_fits(const Rows *rows, const void *given, const void *there)
{
        bool differs = false;

        rows_compare(rows, given, there, 0, rows == &Hostdev_rows ? hostdev_says_otherwise : says_otherwise, &differs);
        return !differs;
}

static bool same_target(const Disk *a, const Disk *b)
{
        return g_strcmp0(a->target, b->target) == 0;
}

static bool same_controller(const Controller *a, const Controller *b)
{
        return a->type == b->type && (!a->index.set || a->index.value == b->index.value);
}

/* The address of the card, and where it sits when that is said. */
static bool same_interface(const Interface *given, const Interface *there)
{
        if (mac_is_set(&given->mac) && !mac_same(&given->mac, &there->mac))
                return false;
        return devref_fits(&DeviceInfo_rows, &given->info, &there->info);
}

static bool matches(DevRef device, const void *given, const void *there)
{
        if (devref_is(device, &Disk_rows))
                return same_target(given, there);
        if (devref_is(device, &Controller_rows))
                return same_controller(given, there);
        if (devref_is(device, &Interface_rows))
                return same_interface(given, there);
        return devref_fits(device.row->sub, given, there);
}

static int not_found(const Domain *given, DevRef device, Error *err)
{
        const Disk *disk = devref_at(given, device);
        const Controller *controller = devref_at(given, device);
        const Interface *nic = devref_at(given, device);

        if (devref_is(device, &Disk_rows))
                return error_set(err, VIR_ERR_DEVICE_MISSING, "disk %s not found", disk->target);
        if (devref_is(device, &Controller_rows))
                return error_set(err, VIR_ERR_DEVICE_MISSING, "controller %s:%u not found",
                                 enum_text(ControllerType, controller->type), controller->index.value);
        if (devref_is(device, &Interface_rows)) {
                char mac[MAC_TEXT_LENGTH];

                mac_format(&nic->mac, mac);
                return error_set(err, VIR_ERR_DEVICE_MISSING, "no device matching MAC address %s found", mac);
        }
        return error_set(err, VIR_ERR_DEVICE_MISSING, "matching %s device not found", devref_kind(device));
}

int devref_find(const Domain *domain, const Domain *given, DevRef device, DevRef *ret, Error *err)
{
        const void *content = devref_at(given, device);
        const DeviceInfo *info = devref_info(given, device);
        size_t n = devref_count(domain, device.row);
        DevRef found = {};

        for (size_t i = 0; i < n; i++) {
                DevRef candidate = { device.row, i };

                if (!matches(device, content, devref_at(domain, candidate)))
                        continue;
                if (found.row)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "multiple %s devices match; an <address> or <alias> says which one",
                                         devref_kind(device));
                found = candidate;
        }
        if (!found.row && info && info->alias && !devref_is(device, &Disk_rows))
                return error_set(err, VIR_ERR_DEVICE_MISSING, "%s device '%s' with these properties not found",
                                 devref_kind(device), info->alias);
        if (!found.row)
                return not_found(given, device, err);
        *ret = found;
        return 0;
}

Domain devref_alone(const Domain *domain, DevRef device)
{
        Domain alone = *domain;

        for (const Row *row = Domain_rows.rows; row->path; row++) {
                if (!is_device(row) || row->sub == &Controller_rows || row->sub == &Redirfilter_rows)
                        continue;
                if (row->kind == ROW_POINTER && row != device.row)
                        *(void **)member(&alone, row) = NULL;
                else if (row->kind == ROW_ARRAY)
                        *count_of(&alone, row) = row == device.row ? 1 : 0;
        }
        if (device.row->kind == ROW_ARRAY && device.row->sub != &Controller_rows)
                *(void **)member(&alone, device.row) = devref_at(domain, device);
        /* The list of <os> counted when the guest started. */
        alone.os.n_boot = 0;
        return alone;
}

/* What changed */

typedef struct Search {
        const char *const *free; /* paths that may change; NULL last */
        char *path;
} Search;

static bool may_change(const char *path, const char *const *list)
{
        for (; *list; list++) {
                size_t length = strlen(*list);

                if (strncmp(path, *list, length) == 0 && (path[length] == '\0' || strchr("/[", path[length])))
                        return true;
        }
        return false;
}

static bool note(const RowDifference *difference, void *opaque)
{
        Search *search = opaque;

        if (!difference->before || may_change(difference->path, search->free))
                return false;
        search->path = g_strdup(difference->path);
        return true;
}

char *devref_first_change(const Rows *rows, const void *given, const void *there, const char *const *free)
{
        Search search = { .free = free };

        rows_compare(rows, given, there, 0, note, &search);
        return search.path;
}
