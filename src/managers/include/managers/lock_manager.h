/* Asking the lock daemon: virtlockd, ours or libvirt's. As with the log daemon every question has a connection of its
 * own and a deadline; one connection is the guest's, and lasts as long as it does. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "util/error.h"

/* Numbers of the protocol. */
enum { LOCK_MANAGER_SHARED = 1, LOCK_MANAGER_AUTOCREATE = 2 };

typedef struct LockOwner {
        const unsigned char *uuid;
        const char *name;
        unsigned id;
        pid_t pid;
} LockOwner;

typedef struct LockResource {
        char *space, *name; /* "" : the name is a path */
        unsigned flags;
} LockResource;

/** lock_manager_acquire: all of them or none; what the owner has already it keeps. @ret_failed: which one failed, when
 * it is VIR_ERR_RESOURCE_BUSY. */
int lock_manager_acquire(const char *socket, const LockOwner *owner, const LockResource *resources, size_t n,
                         size_t *ret_failed, Error *err);
/** lock_manager_release: those that the owner has. */
int lock_manager_release(const char *socket, const LockOwner *owner, const LockResource *resources, size_t n,
                         Error *err);

/* The connection by which the lock daemon knows that a guest lives. The guest's process makes it, before it becomes
 * QEMU, and keeps it. */
typedef struct LockAttendance LockAttendance;

/** lock_attendance_new: @owner without its pid; @resources: to be had from the beginning, all or the step fails. */
LockAttendance *lock_attendance_new(const char *socket, const LockOwner *owner, const LockResource *resources, size_t n,
                                    Error *err);
LockAttendance *lock_attendance_free(LockAttendance *attendance); /* returns NULL; accepts NULL */
/** lock_attendance_fd: for process_pass_fd(); stays ours. */
int lock_attendance_fd(const LockAttendance *attendance);
/** lock_attendance_step: for process_before(). */
int lock_attendance_step(void *attendance);
/** lock_attendance_explain: if the step failed, @err becomes what the daemon said; -1 then. @ret_failed: the resource
 * that was refused; as many as there are: it was something else. */
int lock_attendance_explain(LockAttendance *attendance, size_t *ret_failed, Error *err);
