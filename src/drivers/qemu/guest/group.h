/* The control groups of a guest, in libvirt's layout: machine/qemu-ID-NAME.libvirt-qemu, or where systemd-machined runs
 * machine.slice/machine-qemu...scope/libvirt; in it "emulator", "vcpuN" and "iothreadN" for its threads. */
#pragma once

#include "guest/instance.h"
#include "security/domain_files.h"
#include "util/cgroup.h"
#include "util/process.h"

/** guest_group_name: @live, which is about to start, says where its group will be; nothing on hosts without groups. */
void guest_group_name(const QemuInstance *instance, Domain *live);
/** guest_group_make: for a guest that is about to start, with the limits of its definition. NULL without an error: no
 * groups on this host, or not for us, and the definition needs none. The caller frees. */
Cgroup *guest_group_make(const QemuInstance *instance, const Domain *live, Error *err);
/** guest_group_machine: whether a guest that is about to start is to become a machine of systemd's, with the group of
 * guest_group_register(); else guest_group_make() is for it. */
bool guest_group_machine(const QemuInstance *instance);
/** guest_group_register: for a guest whose first process is @leader and waits. The caller frees. */
Cgroup *guest_group_register(const QemuInstance *instance, const Domain *live, pid_t leader, Error *err);
/** guest_group_devices: exactly @nodes (paths, NULL-terminated), those of @files, and terminals may be opened from here
 * on. What is not a node is passed over. */
int guest_group_devices(const Cgroup *group, const char *const *nodes, const DomainFiles *files, Error *err);
/** guest_group_change: the same, when only @changed come (@allow) or go. */
int guest_group_change(const Cgroup *group, const char *const *nodes, const DomainFiles *files,
                       const DomainFiles *changed, bool allow, Error *err);

/** guest_group_of: the group of a guest that runs, wherever who started it put it. NULL without an error: it has none of
 * its own. The caller frees. */
Cgroup *guest_group_of(Guest *guest, Error *err);
/** guest_group_part: "vcpu0", "emulator" in it; NULL: none. The caller frees. */
Cgroup *guest_group_part(const Cgroup *group, const char *format, unsigned number);

/** The limits of @to are put in force, those that only @from has are lifted. When one is refused all are as before.
 * VIR_ERR_OPERATION_INVALID: the guest is under no such control. */
int guest_group_apply_cpu(Guest *guest, const Domain *from, const Domain *to, Error *err);
int guest_group_apply_memory(Guest *guest, const Domain *from, const Domain *to, Error *err);
int guest_group_apply_block(Guest *guest, const Domain *from, const Domain *to, Error *err);
/** guest_group_apply_nodes: its memory is on the nodes of @to: what is elsewhere moves. */
int guest_group_apply_nodes(Guest *guest, const Domain *from, const Domain *to, Error *err);
/** guest_group_restore: all of them that the guest is under, as guest_group_apply_...(); what was done before a failure
 * stays. */
int guest_group_restore(Guest *guest, const Domain *from, const Domain *to, Error *err);
/** guest_group_need: whether the guest is under the control of @controller; VIR_ERR_OPERATION_INVALID: it is not. */
int guest_group_need(Guest *guest, CgroupController controller, Error *err);
/** guest_group_read: the limits that are in force, into @live, a copy of the caller's. */
int guest_group_read(Guest *guest, Domain *live, Error *err);

/** guest_thread_pin: thread @tid of part @format, @number ("vcpu", 3) may run on @cpus; NULL: on all. */
int guest_thread_pin(Guest *guest, const char *format, unsigned number, pid_t tid, const Bitmap *cpus, Error *err);

/** guest_group_find: the group that was made for @live, which is about to start; NULL: there is none (yet: machined makes it
 * around the process). The caller frees. */
Cgroup *guest_group_find(const QemuInstance *instance, const Domain *live);
/** guest_group_take: @pid, with its threads, moves to where QEMU's own are; one that has ended is fine. */
int guest_group_take(const Cgroup *group, pid_t pid, Error *err);
/** guest_group_end: the processes are gone: so are the groups. */
void guest_group_end(const QemuInstance *instance, const Domain *live);

/** guest_emulator_make: the part of @group that QEMU starts in, with the limits of @live: its threads are born there. The
 * caller frees. */
Cgroup *guest_emulator_make(const Cgroup *group, const Domain *live, Error *err);
/** guest_threads_expect: QEMU's threads will be placed soon: what the kernel needs before it moves the first thread, a
 * grace period, goes by while QEMU makes its machine. @group may be NULL. */
void guest_threads_expect(const Cgroup *group, pid_t pid);
/** guest_threads_place: the guest's threads get their groups, processors and priorities. @group may be NULL. */
int guest_threads_place(Guest *guest, const Domain *live, const GuestFacts *facts, const Cgroup *group, Error *err);
