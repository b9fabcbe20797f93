/* A /dev of its own for a program: only what it needs, in a mount namespace that others do not see.
 *
 * First a plan, made from what the host has: each path is walked step by step, so that symbolic links are made again,
 * nodes come with mode, owner and labels, and what cannot be made again (a regular file, a folder, a socket that lives
 * there) is the original, mounted. Then the plan is carried out in a child, by system calls alone. The host's folder
 * is only ever read. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "util/error.h"

typedef struct PrivateDev PrivateDev;

/** private_dev_new: a plan for @folder ("/dev") with nothing in it. The caller frees. */
PrivateDev *private_dev_new(const char *folder);
/** private_dev_of: a plan from what process @pid sees, for private_dev_detach(): the host may have lost it since. */
PrivateDev *private_dev_of(const char *folder, pid_t pid);
PrivateDev *private_dev_free(PrivateDev *plan); /* returns NULL; accepts NULL */

/* Results of private_dev_add(). */
enum { PRIVATE_DEV_ADDED, PRIVATE_DEV_MISSING };

/**
 * private_dev_add: what @path needs, as far as its way leads through the folder. PRIVATE_DEV_MISSING: the host has no
 * such thing. @uid, @gid: of a node that is made (not of what is mounted); -1: as the original.
 */
int private_dev_add(PrivateDev *plan, const char *path, uid_t uid, gid_t gid, Error *err);

/** private_dev_label: the node at the end of @path, which was added, gets @label of SELinux instead of the original's. */
void private_dev_label(PrivateDev *plan, const char *path, const char *label);

/** private_dev_mounts: every mount below the folder is carried over, as @table (/proc/self/mountinfo) lists them. Call
 * it before private_dev_add(): what is inside of a mount comes with it. */
int private_dev_mounts(PrivateDev *plan, const char *table, Error *err);

/** private_dev_subtract: leave out of @plan what @keep has too. */
void private_dev_subtract(PrivateDev *plan, const PrivateDev *keep);

/** private_dev_is_empty: nothing to do. */
bool private_dev_is_empty(const PrivateDev *plan);

/** private_dev_text: a line for each step, to be read by people and tests. The caller frees. */
char *private_dev_text(const PrivateDev *plan);

/**
 * private_dev_stage: where the folder is put together before it covers the old one: an existing folder, whose content
 * the program does not miss meanwhile.
 */
void private_dev_stage(PrivateDev *plan, const char *stage);

/** private_dev_enter: a ProcessStep (@plan): a new mount namespace with the planned folder. A namespace that ends with
 * its process leaves nothing behind. */
int private_dev_enter(void *plan);
/** private_dev_failed: the path at which the last step failed; NULL: before or after all of them. Borrowed. */
const char *private_dev_failed(const PrivateDev *plan);

/**
 * private_dev_attach: add what is planned to the folder of process @pid, which private_dev_enter() made. All or
 * nothing. What is there already stays.
 */
int private_dev_attach(PrivateDev *plan, pid_t pid, Error *err);
/** private_dev_detach: take it away again; folders only when they are empty. What was mounted stays on the host. */
int private_dev_detach(PrivateDev *plan, pid_t pid, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrivateDev, private_dev_free)
