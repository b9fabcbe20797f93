/* Who holds what: locks on files, kept by this process on behalf of others, each named by a pid. A lock is taken on the
 * file itself as well, so that it counts for other hosts and other daemons. Any thread; nobody waits for a lock, and
 * a file that is slow to open holds up nobody but who asked for it. */
#pragma once

#include <sys/types.h>

#include "util/json.h"

typedef struct LockTable LockTable;

/* Numbers of the protocol. */
enum { LOCK_SHARED = 1, LOCK_AUTOCREATE = 2 };

/* A lock: a name in a folder ("" : the name is the path of the file itself). */
typedef struct LockName {
        const char *space, *name;
} LockName;

LockTable *lock_table_new(void);
LockTable *lock_table_free(LockTable *table); /* returns NULL; accepts NULL */

unsigned lock_table_count(LockTable *table);

/** lock_table_add_space: make the folder @space, and names in it known; @again: it may be known already. */
int lock_table_add_space(LockTable *table, const char *space, bool again, Error *err);
/** lock_table_create, lock_table_delete: the file of a lock that nobody holds. */
int lock_table_create(LockTable *table, const LockName *lock, Error *err);
int lock_table_delete(LockTable *table, const LockName *lock, Error *err);

/** lock_table_acquire: VIR_ERR_RESOURCE_BUSY if somebody has it: *ret_holder is one of them, 0: none of ours. */
int lock_table_acquire(LockTable *table, const LockName *lock, pid_t owner, unsigned flags, pid_t *ret_holder,
                       Error *err);
int lock_table_release(LockTable *table, const LockName *lock, pid_t owner, Error *err);
/** lock_table_release_all: what @owner has; how many. */
unsigned lock_table_release_all(LockTable *table, pid_t owner);

/** lock_table_save, lock_table_restore: all of it, in the layout of libvirt's lock daemon; see restart.h. */
void lock_table_save(LockTable *table, Json *state, Json *(*keep)(int fd));
int lock_table_restore(LockTable *table, const Json *state, int (*kept)(const Json *object, const char *key),
                       Error *err);
