/* Rules of images and where they come from that hold for every hypervisor. Nothing here changes them. */
#include <string.h>

#include "domain/hooks.h"

/* An image on the network */

static bool takes_login(NetProtocol protocol)
{
        switch (protocol) {
        case NET_PROTOCOL_ISCSI:
        case NET_PROTOCOL_RBD:
        case NET_PROTOCOL_HTTP:
        case NET_PROTOCOL_HTTPS:
        case NET_PROTOCOL_FTP:
        case NET_PROTOCOL_FTPS:
        case NET_PROTOCOL_SSH: return true;
        default: return false;
        }
}

/* What a header of HTTP can carry: printed characters but those that end or quote something. */
static bool is_token(const char *text, const char *marks)
{
        for (const char *c = text; *c; c++)
                if (!g_ascii_isgraph(*c) || strchr(marks, *c))
                        return false;
        return true;
}

/* Quotes may stand around the whole. */
static bool is_cookie(const char *value)
{
        size_t length = strlen(value);
        g_autofree char *inner = NULL;

        if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
                inner = g_strndup(value + 1, length - 2);
        return is_token(inner ? inner : value, "\",;\\");
}

static int check_cookies(const NetSource *net, Error *err)
{
        for (size_t i = 0; i < net->n_cookies; i++) {
                const Cookie *cookie = &net->cookies[i];

                if (!cookie->name || !*cookie->name)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing cookie name");
                if (!is_token(cookie->name, "()<>@,;:\\\"/[]?={}"))
                        return error_set(err, VIR_ERR_XML_ERROR, "cookie name '%s' contains invalid characters",
                                         cookie->name);
                if (!cookie->value || !*cookie->value)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing value for cookie '%s'", cookie->name);
                if (!is_cookie(cookie->value))
                        return error_set(err, VIR_ERR_XML_ERROR, "value of cookie '%s' contains invalid characters",
                                         cookie->name);
        }
        return 0;
}

static int check_net(const NetSource *net, Error *err)
{
        enum { PORT_MAX = 65535 };

        if (!net->name && net->protocol != NET_PROTOCOL_NBD)
                return error_set(err, VIR_ERR_XML_ERROR, "missing name for disk source");
        for (size_t i = 0; i < net->n_hosts; i++)
                if (net->hosts[i].port > PORT_MAX)
                        return error_set(err, VIR_ERR_INVALID_ARG, "port '%u' out of range", net->hosts[i].port);
        return check_cookies(net, err);
}

/* A controller of the host */

static int check_nvme(const NvmeSource *nvme, Error *err)
{
        static const HostPciAddress none;

        if (!nvme->type)
                return error_set(err, VIR_ERR_XML_ERROR, "missing 'type' attribute to disk source");
        if (nvme->namespace == 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "NVMe namespace can't be zero");
        if (memcmp(&nvme->address, &none, sizeof(none)) == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "NVMe disk source is missing address");
        return 0;
}

int vhostuser_source_check(const void *s, Error *err)
{
        const VhostUserSource *source = s;

        return reconnect_check(source->reconnect, &source->reconnect_timeout, err);
}

int source_check(const void *s, Error *err)
{
        const Source *source = s;

        switch (source->type) {
        case SOURCE_NETWORK: return source->net.protocol ? check_net(&source->net, err) : 0;
        case SOURCE_NVME: return check_nvme(&source->nvme, err);
        default: return 0;
        }
}

/* A disk with its source */

int disk_check_login(const Disk *disk, Error *err)
{
        const Source *source = &disk->source;
        bool login = disk->auth || (source->type == SOURCE_NETWORK && source->net.auth);

        if (source->type == SOURCE_NETWORK && login && !takes_login(source->net.protocol))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "authentication is not supported for protocol '%s'",
                                 enum_text(NetProtocol, source->net.protocol));
        if (source->startup_policy == STARTUP_POLICY_REQUISITE && disk->device != DISK_DEVICE_CDROM &&
            disk->device != DISK_DEVICE_FLOPPY)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "disk startupPolicy 'requisite' is allowed only for cdrom or floppy");
        if (source->reservations && source->reservations->managed == YESNO_NO && !source->reservations->type)
                return error_set(err, VIR_ERR_XML_ERROR, "missing connection type for <reservations/>");
        return 0;
}

/* Commands of the guest go to a unit on the host, or to one that iSCSI has. */
int disk_check_lun(const Disk *disk, Error *err)
{
        const Source *source = &disk->source;

        if (disk->device != DISK_DEVICE_LUN || source->type == SOURCE_BLOCK || source->type == SOURCE_VOLUME)
                return 0;
        if (source->type != SOURCE_NETWORK)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "disk device='lun' is only valid for block type disk source");
        if (source->net.protocol != NET_PROTOCOL_ISCSI)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "disk device='lun' is not supported for protocol='%s'",
                                 enum_text(NetProtocol, source->net.protocol));
        return 0;
}

/* All of these are the business of the program behind the socket. */
int disk_check_vhostuser(const Disk *disk, Error *err)
{
        const struct {
                const char *name;
                bool said;
        } own[] = {
                { "cache", disk->cache },
                { "io", disk->io },
                { "iothread", disk->iothread },
                { "discard", disk->discard },
                { "detect_zeroes", disk->detect_zeroes },
                { "error_policy", disk->error_policy },
                { "rerror_policy", disk->rerror_policy },
                { "copy_on_read", disk->copy_on_read },
                { "readonly", disk->readonly },
                { "shareable", disk->shareable },
                { "serial", disk->serial },
                { "iotune", disk->iotune },
                { "geometry", disk->cylinders || disk->heads || disk->sectors || disk->translation },
                { "blockio", disk->logical_block_size || disk->physical_block_size },
                { "encryption", disk->encryption || disk->source.encryption },
                { "backingStore", disk->backing },
                { "mirror", disk->mirror },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
                if (own[i].said)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s is not supported with vhostuser disk",
                                         own[i].name);
        return 0;
}

/* A limit of all, or of each direction. */
int disk_tune_check(const void *s, Error *err)
{
        const DiskIoTune *tune = s;
        const struct {
                const char *name;
                uint64_t total, read, write;
        } limits[] = {
                { "bytes_sec", tune->total_bytes_sec, tune->read_bytes_sec, tune->write_bytes_sec },
                { "iops_sec", tune->total_iops_sec, tune->read_iops_sec, tune->write_iops_sec },
                { "bytes_sec_max", tune->total_bytes_sec_max, tune->read_bytes_sec_max, tune->write_bytes_sec_max },
                { "iops_sec_max", tune->total_iops_sec_max, tune->read_iops_sec_max, tune->write_iops_sec_max },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
                if (limits[i].total && (limits[i].read || limits[i].write))
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "total and read/write %s cannot be set at the same time", limits[i].name);
        return 0;
}
