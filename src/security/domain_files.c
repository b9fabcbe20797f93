/* See domain_files.h. */
#include "security/domain_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host_devices.h"

static void file_free(void *opaque)
{
        DomainFile *file = opaque;

        g_free(file->path);
        g_free(file);
}

DomainFiles *domain_files_new(void)
{
        return g_ptr_array_new_with_free_func(file_free);
}

void domain_files_free(DomainFiles *files)
{
        if (files)
                g_ptr_array_unref(files);
}

static DomainFile *find(const DomainFiles *files, const char *path)
{
        for (guint i = 0; i < files->len; i++) {
                DomainFile *file = g_ptr_array_index(files, i);

                if (strcmp(file->path, path) == 0)
                        return file;
        }
        return NULL;
}

/* A path counts once for a guest, however many of its devices have it. */
static void add(DomainFiles *files, const char *path, unsigned flags, const char *what, const SourceSeclabel *labels,
                size_t n_labels)
{
        DomainFile *file;

        if (!path || path[0] != '/')
                return;
        file = find(files, path);
        if (file) {
                file->flags |= flags & DOMAIN_FILE_WRITE;
                /* One device that cannot do without it, or needs it as its own, is enough. */
                file->flags &= flags | ~(unsigned)(DOMAIN_FILE_MAY_MISS | DOMAIN_FILE_KEEP | DOMAIN_FILE_IF_OURS);
                return;
        }
        file = g_new0(DomainFile, 1);
        file->path = g_strdup(path);
        file->flags = flags;
        file->what = what;
        file->labels = labels;
        file->n_labels = n_labels;
        g_ptr_array_add(files, file);
}

void domain_files_add(DomainFiles *files, const char *path, unsigned flags)
{
        add(files, path, flags, NULL, NULL, 0);
}

void domain_files_descriptor(DomainFiles *files, int fd, const Source *source, bool writable, char **before)
{
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

        add(files, path,
            DOMAIN_FILE_DESCRIPTOR | (writable ? DOMAIN_FILE_WRITE : 0) | (before ? 0 : DOMAIN_FILE_NO_RESTORE), "disk",
            source->seclabels, source->n_seclabels);
        find(files, path)->before = before;
}

/* Disks */

static const char *local_path(const Source *source)
{
        switch (source->type) {
        /* Descriptors of somebody's stand for it: nobody opens it by name. */
        case SOURCE_FILE: return source->file.fdgroup ? NULL : source->file.path;
        case SOURCE_BLOCK: return source->block.path;
        case SOURCE_DIR: return source->dir.path;
        case SOURCE_VHOSTUSER: return source->vhostuser.path;
        default: return NULL;
        }
}

static void add_source(DomainFiles *files, const Source *source, unsigned flags)
{
        const char *name =
                source->type == SOURCE_NETWORK && source->net.n_hosts > 0 ? source->net.hosts[0].socket : NULL;

        /* A server's socket belongs to the server. */
        if (name)
                add(files, name, DOMAIN_FILE_KEEP | DOMAIN_FILE_MAY_MISS, "socket", NULL, 0);
        if (source->type == SOURCE_VHOSTUSER)
                flags |= DOMAIN_FILE_KEEP;
        add(files, local_path(source), flags, "disk", source->seclabels, source->n_seclabels);
        if (source->reservations)
                add(files, source->reservations->path, DOMAIN_FILE_KEEP | DOMAIN_FILE_MAY_MISS, "socket", NULL, 0);
        /* Reservations of a device of many paths are made on each of them, which its mapper tells. */
        if (source->reservations && source->reservations->managed == YESNO_YES)
                add(files, "/dev/mapper/control", DOMAIN_FILE_WRITE | DOMAIN_FILE_KEEP | DOMAIN_FILE_MAY_MISS,
                    "reservations", NULL, 0);
}

void domain_files_image(DomainFiles *files, const Source *source, const BackingStore *backing, bool readonly,
                        bool shared)
{
        unsigned top = (readonly ? 0 : DOMAIN_FILE_WRITE) | (readonly || shared ? DOMAIN_FILE_SHARED : 0);

        add_source(files, source, top);
        for (; backing; backing = backing->backing)
                add_source(files, &backing->source, DOMAIN_FILE_SHARED);
}

void domain_files_disk(DomainFiles *files, const Disk *disk)
{
        /* QEMU has it open to be written until there is an overlay above it, unless others share it. */
        if (disk->transient && disk->transient_share_backing != YESNO_YES && disk->backing)
                add_source(files, &disk->backing->source, DOMAIN_FILE_WRITE);
        domain_files_image(files, &disk->source, disk->backing, disk->readonly, disk->shareable);
        if (disk->mirror)
                domain_files_image(files, &disk->mirror->source, disk->mirror->backing, false, false);
}

/* Other devices */

void domain_files_chardev(DomainFiles *files, const Chardev *chardev)
{
        const PathChardev *path = &chardev->path;
        const UnixChardev *socket = &chardev->unix_socket;

        switch (chardev->type) {
        case CHARDEV_DEV:
        case CHARDEV_FILE:
                add(files, path->path, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS, "character device", path->seclabels,
                    path->n_seclabels);
                break;
        case CHARDEV_PIPE: {
                g_autofree char *in = g_strconcat(path->path, ".in", NULL);
                g_autofree char *out = g_strconcat(path->path, ".out", NULL);

                for (const char *const *end = (const char *const[]){ in, out, path->path, NULL }; *end; end++)
                        add(files, *end, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS, "pipe", path->seclabels,
                            path->n_seclabels);
                break;
        }
        case CHARDEV_UNIX:
                /* What the guest connects to is somebody else's; what it listens at, we made and pass. */
                add(files, socket->path,
                    DOMAIN_FILE_MAY_MISS |
                            (socket->mode == CHARDEV_MODE_CONNECT ? DOMAIN_FILE_WRITE : DOMAIN_FILE_KEEP),
                    "socket", socket->seclabels, socket->n_seclabels);
                break;
        default: break;
        }
}

void domain_files_hostdev(DomainFiles *files, const Hostdev *hostdev, const char *root)
{
        g_autofree char *path = host_device_path(hostdev, root);
        /* The node comes when the device is taken from its driver. */
        unsigned later = hostdev->type == HOSTDEV_PCI && hostdev->managed == YESNO_YES ? DOMAIN_FILE_MAY_MISS : 0;
        unsigned flags = DOMAIN_FILE_WRITE | later;

        if (hostdev->readonly || hostdev->shareable)
                flags |= DOMAIN_FILE_SHARED;
        add(files, path, flags, "host device", NULL, 0);
        if (path && strstr(path, "/dev/vfio/"))
                add(files, "/dev/vfio/vfio", DOMAIN_FILE_WRITE | DOMAIN_FILE_KEEP | later, "host device", NULL, 0);
}

void domain_files_input(DomainFiles *files, const Input *input)
{
        const char *path = input->type == INPUT_PASSTHROUGH ? input->evdev
                           : input->type == INPUT_EVDEV     ? input->dev
                                                            : NULL;

        /* Rows put the one <source> of both kinds under either name. */
        if (!path && (input->type == INPUT_PASSTHROUGH || input->type == INPUT_EVDEV))
                path = input->dev ? input->dev : input->evdev;
        add(files, path, DOMAIN_FILE_WRITE, "input", NULL, 0);
}

void domain_files_memory(DomainFiles *files, const MemoryDevice *memory)
{
        if (memory->model == MEMORY_MODEL_NVDIMM || memory->model == MEMORY_MODEL_VIRTIO_PMEM)
                add(files, memory->path, memory->readonly ? 0 : DOMAIN_FILE_WRITE, "memory device", NULL, 0);
        if (memory->model != MEMORY_MODEL_SGX_EPC)
                return;
        add(files, "/dev/sgx_vepc", DOMAIN_FILE_WRITE | DOMAIN_FILE_IF_OURS, "memory device", NULL, 0);
        add(files, "/dev/sgx_provision", DOMAIN_FILE_IF_OURS, "memory device", NULL, 0);
}

void domain_files_rng(DomainFiles *files, const Rng *rng)
{
        if (rng->backend == RNG_BACKEND_RANDOM)
                add(files, rng->random ? rng->random : "/dev/urandom", DOMAIN_FILE_KEEP, "rng", NULL, 0);
        else if (rng->backend == RNG_BACKEND_EGD)
                domain_files_chardev(files, &rng->egd);
}

void domain_files_tpm(DomainFiles *files, const Tpm *tpm)
{
        if (tpm->backend == TPM_BACKEND_PASSTHROUGH)
                add(files, tpm->path ? tpm->path : "/dev/tpm0", DOMAIN_FILE_WRITE, "tpm", NULL, 0);
        else if (tpm->backend == TPM_BACKEND_EXTERNAL)
                add(files, tpm->source_path, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS, "tpm", NULL, 0);
}

/* The program that stands for the card opens it, in the guest's control group. */
static void add_video(DomainFiles *files, const Video *video)
{
        add(files, video->rendernode, DOMAIN_FILE_WRITE | DOMAIN_FILE_IF_OURS, "video", NULL, 0);
}

/* A card that is a device of the host. */
static void add_card(DomainFiles *files, const HostdevInterface *source, YesNo managed, const char *root)
{
        const PciAddress *at = &source->address.pci;
        const Hostdev hostdev = {
                .type = HOSTDEV_PCI,
                .managed = managed,
                .pci.address = { at->domain, at->bus, at->slot, at->function },
        };

        if (source->address.type == ADDRESS_PCI)
                domain_files_hostdev(files, &hostdev, root);
}

static void add_interface(DomainFiles *files, const Interface *nic, const char *root)
{
        if (nic->type == INTERFACE_HOSTDEV)
                add_card(files, &nic->hostdev, nic->managed, root);
        else if (nic->actual && nic->actual->type == INTERFACE_HOSTDEV)
                add_card(files, &nic->actual->hostdev, nic->actual->managed, root);
        /* A log that a helper of the guest's writes. */
        if (nic->type == INTERFACE_USER && nic->backend == USER_BACKEND_PASST)
                add(files, nic->backend_log, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS, "interface", NULL, 0);
}

static void add_graphics(DomainFiles *files, const Graphics *graphics)
{
        const char *node = graphics->type == GRAPHICS_SPICE          ? graphics->spice.rendernode
                           : graphics->type == GRAPHICS_EGL_HEADLESS ? graphics->egl_headless.rendernode
                           : graphics->type == GRAPHICS_DBUS         ? graphics->dbus.rendernode
                                                                     : NULL;

        add(files, node, DOMAIN_FILE_WRITE | DOMAIN_FILE_IF_OURS, "graphics", NULL, 0);
}

/* The machine */

static void add_firmware(DomainFiles *files, const Os *os)
{
        const struct {
                const char *path, *what;
        } boot[] = { { os->kernel, "kernel" }, { os->initrd, "initrd" }, { os->dtb, "device tree" } };

        for (size_t i = 0; i < G_N_ELEMENTS(boot); i++)
                add(files, boot[i].path, 0, boot[i].what, NULL, 0);
        for (size_t i = 0; i < os->n_acpi_tables; i++)
                add(files, os->acpi_tables[i].path, 0, "ACPI table", NULL, 0);
        add(files, os->loader, DOMAIN_FILE_KEEP, "firmware", NULL, 0);
        if (!os->nvram)
                return;
        if (os->nvram->source.type == SOURCE_NONE)
                add(files, os->nvram->path, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS, "nvram",
                    os->nvram->source.seclabels, os->nvram->source.n_seclabels);
        else
                add_source(files, &os->nvram->source, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS);
}

static void add_chardevs(DomainFiles *files, const Domain *domain)
{
        for (size_t i = 0; i < domain->n_serials; i++)
                domain_files_chardev(files, &domain->serials[i].source);
        for (size_t i = 0; i < domain->n_parallels; i++)
                domain_files_chardev(files, &domain->parallels[i].source);
        for (size_t i = 0; i < domain->n_consoles; i++)
                domain_files_chardev(files, &domain->consoles[i].source);
        for (size_t i = 0; i < domain->n_channels; i++)
                domain_files_chardev(files, &domain->channels[i].source);
        for (size_t i = 0; i < domain->n_redirdevs; i++)
                domain_files_chardev(files, &domain->redirdevs[i].source);
}

void domain_files_all(DomainFiles *files, const Domain *domain, const char *root)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                domain_files_disk(files, &domain->disks[i]);
        for (size_t i = 0; i < domain->n_hostdevs; i++)
                domain_files_hostdev(files, &domain->hostdevs[i], root);
        for (size_t i = 0; i < domain->n_inputs; i++)
                domain_files_input(files, &domain->inputs[i]);
        for (size_t i = 0; i < domain->n_memory_devices; i++)
                domain_files_memory(files, &domain->memory_devices[i]);
        for (size_t i = 0; i < domain->n_rngs; i++)
                domain_files_rng(files, &domain->rngs[i]);
        for (size_t i = 0; i < domain->n_tpms; i++)
                domain_files_tpm(files, &domain->tpms[i]);
        for (size_t i = 0; i < domain->n_graphics; i++)
                add_graphics(files, &domain->graphics[i]);
        for (size_t i = 0; i < domain->n_videos; i++)
                add_video(files, &domain->videos[i]);
        for (size_t i = 0; i < domain->n_interfaces; i++)
                add_interface(files, &domain->interfaces[i], root);
        add_chardevs(files, domain);
        add_firmware(files, &domain->os);
        if (domain->launch_security && domain->launch_security->type == LAUNCH_SECURITY_SEV)
                add(files, "/dev/sev", DOMAIN_FILE_WRITE | DOMAIN_FILE_IF_OURS, "launch security", NULL, 0);
}

void domain_files_append(DomainFiles *files, const DomainFiles *more)
{
        for (guint i = 0; i < more->len; i++) {
                const DomainFile *file = g_ptr_array_index(more, i);

                add(files, file->path, file->flags, file->what, file->labels, file->n_labels);
                if (file->before)
                        find(files, file->path)->before = file->before;
        }
}

void domain_files_subtract(DomainFiles *files, const DomainFiles *keep)
{
        for (guint i = files->len; i > 0; i--)
                if (find(keep, ((DomainFile *)g_ptr_array_index(files, i - 1))->path))
                        g_ptr_array_remove_index(files, i - 1);
}

bool domain_file_is_node(const char *path)
{
        struct stat info;
        char *real;
        bool below;

        if (stat(path, &info) < 0 || (!S_ISBLK(info.st_mode) && !S_ISCHR(info.st_mode)))
                return false;
        real = realpath(path, NULL);
        below = real && g_str_has_prefix(real, "/dev/");
        free(real);
        return below;
}
