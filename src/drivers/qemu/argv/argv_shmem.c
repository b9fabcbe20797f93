/* Memory that guests share: a file in /dev/shm (plain), or what a server hands out, with interrupts (doorbell). */
#include "argv/argv.h"

#include "argv/chardev.h"

enum { SHMEM_LEAST = 1024 * 1024, SHMEM_USUAL = 4 * 1024 * 1024 };

static int check(const Shmem *shmem, Error *err)
{
        AddressType type = device_address_type(&shmem->info);

        if (shmem->size_bytes && shmem->size_bytes < SHMEM_LEAST)
                return error_set(err, VIR_ERR_XML_ERROR, "shmem size must be at least 1 MiB (1024 KiB)");
        if (shmem->size_bytes & (shmem->size_bytes - 1))
                return error_set(err, VIR_ERR_XML_ERROR, "shmem size must be a power of two");
        if (type != ADDRESS_PCI)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "only 'pci' addresses are supported for the shared memory device");
        return 0;
}

static Json *plain(QemuArgv *argv, const Shmem *shmem)
{
        g_autofree char *id = g_strdup_printf("shmmem-%s", shmem->info.alias);
        g_autofree char *path = g_strdup_printf("/dev/shm/%s", shmem->name);
        Json *object = json_object();
        Json *json = qdev_new("ivshmem-plain");

        qdev_string(object, "qom-type", "memory-backend-file");
        qdev_string(object, "id", id);
        qdev_string(object, "mem-path", path);
        json_set(object, "size", json_uint(shmem->size_bytes ? shmem->size_bytes : SHMEM_USUAL));
        json_set(object, "share", json_bool(true));
        argv_add_json(argv, "-object", object);
        qdev_string(json, "id", shmem->info.alias);
        qdev_string(json, "memdev", id);
        return json;
}

static Json *doorbell(QemuArgv *argv, const Shmem *shmem)
{
        g_autofree char *id = g_strdup_printf("char%s", shmem->info.alias);
        Json *json = qdev_new("ivshmem-doorbell");

        argv_chardev_unix(argv, id, shmem->server, (OptUint){ .set = false });
        qdev_string(json, "id", shmem->info.alias);
        qdev_string(json, "chardev", id);
        if (shmem->vectors)
                json_set(json, "vectors", json_uint(shmem->vectors));
        qdev_switch(json, "ioeventfd", shmem->ioeventfd);
        return json;
}

static int shmem_device(QemuArgv *argv, const Shmem *shmem, Error *err)
{
        g_autoptr(Json) json = NULL;

        if (check(shmem, err) < 0)
                return -1;
        switch (shmem->model) {
        case SHMEM_IVSHMEM_PLAIN: json = plain(argv, shmem); break;
        case SHMEM_IVSHMEM_DOORBELL: json = doorbell(argv, shmem); break;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "shmem model '%s' is not supported by this QEMU binary",
                                 enum_text(ShmemModel, shmem->model));
        }
        if (shmem->role != SHMEM_ROLE_DEFAULT)
                qdev_on_off(json, "master", shmem->role == SHMEM_ROLE_MASTER ? SWITCH_ON : SWITCH_OFF);
        if (qdev_address(argv, json, &shmem->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_shmems(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_shmems; i++) {
                argv->alias = argv->domain->shmems[i].info.alias;
                if (shmem_device(argv, &argv->domain->shmems[i], err) < 0)
                        return -1;
        }
        argv->alias = NULL;
        return 0;
}
