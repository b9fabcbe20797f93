/* A Talk with a running guest, and devices that were asked to leave it. */
#pragma once

#include "guest/instance.h"
#include "hotplug/hotplug.h"

typedef struct LiveTalk {
        Talk talk; /* first */
        Guest *guest;
        Qmp *qmp;
} LiveTalk;

/** live_talk_init: VIR_ERR_OPERATION_INVALID when the guest does not run. In a job of its lane. */
int live_talk_init(LiveTalk *live, Guest *guest, Error *err);
void live_talk_done(LiveTalk *live); /* accepts a zeroed one */

/** live_device_deleted: a job, on QEMU's DEVICE_DELETED that nobody waited for. */
void live_device_deleted(Guest *guest, const Json *data);
/** live_device_gone: a job: the device @alias has left by itself, or long after it was asked to. */
void live_device_gone(Guest *guest, const char *alias);

/** live_repair: a job, after the monitor was taken up again: devices that QEMU has not (they left while nobody
 * listened, or a killed daemon was about to add them) leave the definition, with what stood behind them. */
int live_repair(Guest *guest, Error *err);

/* What a change of a running guest works with. */
typedef struct LiveChange {
        Hotplug hotplug; /* first */
        struct GuestHost *host;
        LiveTalk talk;
        QemuCaps *caps;
        QemuContext context;
        Guest *guest;
        Domain *before; /* the live definition */
        bool ahead;     /* the status file knows of the change already */
} LiveChange;

/** live_change_init: on a copy of the live definition of @view. */
int live_change_init(LiveChange *change, Guest *guest, const DomainView *view, Error *err);
/** live_change_undo: it failed: the status file says again what holds. */
void live_change_undo(LiveChange *change);
void live_change_done(LiveChange *change); /* accepts a zeroed one */

/* Processors. */
/** live_vcpus_start: those that can be plugged and are wanted come to a guest that does not run yet; @live and @facts
 * tell of all of them. */
int live_vcpus_start(Talk *talk, const QemuCaps *caps, Domain *live, GuestFacts *facts, Error *err);
/** live_vcpus_publish: as live_publish(), with the processors that QEMU has (NULL: unchanged). */
int live_vcpus_publish(Guest *guest, const Domain *live, const Domain *config, const GArray *vcpus, Error *err);
/** live_vcpus_refresh: a job: the domain has those that QEMU has. */
int live_vcpus_refresh(Guest *guest, Error *err);

/** live_publish: @live and @config (each may be NULL: unchanged; references stay the caller's) are the domain's from
 * now on, saved and seen by all. @present: see Hotplug; may be NULL. What of it cannot be saved
 * is told; the guest is seen as it is all the same. live_publish_saved: @config is on disk already. */
int live_publish(Guest *guest, const Domain *live, const Domain *config, const Json *present, Error *err);
int live_publish_saved(Guest *guest, const Domain *live, const Domain *config, const Json *present, Error *err);

/* Media (live_medium.c). */
/** live_medium_repair: a job: a change that was cut off (guest/note.h): the definition has what is in the drives. */
int live_medium_repair(Guest *guest, Error *err);
