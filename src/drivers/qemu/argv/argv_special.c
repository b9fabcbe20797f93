/* Parts of the machine that are neither boards nor cards: threads, secrecy, crash reports, non-volatile memory. */
#include "argv/argv.h"

static void set_opt(Json *json, const char *key, const OptInt *value)
{
        if (value->set)
                json_set(json, key, json_int(value->value));
}

static void set_opt64(Json *json, const char *key, const OptUint64 *value)
{
        if (value->set)
                json_set(json, key, json_uint(value->value));
}

void argv_iothread(QemuArgv *argv, const Iothread *thread)
{
        g_autofree char *id = g_strdup_printf("iothread%u", thread->id);
        Json *json = json_object();

        json_set(json, "qom-type", json_string("iothread"));
        qdev_string(json, "id", id);
        set_opt(json, "thread-pool-min", &thread->thread_pool_min);
        set_opt(json, "thread-pool-max", &thread->thread_pool_max);
        set_opt64(json, "poll-max-ns", &thread->poll_max);
        set_opt64(json, "poll-grow", &thread->poll_grow);
        set_opt64(json, "poll-shrink", &thread->poll_shrink);
        argv_add_json(argv, "-object", json);
}

int argv_iothreads(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        Json *json;

        for (size_t i = 0; i < domain->n_iothread_ids; i++)
                argv_iothread(argv, &domain->iothread_ids[i]);
        if (!domain->default_pool_min.set && !domain->default_pool_max.set)
                return 0;
        json = json_object();
        json_set(json, "qom-type", json_string("main-loop"));
        qdev_string(json, "id", "main-loop");
        set_opt(json, "thread-pool-min", &domain->default_pool_min);
        set_opt(json, "thread-pool-max", &domain->default_pool_max);
        argv_add_json(argv, "-object", json);
        return 0;
}

static void sev_file(const QemuArgv *argv, Json *json, const char *key, const char *text, const char *name)
{
        g_autofree char *path = g_strdup_printf("%s/%s.base64", argv->host->lib_dir, name);

        if (text)
                qdev_string(json, key, path);
}

static void sev(QemuArgv *argv, const LaunchSecurity *secrecy)
{
        Json *json = json_object();

        json_set(json, "qom-type", json_string("sev-guest"));
        qdev_string(json, "id", "lsec0");
        json_set(json, "cbitpos", json_uint(secrecy->cbitpos.value));
        json_set(json, "reduced-phys-bits", json_uint(secrecy->reduced_phys_bits.value));
        json_set(json, "policy", json_uint(secrecy->policy.value));
        sev_file(argv, json, "dh-cert-file", secrecy->dh_cert, "dh_cert");
        sev_file(argv, json, "session-file", secrecy->session, "session");
        if (secrecy->kernel_hashes != YESNO_ABSENT)
                json_set(json, "kernel-hashes", json_bool(secrecy->kernel_hashes == YESNO_YES));
        argv_add_json(argv, "-object", json);
}

int argv_launch_security(QemuArgv *argv, Error *err)
{
        const LaunchSecurity *secrecy = argv->domain->launch_security;
        Json *json;

        switch (secrecy ? secrecy->type : LAUNCH_SECURITY_NONE) {
        case LAUNCH_SECURITY_SEV: sev(argv, secrecy); return 0;
        case LAUNCH_SECURITY_S390_PV:
                json = json_object();
                json_set(json, "qom-type", json_string("s390-pv-guest"));
                qdev_string(json, "id", "lsec0");
                argv_add_json(argv, "-object", json);
                return 0;
        default: return 0;
        }
}

int argv_core_info(QemuArgv *argv, Error *err)
{
        const Features *features = argv->domain->features;

        if (features && features->vmcoreinfo == SWITCH_ON)
                argv_add_json(argv, "-device", qdev_new("vmcoreinfo"));
        return 0;
}

int argv_nvram(QemuArgv *argv, Error *err)
{
        const Nvram *nvram = argv->domain->nvram;

        if (!nvram)
                return 0;
        if (!domain_is_pseries(argv->domain))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "nvram device is only supported for PPC64");
        if (nvram->info.address && nvram->info.address->type == ADDRESS_SPAPR_VIO &&
            nvram->info.address->spapr_vio.reg.set)
                argv_add_format(argv, "-global", "spapr-nvram.reg=0x%" G_GINT64_MODIFIER "x",
                                (guint64)nvram->info.address->spapr_vio.reg.value);
        return 0;
}

enum { PVPANIC_PORT = 0x505 };

static int panic_device(QemuArgv *argv, const Panic *panic, Error *err)
{
        const Address *address = panic->info.address;
        bool placed = address && address->type == ADDRESS_ISA && address->isa.iobase.set;
        Json *json;

        switch (panic->model) {
        case PANIC_ISA:
                json = qdev_new("pvpanic");
                json_set(json, "ioport", json_uint(placed ? address->isa.iobase.value : PVPANIC_PORT));
                break;
        case PANIC_PVPANIC:
                json = qdev_new("pvpanic-pci");
                if (qdev_address(argv, json, &panic->info, err) < 0) {
                        json_unref(json);
                        return -1;
                }
                break;
        /* The machine has it, or the processor: argv_cpu(). */
        default: return 0;
        }
        argv_add_json(argv, "-device", json);
        return 0;
}

int argv_panics(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_panics; i++)
                if (panic_device(argv, &argv->domain->panics[i], err) < 0)
                        return -1;
        return 0;
}

static int argv_crypto(QemuArgv *argv, const Crypto *crypto, Error *err)
{
        g_autofree char *id = g_strdup_printf("obj%s", crypto->info.alias);
        Json *json = json_object();

        json_set(json, "qom-type",
                 json_string(crypto->backend == CRYPTO_BACKEND_LKCF ? "cryptodev-backend-lkcf"
                                                                    : "cryptodev-backend-builtin"));
        qdev_string(json, "id", id);
        if (crypto->queues)
                json_set(json, "queues", json_uint(crypto->queues));
        argv_add_json(argv, "-object", json);
        json = qdev_new_virtio("virtio-crypto", &crypto->info, VIRTIO_PLAIN);
        qdev_string(json, "cryptodev", id);
        qdev_string(json, "id", crypto->info.alias);
        qdev_virtio(json, &crypto->virtio);
        if (qdev_address(argv, json, &crypto->info, err) < 0) {
                json_unref(json);
                return -1;
        }
        argv_add_json(argv, "-device", json);
        return 0;
}

int argv_cryptos(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_cryptos; i++)
                if (argv_crypto(argv, &argv->domain->cryptos[i], err) < 0)
                        return -1;
        return 0;
}

int argv_teardown(QemuArgv *argv, Error *err)
{
        const Features *features = argv->domain->features;

        if (features && features->async_teardown != YESNO_ABSENT)
                argv_add_pair(argv, "-run-with",
                              features->async_teardown == YESNO_YES ? "async-teardown=on" : "async-teardown=off");
        return 0;
}
