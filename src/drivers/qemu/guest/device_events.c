/* What QEMU tells of a guest's devices: see happening.h. */
#define LOG_SOURCE "qemu.events"
#include "guest/happening.h"

#include <string.h>

#include "guest/guest_agent.h"
#include "blockdev/blockdev.h"
#include "guest/disk_name.h"
#include "hotplug/live.h"
#include "util/auto.h"
#include "util/log.h"

/* For the next daemon as well. */
static void keep(const Happening *h, DomainView *view)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (status_save(h->guest, view, &why) < 0)
                log_warn("domain '%s': %s", h->name, why.message);
        domain_publish(h->guest->entry, view);
}

void on_rtc_change(const Happening *h)
{
        const Clock *clock = &h->view->live->clock;
        int64_t offset = 0;
        DomainView *view;
        Domain *live;

        if (!json_get_int(h->data, "offset", &offset))
                return;
        if (clock->offset == CLOCK_VARIABLE) {
                offset += clock->adjustment_at_start;
                view = domain_view_edit(h->guest->entry);
                live = domain_copy(view->live);
                g_free(live->clock.adjustment);
                live->clock.adjustment = g_strdup_printf("%" G_GINT64_FORMAT, offset);
                domain_unref(view->live);
                view->live = live;
                keep(h, view);
        }
        event_emit(h->hub, event_domain_rtc_change(h->name, h->uuid, h->view->id, offset));
}

void on_balloon_change(const Happening *h)
{
        uint64_t actual = 0;
        DomainView *view;
        Domain *live;

        if (!json_get_uint(h->data, "actual", &actual))
                return;
        view = domain_view_edit(h->guest->entry);
        live = domain_copy(view->live);
        live->current_memory_kib = actual / 1024;
        domain_unref(view->live);
        view->live = live;
        view->memory_kib = actual / 1024;
        domain_publish(h->guest->entry, view);
        event_emit(h->hub, event_domain_balloon_change(h->name, h->uuid, h->view->id, actual / 1024));
}

/* Nobody waits for it any more, or nobody asked: the guest let go of it by itself. */
void on_device_deleted(const Happening *h)
{
        live_device_deleted(h->guest, h->data);
}

void on_unplug_error(const Happening *h)
{
        const char *alias = json_get_string(h->data, "device");

        if (alias)
                event_emit(h->hub, event_domain_device_removal_failed(h->name, h->uuid, h->view->id, alias));
}

/* What the guest said to a request to let go of something. Numbers are ACPI's. */
void on_acpi_ost(const Happening *h)
{
        enum { EJECT_ASKED = 3, EJECT_BY_GUEST = 0x103, SUCCESS = 0, PENDING = 0x84 };
        const Json *info = json_get(h->data, "info");
        const char *alias = json_get_string(info, "device");
        int64_t source = 0, status = 0;

        if (!alias || !json_get_int(info, "source", &source) || !json_get_int(info, "status", &status) ||
            (source != EJECT_ASKED && source != EJECT_BY_GUEST) || status == SUCCESS || status == PENDING)
                return;
        event_emit(h->hub, event_domain_device_removal_failed(h->name, h->uuid, h->view->id, alias));
}

const Disk *happening_disk(const Happening *h, const char *alias, const char *qom_path)
{
        const Domain *live = h->view->live;

        for (size_t i = 0; i < live->n_disks; i++) {
                const Disk *disk = &live->disks[i];
                g_autofree char *part = g_strdup_printf("/%s/", disk->info.alias ? disk->info.alias : "");

                if (alias && g_strcmp0(disk->info.alias, alias) == 0)
                        return disk;
                if (qom_path && strstr(qom_path, part))
                        return disk;
        }
        return NULL;
}

void on_tray_moved(const Happening *h)
{
        const Disk *disk = happening_disk(h, json_get_string(h->data, "id"), NULL);
        bool open = false;

        json_get_bool(h->data, "tray-open", &open);
        if (disk)
                event_emit(h->hub, event_domain_tray_change(h->name, h->uuid, h->view->id, disk->info.alias,
                                                            open ? VIR_DOMAIN_EVENT_TRAY_CHANGE_OPEN
                                                                 : VIR_DOMAIN_EVENT_TRAY_CHANGE_CLOSE));
}

void on_serial_port(const Happening *h)
{
        const char *id = json_get_string(h->data, "id");
        bool open = false;
        Domain *live = domain_copy(h->view->live);
        bool agent = false;
        DomainView *view;

        json_get_bool(h->data, "open", &open);
        for (size_t i = 0; id && i < live->n_channels; i++) {
                if (g_strcmp0(live->channels[i].info.alias, id) != 0)
                        continue;
                live->channels[i].state = open ? CHANNEL_STATE_CONNECTED : CHANNEL_STATE_DISCONNECTED;
                agent = g_strcmp0(live->channels[i].name, "org.qemu.guest_agent.0") == 0;
        }
        view = domain_view_edit(h->guest->entry);
        domain_unref(view->live);
        view->live = live;
        if (status_save(h->guest, view, NULL) < 0)
                log_warn("domain '%s': the state of its channel is not saved", h->name);
        domain_publish(h->guest->entry, view);
        if (agent)
                guest_agent_update(h->guest, live);
        if (agent)
                event_emit(h->hub, event_domain_agent_lifecycle(
                                           h->name, h->uuid, h->view->id,
                                           open ? VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED
                                                : VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
                                           VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL));
}

/* Memory */

/* The guest took or gave back some of what it was offered. */
void on_memory_size(const Happening *h)
{
        const char *alias = json_get_string(h->data, "id");
        uint64_t bytes = 0;
        DomainView *view;
        Domain *live;

        if (!alias || !json_get_uint(h->data, "size", &bytes))
                return;
        view = domain_view_edit(h->guest->entry);
        live = domain_copy(view->live);
        for (size_t i = 0; i < live->n_memory_devices; i++)
                if (g_strcmp0(live->memory_devices[i].info.alias, alias) == 0)
                        live->memory_devices[i].current_kib = (OptUint64){ .set = true, .value = bytes / 1024 };
        domain_unref(view->live);
        view->live = live;
        if (status_save(h->guest, view, NULL) < 0)
                log_warn("domain '%s': the size of its memory device is not saved", h->name);
        domain_publish(h->guest->entry, view);
        event_emit(h->hub, event_domain_memory_device_size_change(h->name, h->uuid, h->view->id, alias, bytes / 1024));
}

static int index_of(const char *const *names, size_t n, const char *name)
{
        for (size_t i = 0; name && i < n; i++)
                if (strcmp(names[i], name) == 0)
                        return (int)i;
        return -1;
}

void on_memory_failure(const Happening *h)
{
        static const char *const recipients[] = { "hypervisor", "guest" };
        static const char *const actions[] = { "ignore", "inject", "fatal", "reset" };
        int recipient = index_of(recipients, ARRAY_SIZE(recipients), json_get_string(h->data, "recipient"));
        int action = index_of(actions, ARRAY_SIZE(actions), json_get_string(h->data, "action"));
        bool required = false, recursive = false;

        json_get_bool(json_get(h->data, "flags"), "action-required", &required);
        json_get_bool(json_get(h->data, "flags"), "recursive", &recursive);
        if (recipient >= 0 && action >= 0)
                event_emit(h->hub,
                           event_domain_memory_failure(h->name, h->uuid, h->view->id, recipient, action,
                                                       (required ? VIR_DOMAIN_MEMORY_FAILURE_ACTION_REQUIRED : 0u) |
                                                               (recursive ? VIR_DOMAIN_MEMORY_FAILURE_RECURSIVE : 0u)));
}

/* Disks */

/* How the caller named the image when it asked; the disk's name, when nobody here remembers that. */
static char *threshold_name(Guest *guest, const Disk *disk, const Source *source, const char *node)
{
        LOCKED(&guest->mutex);
        const char *given = guest->thresholds ? g_hash_table_lookup(guest->thresholds, node) : NULL;

        if (given && strchr(given, '['))
                return g_strdup(given);
        if (source == &disk->source)
                return g_strdup(disk->target);
        return g_strdup_printf("%s[%u]", disk->target, disk_source_number(disk, source));
}

void on_write_threshold(const Happening *h)
{
        const char *node = json_get_string(h->data, "node-name");
        const Disk *disk = NULL;
        const Source *source = disk_source_by_node(h->view->live, node, &disk);
        uint64_t threshold = 0, excess = 0;
        g_autofree char *name = NULL;

        if (!source)
                return;
        json_get_uint(h->data, "write-threshold", &threshold);
        json_get_uint(h->data, "amount-exceeded", &excess);
        name = threshold_name(h->guest, disk, source, node);
        event_emit(h->hub, event_domain_block_threshold(h->name, h->uuid, h->view->id, name, block_source_path(source),
                                                        threshold, excess));
}

/* Displays: who comes, is let in, goes */

static virDomainEventGraphicsAddress address_of(const Json *end)
{
        static const char *const families[] = { [VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_IPV4] = "ipv4",
                                                [VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_IPV6] = "ipv6",
                                                [VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_UNIX] = "unix" };
        const char *host = json_get_string(end, "host");
        /* VNC's name for it and SPICE's. */
        const char *service =
                json_get_string(end, "service") ? json_get_string(end, "service") : json_get_string(end, "port");

        return (virDomainEventGraphicsAddress){
                .family = MAX(index_of(families, ARRAY_SIZE(families), json_get_string(end, "family")), 0),
                .node = (char *)(host ? host : ""),
                .service = (char *)(service ? service : ""),
        };
}

void on_display(const Happening *h)
{
        const Json *client = json_get(h->data, "client"), *server = json_get(h->data, "server");
        virDomainEventGraphicsAddress local = address_of(server), remote = address_of(client);
        const char *auth = json_get_string(server, "auth");
        const char *names[] = { json_get_string(client, "x509_dname"), json_get_string(client, "sasl_username") };
        static const char *const kinds[] = { "x509dname", "saslUsername" };
        virDomainEventGraphicsSubjectIdentity identities[ARRAY_SIZE(names)];
        virDomainEventGraphicsSubject subject = { .identities = identities };
        int phase = g_str_has_suffix(h->event, "_DISCONNECTED")  ? VIR_DOMAIN_EVENT_GRAPHICS_DISCONNECT
                    : g_str_has_suffix(h->event, "_INITIALIZED") ? VIR_DOMAIN_EVENT_GRAPHICS_INITIALIZE
                                                                 : VIR_DOMAIN_EVENT_GRAPHICS_CONNECT;

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (names[i])
                        identities[subject.nidentity++] =
                                (virDomainEventGraphicsSubjectIdentity){ .type = (char *)kinds[i],
                                                                         .name = (char *)names[i] };
        event_emit(h->hub, event_domain_graphics(h->name, h->uuid, h->view->id, phase, &local, &remote,
                                                 auth ? auth : "", &subject));
}
