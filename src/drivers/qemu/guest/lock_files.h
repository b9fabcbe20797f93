/* Locks on a guest's disks, so that no other guest, here or on another host, writes to them: lock_manager of qemu.conf,
 * qemu-lockd.conf. They are held while the guest runs, not while it is paused; the lock daemon holds them for the
 * guest's process, and lets them go when that has ended. */
#pragma once

#include "guest/instance.h"
#include "managers/lock_manager.h"
#include "util/process.h"

typedef struct LockConf LockConf;

/** lock_conf_read: after qemu.conf; NULL in *ret_conf: nobody asks for locks. */
int lock_conf_read(const QemuInstance *instance, LockConf **ret_conf, Error *err);
LockConf *lock_conf_free(LockConf *conf); /* returns NULL; accepts NULL */

/** guest_locks_check: whether the guest may start at all with what the configuration asks for. */
int guest_locks_check(const QemuInstance *instance, const Domain *live, Error *err);

/** guest_locks_attend: @process will show the lock daemon that the guest lives, @take: and take its locks; NULL in
 * *ret: nobody asks for it. */
int guest_locks_attend(const QemuInstance *instance, const Domain *live, bool take, Process *process,
                       LockAttendance **ret, Error *err);
/** guest_locks_explain: after process_start() failed, why, if it was that; -1 then. */
int guest_locks_explain(Guest *guest, const Domain *live, LockAttendance *attendance, Error *err);

/**
 * guest_locks_take: what @devices (the guest's definition, or a part of it that comes) needs, for the guest with the live
 * definition @live. VIR_ERR_RESOURCE_BUSY names who has it.
 */
int guest_locks_take(Guest *guest, const Domain *live, const Domain *devices, Error *err);
/** guest_locks_drop: the way back. Failures are logged: the lock daemon lets go when the guest ends. */
void guest_locks_drop(Guest *guest, const Domain *live, const Domain *devices);

/** guest_locks_shared: whether a lock of @device is one that @rest needs as well. */
bool guest_locks_shared(const Domain *device, const Domain *rest);

/** guest_locks_cont: let the guest, which stands still, run: with its locks. */
int guest_locks_cont(Guest *guest, const Domain *live, Qmp *qmp, Error *err);
