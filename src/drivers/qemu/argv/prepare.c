/* From a settled definition to that of a run: what every start does before the command line is built. */
#include "argv/argv.h"

#include <string.h>

const char *argv_short_name(const QemuHost *host)
{
        const char *slash = strrchr(host->lib_dir, '/');
        const char *folder = slash ? slash + 1 : host->lib_dir;

        return g_str_has_prefix(folder, "domain-") ? folder + strlen("domain-") : folder;
}

/* Where QEMU keeps the device: its events and statistics call it so. */
static char *qom_name(const Disk *disk)
{
        const char *alias = disk->info.alias;

        switch (disk->bus) {
        case DISK_BUS_VIRTIO: return g_strdup_printf("/machine/peripheral/%s/virtio-backend", alias);
        case DISK_BUS_USB: return g_strdup_printf("/machine/peripheral/%s/%s.0/legacy[0]", alias, alias);
        case DISK_BUS_IDE:
        case DISK_BUS_FDC:
        case DISK_BUS_SATA:
        case DISK_BUS_SCSI: return g_strdup(alias);
        default: return NULL;
        }
}

/* What QEMU calls the device of @disk, whose alias is known; for events, statistics, the status file. */
static void qemu_name_disk(Disk *disk)
{
        g_autofree char *name = disk->info.alias ? qom_name(disk) : NULL;

        if (!name)
                return;
        if (!disk->status) {
                disk->status = g_new0(DiskStatus, 1);
                rows_init(&DiskStatus_rows, disk->status);
        }
        g_free(disk->status->qom);
        disk->status->qom = g_steal_pointer(&name);
}

/* What the guest sets its clock to counts from what it started with. */
static void prepare_clock(Domain *live)
{
        Clock *clock = &live->clock;

        clock->adjustment_at_start =
                clock->offset == CLOCK_VARIABLE && clock->adjustment ? g_ascii_strtoll(clock->adjustment, NULL, 10) : 0;
}

void prepare_shmems(Domain *live)
{
        for (size_t i = 0; i < live->n_shmems; i++) {
                Shmem *shmem = &live->shmems[i];

                if (shmem->model == SHMEM_IVSHMEM_DOORBELL && !shmem->server)
                        shmem->server = g_strdup_printf("/var/lib/libvirt/shmem-%s-sock", shmem->name);
        }
}

int qemu_prepare(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        if (qemu_settle_usb(live, true, err) < 0 || prepare_cpu(live, caps, host, err) < 0)
                return -1;
        if (prepare_nodes(live, host, err) < 0 || prepare_networks(live, host, err) < 0 ||
            prepare_secrecy(live, caps, err) < 0)
                return -1;
        prepare_memory(live);
        prepare_clock(live);
        prepare_chardevs(live, host->conf);
        prepare_shmems(live);
        qemu_assign_aliases(live);
        qemu_name_iothreads(live);
        for (size_t i = 0; i < live->n_disks; i++)
                qemu_name_disk(&live->disks[i]);
        if (prepare_blocks(live, caps, host, err) < 0 || prepare_channels(live, host, err) < 0)
                return -1;
        if (prepare_hostdevs(live, host, err) < 0 || prepare_vsock(live, host, err) < 0)
                return -1;
        return prepare_graphics(live, caps, host, err);
}
