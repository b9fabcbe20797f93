/* Secret: the names, the rows and the rules. Row order is output order. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_SECRET
#include "conf/secret.h"

#include <string.h>

#include "rows/hook.h"

ENUM_TABLE(SecretUsageType, SECRET_USAGE_MAX_) = {
        [SECRET_USAGE_VOLUME] = "volume", [SECRET_USAGE_CEPH] = "ceph", [SECRET_USAGE_ISCSI] = "iscsi",
        [SECRET_USAGE_TLS] = "tls",       [SECRET_USAGE_VTPM] = "vtpm",
};

static CHECK(secret_usage_check)
{
        const SecretUsage *usage = s;

        if (!usage->named.id || !*usage->named.id)
                return error_set(err, VIR_ERR_XML_ERROR, "%s usage specified, but its %s is missing",
                                 enum_text(SecretUsageType, usage->type),
                                 usage->type == SECRET_USAGE_VOLUME  ? "volume path"
                                 : usage->type == SECRET_USAGE_ISCSI ? "target"
                                                                     : "name");
        return 0;
}

static SETTLE(secret_settle)
{
        static const Uuid none;
        Secret *secret = s;

        if (memcmp(secret->uuid, none, sizeof(none)) == 0)
                uuid_generate(secret->uuid);
        if (secret->ephemeral == YESNO_ABSENT)
                secret->ephemeral = YESNO_NO;
        if (secret->private_value == YESNO_ABSENT)
                secret->private_value = YESNO_NO;
        return 0;
}

/* A row is a line. */
/* clang-format off */

ROWS(VolumeUsage,
     ROW_STRING("volume", VolumeUsage, id));

ROWS(NamedUsage,
     ROW_STRING("name", NamedUsage, id));

ROWS(TargetUsage,
     ROW_STRING("target", TargetUsage, id));

static const Rows *const usage_arms[SECRET_USAGE_MAX_] = {
        [SECRET_USAGE_VOLUME] = &VolumeUsage_rows, [SECRET_USAGE_CEPH] = &NamedUsage_rows,
        [SECRET_USAGE_ISCSI] = &TargetUsage_rows,  [SECRET_USAGE_TLS] = &NamedUsage_rows,
        [SECRET_USAGE_VTPM] = &NamedUsage_rows,
};

ROWS_HOOKED(SecretUsage, (.check = secret_usage_check),
     ROW_ENUM("@type", SecretUsage, type, SecretUsageType, .flags = ROW_REQUIRED),
     ROW_UNION("",     SecretUsage, volume, type, usage_arms));

ROWS_HOOKED(Secret, (.settle = secret_settle),
     ROW_YESNO("@ephemeral",  Secret, ephemeral, .preset = "no"),
     ROW_YESNO("@private",    Secret, private_value, .preset = "no"),
     ROW_UUID("uuid",         Secret, uuid, .preset = "random"),
     ROW_STRING("description", Secret, description),
     ROW_SUB("usage",         Secret, usage, SecretUsage));

/* clang-format on */

DOCUMENT_DEFINE(Secret, secret, "secret", "secret");

SecretUsageType secret_usage_type(const Secret *secret)
{
        return secret->usage ? secret->usage->type : SECRET_USAGE_NONE;
}

const char *secret_usage_id(const Secret *secret)
{
        return secret->usage && secret->usage->named.id ? secret->usage->named.id : "";
}
