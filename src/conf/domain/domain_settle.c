/* What holds between the fields of a domain for every hypervisor. */
#include <string.h>

#include "conf/metadata.h"
#include "domain/hooks.h"

bool pci_address_is_set(const void *s)
{
        const PciAddress *address = s;

        return address->domain || address->bus || address->slot;
}

bool domain_names_iothreads(const void *s)
{
        const Domain *domain = s;

        for (size_t i = 0; i < domain->n_iothread_ids; i++) {
                Iothread plain = { .id = (unsigned)i + 1 };

                /* One that was tuned since is more than a number. */
                if (!domain->iothread_ids[i].implied ||
                    rows_compare(&Iothread_rows, &domain->iothread_ids[i], &plain, 0, NULL, NULL))
                        return true;
        }
        return domain->n_iothread_ids == 0;
}

bool clock_has_basis(const void *s)
{
        return ((const Clock *)s)->offset == CLOCK_VARIABLE;
}

bool interface_has_driver(const void *s)
{
        return ((const Interface *)s)->type != INTERFACE_HOSTDEV;
}

bool features_has_capabilities(const void *s)
{
        const Features *features = s;

        return features->n_capabilities || features->capabilities_policy != CAPABILITIES_POLICY_DEFAULT;
}

bool rng_is_egd(const void *s)
{
        return ((const Rng *)s)->backend == RNG_BACKEND_EGD;
}

int device_info_settle(void *s, unsigned flags, Error *err)
{
        DeviceInfo *info = s;

        for (char *c = info->boot_loadparm; c && *c; c++)
                *c = g_ascii_toupper(*c);
        return 0;
}

void domain_init(void *s)
{
        ((Domain *)s)->id = -1;
}

static bool is_full_machine(const Domain *d)
{
        return g_strcmp0(d->os.type, "hvm") == 0;
}

static void settle_memory(Domain *d)
{
        uint64_t cells = 0, plugged = 0;

        for (size_t i = 0; d->cpu && i < d->cpu->n_cells; i++)
                cells += d->cpu->cells[i].memory_kib;
        for (size_t i = 0; i < d->n_memory_devices; i++)
                plugged += d->memory_devices[i].size_kib;
        if (d->memory_kib == 0)
                d->memory_kib = cells + plugged;
        if (d->current_memory_kib == 0 || d->current_memory_kib > d->memory_kib)
                d->current_memory_kib = d->memory_kib;
}

static void settle_vcpus(Domain *d)
{
        if (d->vcpu_max == 0)
                d->vcpu_max = 1;
        if (d->vcpu_current == d->vcpu_max)
                d->vcpu_current = 0;
        if (d->vcpu_placement == PLACEMENT_DEFAULT)
                d->vcpu_placement = PLACEMENT_STATIC;
}

static bool has_boot_order(const DeviceInfo *info)
{
        return info->boot_order > 0;
}

/* Whether any device says itself when its turn is. */
static bool has_device_boot(const Domain *d)
{
        for (size_t i = 0; i < d->n_disks; i++)
                if (has_boot_order(&d->disks[i].info))
                        return true;
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (has_boot_order(&d->interfaces[i].info))
                        return true;
        for (size_t i = 0; i < d->n_hostdevs; i++)
                if (has_boot_order(&d->hostdevs[i].info))
                        return true;
        for (size_t i = 0; i < d->n_redirdevs; i++)
                if (has_boot_order(&d->redirdevs[i].info))
                        return true;
        for (size_t i = 0; i < d->n_filesystems; i++)
                if (has_boot_order(&d->filesystems[i].info))
                        return true;
        return false;
}

/* A boot loader on the host decides by itself. */
static void settle_os(Domain *d)
{
        if (is_full_machine(d) && !d->bootloader && d->os.n_boot == 0 && !has_device_boot(d)) {
                OsBoot *boot = rows_list_insert(&OsBoot_rows, &d->os.boot, &d->os.n_boot, 0);

                boot->dev = BOOT_HD;
        }
}

static void settle_lifecycle(Domain *d)
{
        if (d->on_poweroff == LIFECYCLE_DEFAULT)
                d->on_poweroff = LIFECYCLE_DESTROY;
        if (d->on_reboot == LIFECYCLE_DEFAULT)
                d->on_reboot = LIFECYCLE_RESTART;
        if (d->on_crash == CRASH_DEFAULT)
                d->on_crash = CRASH_DESTROY;
}

static bool is_pc(const Domain *d)
{
        return g_strcmp0(d->os.arch, "x86_64") == 0 || g_strcmp0(d->os.arch, "i686") == 0;
}

static void settle_input(const Domain *d, Input *input)
{
        if (input->bus != INPUT_BUS_DEFAULT)
                return;
        if (input->type == INPUT_EVDEV)
                input->bus = INPUT_BUS_NONE;
        else if (input->type == INPUT_PASSTHROUGH || g_strcmp0(d->os.arch, "s390x") == 0)
                input->bus = INPUT_BUS_VIRTIO;
        else if ((input->type == INPUT_MOUSE || input->type == INPUT_KEYBOARD) && is_pc(d))
                input->bus = d->type == VIRT_XEN && !is_full_machine(d) ? INPUT_BUS_XEN : INPUT_BUS_PS2;
        else
                input->bus = INPUT_BUS_USB;
}

static void settle_name(Domain *d)
{
        static const Uuid none;

        if (memcmp(d->uuid, none, sizeof(none)) == 0)
                uuid_generate(d->uuid);
}

static int need_os(const Domain *d, Error *err)
{
        if (!d->os.type)
                return error_set(err, VIR_ERR_XML_ERROR, "an os <type> must be specified");
        return 0;
}

/* A document without an id is of no running guest: what it was given for a run means nothing any more. */
static int drop_run(Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_graphics; i++)
                if (rows_settle(&Graphics_rows, &d->graphics[i], ROWS_INACTIVE, err) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (d->interfaces[i].type == INTERFACE_NETWORK)
                        g_clear_pointer(&d->interfaces[i].network.portid, g_free);
        return 0;
}

int domain_settle_own(void *s, unsigned flags, Error *err)
{
        Domain *d = s;

        if (!d->name || !*d->name)
                return error_set_from(err, VIR_FROM_DOMAIN, VIR_ERR_NO_NAME, NULL);
        domain_settle_hostdevs(d);
        if (domain_settle_early(d, flags, err) < 0 || need_os(d, err) < 0)
                return -1;
        if (!(flags & (ROWS_INACTIVE | ROWS_STATUS)) && d->id < 0 && drop_run(d, err) < 0)
                return -1;
        settle_name(d);
        metadata_settle(&d->metadata);
        settle_vcpus(d);
        settle_memory(d);
        settle_os(d);
        settle_lifecycle(d);
        for (size_t i = 0; i < d->n_inputs; i++)
                settle_input(d, &d->inputs[i]);
        domain_settle_disk_order(d);
        domain_settle_tunes(d);
        domain_settle_numa(d);
        domain_settle_empty(d);
        domain_settle_chardevs(d);
        domain_settle_implied_video(d);
        domain_settle_videos(d);
        domain_settle_controllers(d);
        domain_settle_macs(d, d->rules);
        return domain_settle_late(d, flags, err);
}

static int check_names(const Domain *d, Error *err)
{
        if (!d->rules && strchr(d->name, '/'))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain '/'", d->name);
        if (strspn(d->name, " \t\r\n") == strlen(d->name))
                return error_set(err, VIR_ERR_XML_ERROR, "name must contain at least one non whitespace character");
        if (d->title && strchr(d->title, '\n'))
                return error_set(err, VIR_ERR_XML_ERROR, "Domain title can't contain newlines");
        return 0;
}

static int check_sizes(const Domain *d, Error *err)
{
        if (d->memory_kib == 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Memory size must be specified via <memory> or in the <numa> configuration");
        if (d->vcpu_current > d->vcpu_max)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "maxvcpus must not be less than current vcpus (%u < %u)", d->vcpu_max,
                                 d->vcpu_current);
        if (d->vcpu_max > 65535)
                return error_set(err, VIR_ERR_XML_ERROR, "%u vcpus are more than the limit of 65535", d->vcpu_max);
        return 0;
}

static int check_disks(const Domain *d, Error *err)
{
        g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);

        for (size_t i = 0; i < d->n_disks; i++) {
                const char *target = d->disks[i].target;
                size_t first = GPOINTER_TO_SIZE(g_hash_table_lookup(targets, target));

                if (first > 0)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "target '%s' duplicated for disks %zu and %zu of the document", target, first,
                                         i + 1);
                g_hash_table_insert(targets, (char *)target, GSIZE_TO_POINTER(i + 1));
        }
        return 0;
}

static int check_boot(const Domain *d, Error *err)
{
        if (d->os.n_boot > 0 && has_device_boot(d))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "per-device boot elements cannot be used together with os/boot elements");
        return 0;
}

int domain_check_own(const void *s, Error *err)
{
        const Domain *d = s;

        if (check_names(d, err) < 0 || check_sizes(d, err) < 0 || check_boot(d, err) < 0)
                return -1;
        if (domain_check_rules(d, err) < 0 || check_disks(d, err) < 0)
                return -1;
        return domain_check_hypervisor(d, d->rules, d->rules_context, err);
}
