/* Rules of Xen's guests. Three kinds: full machines ("hvm", machine xenfv), paravirtual guests ("linux", xenpv) and those
 * between them ("xenpvh"). */
#include "xen/xen_rules.h"

#include <string.h>

#include "formats.h"
#include "conf/driver_namespaces.h"

static const struct {
        const char *type, *machine;
} kinds[] = { { "hvm", "xenfv" }, { "linux", "xenpv" }, { "xenpvh", "xenpvh" } };

static const char *machine_of(const char *type)
{
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
                if (g_strcmp0(kinds[i].type, type) == 0)
                        return kinds[i].machine;
        return NULL;
}

/* "xen" is an old name of paravirtual guests, and who has a boot loader needs no type. */
static void settle_kind(Domain *d)
{
        if (!d->os.type || strcmp(d->os.type, "xen") == 0) {
                g_free(d->os.type);
                d->os.type = g_strdup("linux");
        }
        if (!d->os.machine)
                d->os.machine = g_strdup(machine_of(d->os.type));
        if (d->os.loader && d->os.loader_type == LOADER_NONE)
                d->os.loader_type = LOADER_ROM;
}

static void need_balloon(Domain *d)
{
        if (!d->memballoon)
                d->memballoon = g_new0(Memballoon, 1);
        if (d->memballoon->model == BALLOON_DEFAULT)
                d->memballoon->model = BALLOON_XEN;
}

/* The console of a machine is its first serial port: the document's own rules know that. */
static void need_console(Domain *d)
{
        if (xen_is_hvm(d))
                return;
        if (d->n_consoles == 0) {
                Console *console = rows_list_insert(&Console_rows, &d->consoles, &d->n_consoles, 0);

                console->source.type = CHARDEV_PTY;
        }
        for (size_t i = 0; i < d->n_consoles; i++)
                if (d->consoles[i].target == CONSOLE_TARGET_NONE)
                        d->consoles[i].target = CONSOLE_TARGET_XEN;
}

/* Memory of the cards as Xen's device model has it, in KiB. */
static unsigned video_memory(VideoType type)
{
        switch (type) {
        case VIDEO_VGA: return 16 * 1024;
        case VIDEO_CIRRUS: return 8 * 1024;
        default: return 0;
        }
}

static void settle_videos(Domain *d)
{
        if (d->n_graphics > 0 && d->n_videos == 0)
                rows_list_insert(&Video_rows, &d->videos, &d->n_videos, 0);
        for (size_t i = 0; i < d->n_videos; i++) {
                Video *video = &d->videos[i];

                if (video->type == VIDEO_DEFAULT)
                        video->type = xen_is_hvm(d) ? VIDEO_CIRRUS : VIDEO_XEN;
                if (video->vram_kib == 0)
                        video->vram_kib = video_memory(video->type);
                if (video->heads == 0 && video->type != VIDEO_NONE)
                        video->heads = 1;
        }
}

static void settle_disks(Domain *d)
{
        for (size_t i = 0; i < d->n_disks; i++) {
                Disk *disk = &d->disks[i];

                if (disk->source.type == SOURCE_NETWORK && !disk->driver)
                        disk->driver = g_strdup("qemu");
                if (disk->source.format == IMAGE_FORMAT_NONE)
                        disk->source.format = IMAGE_FORMAT_RAW;
        }
}

static void settle_hostdevs(Domain *d)
{
        for (size_t i = 0; i < d->n_hostdevs; i++)
                if (d->hostdevs[i].type == HOSTDEV_PCI && d->hostdevs[i].pci.driver == HOSTDEV_BACKEND_DEFAULT)
                        d->hostdevs[i].pci.driver = HOSTDEV_BACKEND_XEN;
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (d->interfaces[i].type == INTERFACE_HOSTDEV &&
                    d->interfaces[i].hostdev.driver == HOSTDEV_BACKEND_DEFAULT)
                        d->interfaces[i].hostdev.driver = HOSTDEV_BACKEND_XEN;
}

static int early(Domain *d, unsigned flags, void *context, Error *err)
{
        settle_kind(d);
        xen_need_bus(d);
        need_balloon(d);
        need_console(d);
        xen_add_inputs(d);
        settle_videos(d);
        settle_disks(d);
        settle_hostdevs(d);
        return 0;
}

static int check_hostdev(const Hostdev *hostdev, Error *err)
{
        HostdevBackend driver = hostdev->type == HOSTDEV_PCI ? hostdev->pci.driver : HOSTDEV_BACKEND_DEFAULT;

        if (driver != HOSTDEV_BACKEND_DEFAULT && driver != HOSTDEV_BACKEND_XEN)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "PCI device driver '%s' is not Xen's: use 'xen'",
                                 enum_text(HostdevBackend, driver));
        return 0;
}

/* The distances of nodes are a square. */
static int check_nodes(const Domain *d, Error *err)
{
        enum { NODES_MAX = 128 };

        if (d->cpu && d->cpu->n_cells > NODES_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%zu NUMA nodes are more than the limit of %d",
                                 d->cpu->n_cells, NODES_MAX);
        return 0;
}

static int check(const Domain *d, void *context, Error *err)
{
        if (check_nodes(d, err) < 0)
                return -1;
        if (!machine_of(d->os.type))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unsupported OS type '%s': Xen runs hvm, linux and xenpvh", d->os.type);
        for (size_t i = 0; i < d->n_hostdevs; i++)
                if (check_hostdev(&d->hostdevs[i], err) < 0)
                        return -1;
        return 0;
}

const DomainRules xen_rules = {
        .name = "Xen",
        .space = &xen_namespace,
        .features = DOMAIN_RULES_FIRMWARE | DOMAIN_RULES_USER_ALIAS,
        .mac_start = { 0x00, 0x16, 0x3e },
        .early = early,
        .check = check,
};
