/* Devices of the host in a run: the numbers that name their nodes, and what the host gives to the guest. */
#include "argv/argv.h"

void prepare_scsi_node(ScsiHostdev *scsi, unsigned number)
{
        struct SourceStatus *status;

        if (scsi->status)
                return;
        status = scsi->status = g_new0(struct SourceStatus, 1);
        rows_init(&SourceStatus_rows, status);
        status->nodes = g_new0(SourceNode, 1);
        status->n_nodes = 1;
        status->nodes[0].type = g_strdup("storage");
        status->nodes[0].name = g_strdup_printf("libvirt-%u-backend", number);
        if (!scsi->auth)
                return;
        status->secrets = g_new0(SourceSecret, 1);
        status->n_secrets = 1;
        status->secrets[0].type = g_strdup("auth");
        status->secrets[0].alias = g_strdup_printf("%s-secret0", status->nodes[0].name);
}

void prepare_scsi_nodes(Domain *live, unsigned next)
{
        for (size_t i = 0; i < live->n_hostdevs; i++) {
                Hostdev *hostdev = &live->hostdevs[i];

                if (hostdev->mode == HOSTDEV_MODE_SUBSYSTEM && hostdev->type == HOSTDEV_SCSI)
                        prepare_scsi_node(&hostdev->scsi, next++);
        }
}

int prepare_hostdevs(Domain *live, QemuHost *host, Error *err)
{
        for (size_t i = 0; i < live->n_hostdevs; i++) {
                Hostdev *hostdev = &live->hostdevs[i];

                if (hostdev->mode == HOSTDEV_MODE_SUBSYSTEM && hostdev->type == HOSTDEV_USB && host->find_usb &&
                    host->find_usb(host, &hostdev->usb, err) < 0)
                        return -1;
        }
        return 0;
}

int prepare_networks(Domain *live, QemuHost *host, Error *err)
{
        for (size_t i = 0; i < live->n_interfaces; i++) {
                Interface *nic = &live->interfaces[i];

                if (nic->type == INTERFACE_NETWORK && host->join_network && host->join_network(host, nic, err) < 0)
                        return -1;
        }
        return 0;
}

int prepare_vsock(Domain *live, QemuHost *host, Error *err)
{
        struct Vsock *vsock = live->vsock;

        return vsock && host->take_cid ? host->take_cid(host, vsock->auto_cid == YESNO_YES, &vsock->cid, err) : 0;
}
