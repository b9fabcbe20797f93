/* Secrets and certificates as objects: what disks, displays and channels refer to by id. */
#include "argv/argv.h"

#include <string.h>

#include "util/random.h"

enum { IV_LENGTH = 16 };

int argv_secret(QemuArgv *argv, const char *id, const uint8_t *data, size_t length, Error *err)
{
        uint8_t iv[IV_LENGTH];
        g_autofree char *cipher = NULL;
        g_autofree char *iv_text = NULL;
        Json *json;

        if (!argv->host->master_key || !argv->host->encrypt)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU is given no secrets here: there is no key");
        random_bytes(iv, sizeof(iv));
        cipher = argv->host->encrypt(argv->host, data, length, iv, err);
        if (!cipher)
                return -1;
        iv_text = g_base64_encode(iv, sizeof(iv));
        json = json_object();
        qdev_string(json, "qom-type", "secret");
        qdev_string(json, "id", id);
        qdev_string(json, "data", cipher);
        qdev_string(json, "keyid", "masterKey0");
        qdev_string(json, "iv", iv_text);
        qdev_string(json, "format", "base64");
        argv_add_json(argv, "-object", json);
        return 0;
}

int argv_secret_of(QemuArgv *argv, const char *id, const char *uuid, SecretKind kind, const char *usage, Error *err)
{
        g_autofree uint8_t *value = NULL;
        size_t length = 0;
        int r;

        if (!argv->host->secret)
                return error_set(err, VIR_ERR_NO_SUPPORT, "secrets are not looked up here");
        if (argv->host->secret(argv->host, uuid, (int)kind, usage, &value, &length, err) < 0)
                return -1;
        r = argv_secret(argv, id, value, length, err);
        explicit_bzero(value, length);
        return r;
}

int argv_tls(QemuArgv *argv, const char *id, const char *secret, const QemuTls *tls, bool server, Error *err)
{
        Json *json;

        if (tls->secret && argv_secret_of(argv, secret, tls->secret, SECRET_KIND_TLS, NULL, err) < 0)
                return -1;
        json = json_object();
        qdev_string(json, "qom-type", "tls-creds-x509");
        qdev_string(json, "id", id);
        qdev_string(json, "dir", tls->folder);
        qdev_string(json, "endpoint", server ? "server" : "client");
        /* Who connects knows whom it wants; who listens says whether it does. */
        json_set(json, "verify-peer", json_bool(!server || tls->verify > 0));
        if (tls->secret)
                qdev_string(json, "passwordid", secret);
        argv_add_json(argv, "-object", json);
        return 0;
}
