/* One migration, as the client drives it. Libraries of ours only. */
#pragma once

#include "vireo/calls.h"

typedef struct Migration {
        const char *function; /* the public one, for messages */
        virDomainPtr domain;
        virConnectPtr target;   /* NULL: only the source is spoken to */
        const char *target_uri; /* of the far daemon, for peer to peer */
        const char *needs_uri; /* the public name of target_uri where it may not be NULL; NULL: only for peer to peer */
        unsigned long flags;
        virTypedParameterPtr params; /* owned; VIR_MIGRATE_PARAM_... */
        int n_params, room;
} Migration;

/** migration_set: the text of a parameter; NULL leaves it as it is. */
void migration_set(Migration *migration, const char *name, const char *value);
void migration_set_bandwidth(Migration *migration, unsigned long mib_per_second);
/** migration_get: NULL when absent. */
const char *migration_get(const Migration *migration, const char *name);
unsigned long migration_bandwidth(const Migration *migration);
/** migration_is_plain: whether every parameter has a place in the calls of before typed parameters. */
bool migration_is_plain(const Migration *migration);
void migration_done(Migration *migration);

/** migration_run: client-driven, by the newest protocol that both ends announce. The domain on the target. */
virDomainPtr migration_run(Migration *migration, Error *err);

/** migration_hand_over: let the source do everything (peer to peer, or the hypervisor itself). */
int migration_hand_over(Migration *migration, bool peer_to_peer, Error *err);

/* Features that a driver announces. */
enum {
        FEATURE_MIGRATION_V1 = 1,
        FEATURE_MIGRATION_V2 = 3,
        FEATURE_MIGRATION_P2P = 4,
        FEATURE_MIGRATION_DIRECT = 5,
        FEATURE_MIGRATION_V3 = 6,
        FEATURE_MIGRATION_PROTECTION = 7,
        FEATURE_MIGRATION_OFFLINE = 12,
        FEATURE_MIGRATION_PARAMS = 13,
};

/** migration_supports: 1, 0, -1. A driver that cannot be asked has no features. */
int migration_supports(virConnectPtr conn, int feature, Error *err);
