/* See host_storage.h. */
#define LOG_SOURCE "qemu.storage"
#include "guest/host_storage.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "blockdev/blockdev.h"
#include "conf/storage_pool.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virSecret, virSecretFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStorageVol, virStorageVolFree)

/* The last error of this thread, which a call of the API left. */
static int fail(const char *what, const char *name, Error *err)
{
        virErrorPtr last = virGetLastError();

        return error_set(err, last ? last->code : VIR_ERR_INTERNAL_ERROR, "%s '%s': %s", what, name,
                         last ? last->message : "its driver failed without a word");
}

static virConnectPtr open_driver(const QemuHost *host, const char *scheme)
{
        g_autofree char *uri = g_strdup_printf("%s:///%s", scheme, host->system ? "system" : "session");

        return virConnectOpen(uri);
}

/* Secrets */

int host_secret(QemuHost *host, const char *uuid, int usage_type, const char *usage, uint8_t **ret, size_t *ret_length,
                Error *err)
{
        const char *name = uuid ? uuid : usage ? usage : "";
        g_autoptr(virConnect) conn = open_driver(host, "secret");
        g_autoptr(virSecret) secret = NULL;
        unsigned char *value;
        size_t length = 0;

        if (!conn)
                return fail("secret", name, err);
        secret = uuid ? virSecretLookupByUUIDString(conn, uuid) : virSecretLookupByUsage(conn, usage_type, usage);
        value = secret ? virSecretGetValue(secret, &length, 0) : NULL;
        if (!value)
                return fail("secret", name, err);
        /* Of ours from here on; what the API gave is not left behind in memory. */
        *ret = g_memdup2(value, length);
        *ret_length = length;
        explicit_bzero(value, length);
        free(value);
        return 0;
}

/* Volumes */

static int ask_volume(virStoragePoolPtr pool, Source *source, Error *err)
{
        const char *name = source->volume.volume;
        g_autoptr(virStorageVol) volume = virStorageVolLookupByName(pool, name);
        g_autoptr(StoragePool) definition = NULL;
        virStorageVolInfo info;
        char *path = NULL, *text = NULL;
        int r = -1;

        if (!volume || virStorageVolGetInfo(volume, &info) < 0)
                return fail("volume", name, err);
        path = virStorageVolGetPath(volume);
        text = path ? virStoragePoolGetXMLDesc(pool, 0) : NULL;
        if (!text)
                r = fail("volume", name, err);
        else if (storage_pool_parse(text, strlen(text), 0, &definition, err) == 0)
                r = block_volume(source, definition, info.type, path, err);
        free(path);
        free(text);
        return r;
}

int host_find_volume(QemuHost *host, Source *source, Error *err)
{
        const char *name = source->volume.pool;
        g_autoptr(virConnect) conn = open_driver(host, "storage");
        g_autoptr(virStoragePool) pool = conn ? virStoragePoolLookupByName(conn, name) : NULL;
        int active = pool ? virStoragePoolIsActive(pool) : -1;

        if (active < 0)
                return fail("storage pool", name, err);
        if (!active)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "storage pool '%s' containing volume '%s' is not active", name, source->volume.volume);
        return ask_volume(pool, source, err);
}

static int find(QemuHost *host, const Disk *disk, Source *source, Error *err)
{
        if (source->type != SOURCE_VOLUME || host->find_volume(host, source, err) == 0)
                return 0;
        return error_prefix(err, "disk '%s'", disk->target);
}

int host_find_volumes(QemuHost *host, Domain *live, Error *err)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                Disk *disk = &live->disks[i];

                if (find(host, disk, &disk->source, err) < 0)
                        return -1;
                for (BackingStore *below = disk->backing; below; below = below->backing)
                        if (find(host, disk, &below->source, err) < 0)
                                return -1;
        }
        return 0;
}
