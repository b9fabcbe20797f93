/* See argv_hostdev.h. */
#include "argv/argv_hostdev.h"

#include "blockdev/blockdev.h"

static const Controller *controller_of(const Domain *domain, const Hostdev *hostdev)
{
        return controller_find(domain, CONTROLLER_SCSI, hostdev->info.address->drive.controller);
}

static int place(QemuArgv *argv, Json *json, const Hostdev *hostdev, Error *err)
{
        const DriveAddress *drive = hostdev->info.address ? &hostdev->info.address->drive : NULL;
        const Controller *controller = drive ? controller_of(argv->domain, hostdev) : NULL;
        g_autofree char *bus = NULL;

        if (!controller || device_address_type(&hostdev->info) != ADDRESS_DRIVE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "host device '%s' has no SCSI controller",
                                 hostdev->info.alias);
        /* This one has a bus for each channel, and no logical units. */
        if (controller->model == CONTROLLER_MODEL_LSILOGIC) {
                bus = g_strdup_printf("%s.%u", controller->info.alias, drive->bus);
                qdev_string(json, "bus", bus);
                json_set(json, "scsi-id", json_uint(drive->unit));
                return 0;
        }
        bus = g_strdup_printf("%s.0", controller->info.alias);
        qdev_string(json, "bus", bus);
        json_set(json, "channel", json_uint(drive->bus));
        json_set(json, "scsi-id", json_uint(drive->target));
        json_set(json, "lun", json_uint(drive->unit));
        return 0;
}

static Json *local_node(QemuArgv *argv, const ScsiHostdev *source, Error *err)
{
        g_autofree char *name = argv->host->scsi_generic(argv->host, source->adapter, source->bus.value,
                                                         source->target.value, source->unit.value, err);
        g_autofree char *path = name ? g_strdup_printf("/dev/%s", name) : NULL;
        Json *json;

        if (!name)
                return NULL;
        json = qdev_new("host_device");
        qdev_string(json, "filename", path);
        return json;
}

/* A logical unit of an iSCSI target, as images have it. */
static Json *network_node(QemuArgv *argv, const ScsiHostdev *source, Error *err)
{
        const struct SourceAuth *auth = source->auth;
        const Source whole = {
                .type = SOURCE_NETWORK,
                .format = IMAGE_FORMAT_RAW,
                .net = { .protocol = NET_PROTOCOL_ISCSI,
                         .name = source->name,
                         .hosts = source->hosts,
                         .n_hosts = source->n_hosts,
                         .auth = source->auth,
                         .initiator = source->initiator },
                .status = source->status,
        };
        const BlockImage image = { .source = &whole, .auth = auth };
        const char *secret = block_secret(&whole, BLOCK_SECRET_AUTH, 0);

        if (auth && secret &&
            argv_secret_of(argv, secret, auth->secret.uuid, SECRET_KIND_ISCSI, auth->secret.usage, err) < 0)
                return NULL;
        return block_network(&image, false, err);
}

int argv_hostdev_scsi(QemuArgv *argv, const Hostdev *hostdev, Error *err)
{
        const struct SourceStatus *status = hostdev->scsi.status;
        const char *name = status && status->n_nodes > 0 ? status->nodes[0].name : NULL;
        g_autoptr(Json) json = NULL;
        Json *back = hostdev->scsi.protocol == SCSI_PROTOCOL_ISCSI ? network_node(argv, &hostdev->scsi, err)
                                                                   : local_node(argv, &hostdev->scsi, err);

        if (!back)
                return -1;
        qdev_string(back, "node-name", name);
        json_set(back, "read-only", json_bool(hostdev->readonly));
        argv_add_json(argv, "-blockdev", back);
        json = qdev_new("scsi-generic");
        qdev_string(json, "drive", name);
        qdev_string(json, "id", hostdev->info.alias);
        qdev_boot(argv, json, &hostdev->info, 0);
        qdev_switch(json, "share-rw", hostdev->shareable ? SWITCH_ON : SWITCH_ABSENT);
        if (place(argv, json, hostdev, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}
