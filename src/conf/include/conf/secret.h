/* Secrets: what a secret is for. Its value never stands in a document. */
#pragma once

#include "conf/document.h"

typedef enum COMPACT {
        SECRET_USAGE_NONE,
        SECRET_USAGE_VOLUME,
        SECRET_USAGE_CEPH,
        SECRET_USAGE_ISCSI,
        SECRET_USAGE_TLS,
        SECRET_USAGE_VTPM,
        SECRET_USAGE_MAX_
} SecretUsageType; /* the numbers of virSecretUsageType */
extern const char *const SecretUsageType_names[];

typedef struct VolumeUsage {
        char *id; /* path of the volume */
} VolumeUsage;
extern const Rows VolumeUsage_rows;

typedef struct NamedUsage {
        char *id;
} NamedUsage;
extern const Rows NamedUsage_rows;

typedef struct TargetUsage {
        char *id;
} TargetUsage;
extern const Rows TargetUsage_rows;

typedef struct SecretUsage {
        SecretUsageType type;
        union {
                VolumeUsage volume;
                NamedUsage named; /* ceph, tls, vtpm */
                TargetUsage target;
        };
} SecretUsage;
extern const Rows SecretUsage_rows;

typedef struct Secret {
        YesNo ephemeral;
        YesNo private_value;
        Uuid uuid;
        char *description;
        SecretUsage *usage;
} Secret;
extern const Rows Secret_rows;

DOCUMENT_DECLARE(Secret, secret);

SecretUsageType secret_usage_type(const Secret *secret);
/** secret_usage_id: "" when it has no usage. */
const char *secret_usage_id(const Secret *secret);
