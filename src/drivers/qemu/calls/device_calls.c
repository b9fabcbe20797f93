/* Devices: attached, detached, changed; in the running guest, in its definition, or in both.
 *
 * Both means both or none: what the definition would become is settled and checked first, then QEMU is changed, then
 * both are saved. */
#define LOG_SOURCE "qemu.hotplug"
#include <string.h>

#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/note.h"
#include "hotplug/live.h"
#include "util/log.h"
#include "vireo/events.h"

typedef enum { ATTACH, DETACH, DETACH_ALIAS, UPDATE } What;

typedef struct Change {
        Guest *guest;
        What what;
        Domain *given;     /* all but DETACH_ALIAS: a definition with nothing but the device */
        const char *alias; /* DETACH_ALIAS */
        unsigned flags;
} Change;

static int change_config(const Change *change, const DomainView *view, Domain **ret, Error *err)
{
        QemuInstance *instance = change->guest->instance;
        g_autoptr(QemuCaps) caps = qemu_caps_get(instance->caps, view->config->emulator, err);
        QemuContext context = { .caps = caps, .lib_folder = instance->lib_dir };
        g_autoptr(Domain) config = domain_copy(view->config);
        int r = caps ? 0 : -1;

        if (r == 0 && change->what == ATTACH)
                r = hotplug_config_attach(config, &context, change->given, err);
        else if (r == 0 && change->what == DETACH)
                r = hotplug_config_detach(config, change->given, err);
        else if (r == 0 && change->what == DETACH_ALIAS)
                r = hotplug_config_detach_alias(config, change->alias, err);
        else if (r == 0)
                r = hotplug_config_update(config, &context, change->given, err);
        if (r == 0)
                *ret = g_steal_pointer(&config);
        return r;
}

static int change_live(const Change *change, Hotplug *hotplug, Error *err)
{
        switch (change->what) {
        case ATTACH: return hotplug_attach(hotplug, change->given, err);
        case DETACH: return hotplug_detach(hotplug, change->given, err);
        case DETACH_ALIAS: return hotplug_detach_alias(hotplug, change->alias, err);
        case UPDATE: return hotplug_update(hotplug, change->given, change->flags & VIR_DOMAIN_DEVICE_MODIFY_FORCE, err);
        }
        return -1;
}

static void tell(const Change *change, const Hotplug *hotplug, int id, int outcome)
{
        DomainEntry *entry = change->guest->entry;
        EventHub *hub = change->guest->instance->hub;

        if (outcome == HOTPLUG_PENDING || !hotplug->alias)
                return;
        if (change->what == ATTACH)
                event_emit(hub, event_domain_device_added(domain_entry_name(entry), domain_entry_uuid(entry), id,
                                                          hotplug->alias));
        else if (change->what != UPDATE)
                event_emit(hub, event_domain_device_removed(domain_entry_name(entry), domain_entry_uuid(entry), id,
                                                            hotplug->alias));
}

/* What the next start has is on disk before QEMU is touched: a disk that is full changes nothing. */
static int change_both(const Change *change, const DomainView *view, const Domain *config, LiveChange *live, Error *err)
{
        QemuInstance *instance = change->guest->instance;
        ERROR_AUTO Error why = ERROR_INIT;
        int r;

        if (config && config_save(instance, config, err) < 0)
                return -1;
        r = change_live(change, &live->hotplug, err);
        if (r < 0 && config && config_save(instance, view->config, &why) < 0)
                log_error("domain '%s': the definition on disk has a device that could not be changed: %s",
                          domain_entry_name(change->guest->entry), why.message);
        if (r >= 0 && live_publish_saved(change->guest, r == HOTPLUG_PENDING ? NULL : live->hotplug.live, config,
                                         live->hotplug.present, err) < 0)
                return -1;
        if (r < 0)
                live_change_undo(live);
        else
                tell(change, &live->hotplug, view->id, r);
        return r;
}

static int job_change(void *opaque, Error *err)
{
        Change *change = opaque;
        g_autoptr(DomainView) view = domain_view_get(change->guest->entry);
        g_autoptr(Domain) config = NULL;
        LiveChange live = {};
        /* What goes is not written down before it is gone. */
        bool ahead = change->what == ATTACH || change->what == UPDATE;
        bool to_live, to_config;
        int r;

        if (!view || call_targets(view, change->flags, &to_live, &to_config, err) < 0 ||
            (to_config && change_config(change, view, &config, err) < 0))
                return -1;
        if (!to_live)
                return live_publish(change->guest, NULL, config, NULL, err);
        r = live_change_init(&live, change->guest, view, err);
        if (r == 0 && ahead)
                r = guest_note(change->guest, err);
        if (r == 0) {
                r = change_both(change, view, config, &live, err);
                if (ahead)
                        guest_note_forget(change->guest);
        }
        live_change_done(&live);
        return r < 0 ? -1 : 0;
}

static int run_change(virDomainPtr domain, const char *name, Change *change, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);

        if (!entry)
                return -1;
        change->guest = guest_of(entry);
        return domain_job(entry, name, job_change, change, err);
}

static int change_by_document(virDomainPtr domain, const char *name, What what, const char *xml, unsigned flags,
                              Error *err)
{
        g_autoptr(Domain) given = NULL;
        Change change = { .what = what, .flags = flags };
        /* What goes is compared as it is written; what comes is settled with the rest of the machine. */
        unsigned parse = DOMAIN_PARSE_NO_SETTLE | (what == ATTACH ? DOMAIN_PARSE_INACTIVE : 0);

        if (domain_parse_device_for(&qemu_rules, NULL, xml, strlen(xml), parse, &given, err) < 0)
                return -1;
        change.given = given;
        return run_change(domain, name, &change, err);
}

int qemu_domain_attach_device_flags(virDomainPtr domain, const char *xml, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainAttachDeviceFlags",
                             err) < 0)
                return -1;
        return change_by_document(domain, "attach-device", ATTACH, xml, flags, err);
}

int qemu_domain_detach_device_flags(virDomainPtr domain, const char *xml, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainDetachDeviceFlags",
                             err) < 0)
                return -1;
        return change_by_document(domain, "detach-device", DETACH, xml, flags, err);
}

int qemu_domain_update_device_flags(virDomainPtr domain, const char *xml, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_DEVICE_MODIFY_FORCE,
                             "qemuDomainUpdateDeviceFlags", err) < 0)
                return -1;
        return change_by_document(domain, "update-device", UPDATE, xml, flags, err);
}

int qemu_domain_detach_device_alias(virDomainPtr domain, const char *alias, unsigned int flags, Error *err)
{
        Change change = { .what = DETACH_ALIAS, .alias = alias, .flags = flags };

        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainDetachDeviceAlias",
                             err) < 0)
                return -1;
        return run_change(domain, "detach-device-alias", &change, err);
}
