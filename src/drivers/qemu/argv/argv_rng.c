/* Sources of random numbers: what supplies them (-object) and the device in front. */
#include "argv/argv.h"

#include "argv/chardev.h"

static const char *backend_type(RngBackend backend)
{
        switch (backend) {
        case RNG_BACKEND_RANDOM: return "rng-random";
        case RNG_BACKEND_EGD: return "rng-egd";
        case RNG_BACKEND_BUILTIN: return "rng-builtin";
        default: return NULL;
        }
}

static int backend(QemuArgv *argv, const Rng *rng, const char *id, Error *err)
{
        const char *type = backend_type(rng->backend);
        g_autofree char *chardev = g_strdup_printf("char%s", rng->info.alias);
        Json *json;

        if (!type)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no random number backend '%s'",
                                 enum_text(RngBackend, rng->backend));
        if (rng->backend == RNG_BACKEND_EGD && argv_chardev(argv, &rng->egd, rng->info.alias, CHARDEV_FOR_ANY, err) < 0)
                return -1;
        json = json_object();
        qdev_string(json, "qom-type", type);
        qdev_string(json, "id", id);
        if (rng->backend == RNG_BACKEND_RANDOM)
                qdev_string(json, "filename", rng->random ? rng->random : "/dev/random");
        if (rng->backend == RNG_BACKEND_EGD)
                qdev_string(json, "chardev", chardev);
        argv_add_json(argv, "-object", json);
        return 0;
}

static int rng_device(QemuArgv *argv, const Rng *rng, Error *err)
{
        enum { USUAL_PERIOD_MS = 1000 };
        g_autofree char *id = g_strdup_printf("obj%s", rng->info.alias);
        g_autoptr(Json) json = NULL;

        if (backend(argv, rng, id, err) < 0)
                return -1;
        json = qdev_new_virtio("virtio-rng", &rng->info,
                               rng->model == RNG_VIRTIO_TRANSITIONAL       ? VIRTIO_TRANSITIONAL
                               : rng->model == RNG_VIRTIO_NON_TRANSITIONAL ? VIRTIO_NON_TRANSITIONAL
                                                                           : VIRTIO_PLAIN);
        qdev_virtio(json, &rng->virtio);
        qdev_string(json, "rng", id);
        qdev_string(json, "id", rng->info.alias);
        if (rng->rate_bytes) {
                json_set(json, "max-bytes", json_uint(rng->rate_bytes));
                json_set(json, "period", json_uint(rng->rate_period ? rng->rate_period : USUAL_PERIOD_MS));
        }
        if (qdev_address(argv, json, &rng->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_rngs(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_rngs; i++) {
                argv->alias = argv->domain->rngs[i].info.alias;
                if (rng_device(argv, &argv->domain->rngs[i], err) < 0)
                        return -1;
        }
        argv->alias = NULL;
        return 0;
}
