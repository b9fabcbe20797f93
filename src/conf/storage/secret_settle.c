/* References to secrets, and encryption by them. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_STORAGE
#include "storage/secret_hooks.h"

#include <string.h>

/* One spelling of a uuid; what is none stays for the check. */
SETTLE(secret_ref_settle)
{
        SecretRef *secret = s;
        Uuid uuid;

        if (!secret->uuid || !uuid_parse(secret->uuid, uuid))
                return 0;
        g_free(secret->uuid);
        secret->uuid = g_malloc(UUID_TEXT_LENGTH);
        uuid_format(uuid, secret->uuid);
        return 0;
}

CHECK(secret_ref_check)
{
        const SecretRef *secret = s;
        Uuid uuid;

        if (!secret->uuid && !secret->usage)
                return error_set(err, VIR_ERR_XML_ERROR, "missing secret uuid or usage attribute");
        if (secret->uuid && secret->usage)
                return error_set(err, VIR_ERR_XML_ERROR, "either secret uuid or usage expected");
        if (secret->uuid && !uuid_parse(secret->uuid, uuid))
                return error_set(err, VIR_ERR_XML_ERROR, "invalid secret uuid '%s'", secret->uuid);
        return 0;
}

/* Only LUKS has a choice of ciphers. */
SETTLE(encryption_settle)
{
        Encryption *encryption = s;

        if (encryption->format == ENCRYPTION_LUKS)
                return 0;
        g_clear_pointer(&encryption->cipher, g_free);
        g_clear_pointer(&encryption->cipher_mode, g_free);
        g_clear_pointer(&encryption->cipher_hash, g_free);
        g_clear_pointer(&encryption->ivgen, g_free);
        g_clear_pointer(&encryption->ivgen_hash, g_free);
        encryption->cipher_size = 0;
        return 0;
}

static int check_secret_type(const SecretRef *secret, Error *err)
{
        if (!secret->type)
                return error_set(err, VIR_ERR_XML_ERROR, "unknown volume encryption secret type; it is 'passphrase'");
        if (strcmp(secret->type, "passphrase") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unknown volume encryption secret type %s; it is 'passphrase'", secret->type);
        return 0;
}

CHECK(encryption_check)
{
        const Encryption *encryption = s;

        if (!encryption->format)
                return error_set(err, VIR_ERR_XML_ERROR, "unknown volume encryption format");
        for (size_t i = 0; i < encryption->n_secrets; i++)
                if (check_secret_type(&encryption->secrets[i], err) < 0)
                        return -1;
        if (!encryption->cipher && (encryption->cipher_size || encryption->cipher_mode || encryption->cipher_hash))
                return error_set(err, VIR_ERR_XML_ERROR, "cipher info missing 'name' attribute");
        if (encryption->cipher && !encryption->cipher_size)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required attribute 'size' in element 'cipher'");
        if (!encryption->ivgen && encryption->ivgen_hash)
                return error_set(err, VIR_ERR_XML_ERROR, "missing ivgen info name string");
        if (encryption->ivgen && !encryption->cipher)
                return error_set(err, VIR_ERR_XML_ERROR, "ivgen element found, but cipher is missing");
        return 0;
}
