/* Devices of a running guest come, go and change. Works on a private copy of the live definition, talks to QEMU through
 * a Talk and to the host through a QemuHost: the caller publishes and saves the copy when a call succeeded, and throws
 * it away when it failed; whatever a failed call had done to QEMU is undone by then. */
#pragma once

#include "hotplug/devref.h"
#include "hotplug/items.h"
#include "monitor/talk.h"

typedef struct Hotplug Hotplug;
struct Hotplug {
        Talk *talk;
        const QemuCaps *caps;
        QemuHost *host;
        QemuContext *context;
        Domain *live;       /* the private copy */
        unsigned last_node; /* numbers up to here were nodes' already */
        char *alias;        /* of the device that came, changed or is to go; the caller frees */
        Json *present; /* what QEMU has below /machine/peripheral after an attach; NULL: not asked; the caller unrefs */
        /** ahead: @live says what is about to be; it can be written down before anything is touched. May be NULL. */
        int (*ahead)(Hotplug *hotplug, Error *err);
        /** admit: the host lets the guest have what @device of its definition needs, before QEMU hears of it. */
        int (*admit)(Hotplug *hotplug, DevRef device, Error *err);
        /** release: the way back for @device of @of; what @rest, the guest without it, has too, stays. Both may be
         * NULL. */
        void (*release)(Hotplug *hotplug, const Domain *of, DevRef device, const Domain *rest);
};

enum { HOTPLUG_DONE, HOTPLUG_PENDING };

/** hotplug_attach: the only device of @given. VIR_ERR_OPERATION_UNSUPPORTED, _INVALID, _FAILED, CONFIG_UNSUPPORTED. */
int hotplug_attach(Hotplug *hotplug, const Domain *given, Error *err);

/** hotplug_detach: the device that the only one of @given describes. HOTPLUG_PENDING: the guest was asked and has not
 * let go of it: it goes when it does (hotplug_forget()). VIR_ERR_DEVICE_MISSING. */
int hotplug_detach(Hotplug *hotplug, const Domain *given, Error *err);
/** hotplug_detach_alias: the same by the device's name; nobody waits for the guest. */
int hotplug_detach_alias(Hotplug *hotplug, const char *alias, Error *err);
/** hotplug_forget: the device @alias is gone: what belongs to it is taken back and out of the definition.
 * VIR_ERR_DEVICE_MISSING: no device has that name. */
int hotplug_forget(Hotplug *hotplug, const char *alias, Error *err);

/** hotplug_update: the device of the same name becomes as the only one of @given; @force: a guest that locked its tray
 * loses the medium. */
int hotplug_update(Hotplug *hotplug, const Domain *given, bool force, Error *err);

/* The definition for the next start: the same without a guest. @config is a private copy; settled and checked after. */
int hotplug_config_attach(Domain *config, QemuContext *context, const Domain *given, Error *err);
int hotplug_config_detach(Domain *config, const Domain *given, Error *err);
int hotplug_config_detach_alias(Domain *config, const char *alias, Error *err);
int hotplug_config_update(Domain *config, QemuContext *context, const Domain *given, Error *err);

/* Parts. */
/** hotplug_check_attach, hotplug_check_detach: whether a device of this kind can come, go while the guest runs. */
int hotplug_check_attach(const Domain *live, const Domain *given, DevRef device, Error *err);
int hotplug_check_detach(const Domain *live, DevRef device, Error *err);
/** hotplug_ask: the guest is to let go of @id; @wait: talk->wait() follows. */
int hotplug_ask(Hotplug *hotplug, const char *id, bool wait, Error *err);
/** hotplug_release: @device of the live definition is about to leave it. */
void hotplug_release(Hotplug *hotplug, DevRef device);
/** hotplug_count_memory: the memory of the machine is more (@device came) or less (it goes). */
void hotplug_count_memory(Domain *domain, DevRef device, bool more);
int hotplug_settle(Domain *domain, QemuContext *context, unsigned flags, Error *err);
/** hotplug_last_node: the highest number of a node of @disk. */
unsigned hotplug_last_node(const Disk *disk);
/** hotplug_number_disk: its images get numbers that no node has, above @last. */
int hotplug_number_disk(Domain *live, Disk *disk, unsigned last, QemuHost *host, Error *err);
int hotplug_update_disk(Hotplug *hotplug, DevRef there, const Disk *given, bool force, Error *err);
/** hotplug_repair_medium: a change that was cut off: the drive that was @was, a disk of @before, in the definition has
 * the medium that is in it, or none; what belongs to another goes. */
int hotplug_repair_medium(Hotplug *hotplug, const Disk *was, const Domain *before, Error *err);
int hotplug_update_interface(Hotplug *hotplug, DevRef there, const Interface *given, Error *err);
/** hotplug_put_interface: link, port and bandwidth of @nic, which were those of @was. Failed: they are again. */
int hotplug_put_interface(Hotplug *hotplug, const Interface *was, const Interface *nic, Error *err);
int hotplug_update_graphics(Hotplug *hotplug, const Graphics *given, Error *err);
int hotplug_update_memory(Hotplug *hotplug, DevRef there, const MemoryDevice *given, Error *err);
