/* TPMs: one of the host, an emulated one of ours, somebody else's. */
#include "argv/argv.h"
#include "argv/chardev.h"

#define TPM_CHARDEV "chrtpm"

static int passthrough(QemuArgv *argv, const Tpm *tpm, const char *id, Error *err)
{
        const char *path = tpm->path ? tpm->path : "/dev/tpm0";
        const QemuFdAsk device = { .kind = QEMU_FD_TPM, .path = path, .alias = tpm->info.alias };
        const QemuFdAsk cancel = { .kind = QEMU_FD_TPM_CANCEL, .path = path, .alias = tpm->info.alias };
        g_autofree char *opaque = g_strdup_printf("%s-tpm", tpm->info.alias);
        g_autofree char *cancel_opaque = g_strdup_printf("%s-cancel", tpm->info.alias);
        g_autofree char *set = NULL;
        g_autofree char *cancel_set = NULL;
        int fd, cancel_fd;

        fd = argv->host->open_fd(argv->host, &device, err);
        cancel_fd = fd < 0 ? -1 : argv->host->open_fd(argv->host, &cancel, err);
        if (cancel_fd < 0)
                return -1;
        set = argv_fd_set(argv, fd, opaque);
        cancel_set = argv_fd_set(argv, cancel_fd, cancel_opaque);
        argv_add_format(argv, "-tpmdev", "passthrough,id=%s,path=%s,cancel-path=%s", id, set, cancel_set);
        return 0;
}

static int socket_backend(QemuArgv *argv, const Tpm *tpm, const char *id, Error *err)
{
        const char *path = tpm->backend == TPM_BACKEND_EXTERNAL ? tpm->source_path : argv->host->tpm_socket;

        if (!path)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "nothing is known of where the TPM listens");
        argv_chardev_unix(argv, TPM_CHARDEV, path, (OptUint){});
        argv_add_format(argv, "-tpmdev", "emulator,id=%s,chardev=" TPM_CHARDEV, id);
        return 0;
}

/* POWER's firmware guards the one of the host: there is no backend. */
static int proxy(QemuArgv *argv, const Tpm *tpm)
{
        Json *json = qdev_new("spapr-tpm-proxy");

        qdev_string(json, "id", tpm->info.alias);
        qdev_string(json, "host-path", tpm->path ? tpm->path : "/dev/tpm0");
        argv_add_json(argv, "-device", json);
        return 0;
}

static const char *tpm_driver(const Domain *domain, TpmModel model)
{
        /* Boards without an ISA bus have it as a device of the platform. */
        if (model == TPM_TPM_TIS && domain_is_arm(domain))
                return "tpm-tis-device";
        return enum_text(TpmModel, model);
}

static int argv_tpm(QemuArgv *argv, const Tpm *tpm, Error *err)
{
        g_autofree char *id = g_strdup_printf("tpm-%s", tpm->info.alias);
        g_autoptr(Json) json = NULL;
        int r;

        argv->alias = tpm->info.alias;
        if (tpm->model == TPM_SPAPR_TPM_PROXY)
                return proxy(argv, tpm);
        switch (tpm->backend) {
        case TPM_BACKEND_PASSTHROUGH: r = passthrough(argv, tpm, id, err); break;
        case TPM_BACKEND_EMULATOR:
        case TPM_BACKEND_EXTERNAL: r = socket_backend(argv, tpm, id, err); break;
        default: r = error_set(err, VIR_ERR_XML_ERROR, "the TPM has no backend");
        }
        if (r < 0)
                return -1;
        json = qdev_new(tpm_driver(argv->domain, tpm->model));
        qdev_string(json, "tpmdev", id);
        qdev_string(json, "id", tpm->info.alias);
        if (qdev_address(argv, json, &tpm->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_tpms(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_tpms; i++)
                if (argv_tpm(argv, &argv->domain->tpms[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}
