/* See argv.h: the order of things. */
#include "argv/argv.h"

#include "conf/qemu_namespace.h"

static const QemuNamespace *author(const Domain *domain)
{
        return domain->extra.space == &qemu_namespace ? domain->extra.content : NULL;
}

static void name(QemuArgv *argv)
{
        g_autofree char *text = argv_comma(argv->domain->name);

        argv_add(argv, argv->domain->emulator ? argv->domain->emulator : argv->caps->binary);
        if (argv->host->conf->set_process_name > 0)
                argv_add_format(argv, "-name", "guest=%s,process=qemu:%s,debug-threads=on", text, text);
        else
                argv_add_format(argv, "-name", "guest=%s,debug-threads=on", text);
}

/* What becomes of uses of what QEMU is about to drop: of the guest's author, or of the host's owner. */
static int deprecation(QemuArgv *argv, Error *err)
{
        static const struct {
                const char *behavior, *output, *input;
        } rows[] = {
                { "none", NULL, NULL },
                { "omit", "hide", NULL },
                { "reject", "hide", "reject" },
                { "crash", "hide", "crash" },
        };
        const QemuNamespace *own = author(argv->domain);
        const char *behavior = own && own->deprecation ? own->deprecation : argv->host->conf->deprecation_behavior;

        if (!behavior || !qemu_caps_has_flag(argv->caps, QEMU_HAS_COMPAT_DEPRECATED))
                return 0;
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                Json *json;

                if (strcmp(behavior, rows[i].behavior) != 0)
                        continue;
                if (!rows[i].output)
                        return 0;
                json = json_object();
                qdev_string(json, "deprecated-output", rows[i].output);
                qdev_string(json, "deprecated-input", rows[i].input);
                argv_add_json(argv, "-compat", json);
                return 0;
        }
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported deprecation behavior '%s' for VM '%s'", behavior,
                         argv->domain->name);
}

static void master_key(QemuArgv *argv)
{
        Json *json;

        if (!argv->host->master_key)
                return;
        json = json_object();
        json_set(json, "qom-type", json_string("secret"));
        json_set(json, "id", json_string("masterKey0"));
        json_set(json, "format", json_string("raw"));
        json_set(json, "file", json_string(argv->host->master_key));
        argv_add_json(argv, "-object", json);
}

static int begin(QemuArgv *argv, Error *err)
{
        name(argv);
        if (deprecation(argv, err) < 0)
                return -1;
        argv_add(argv, "-S");
        master_key(argv);
        argv_reservations(argv);
        if (argv->host->fips && qemu_caps_has_flag(argv->caps, QEMU_HAS_ENABLE_FIPS))
                argv_add(argv, "-enable-fips");
        return 0;
}

static int identity(QemuArgv *argv, Error *err)
{
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(argv->domain->uuid, uuid);
        argv_add_pair(argv, "-uuid", uuid);
        return argv_sysinfo(argv, err);
}

static int bareness(QemuArgv *argv, Error *err)
{
        /* Otherwise QEMU would look for a screen of ours. */
        if (argv->domain->n_graphics == 0)
                argv_add_pair(argv, "-display", "none");
        argv_add(argv, "-no-user-config");
        argv_add(argv, "-nodefaults");
        return 0;
}

static int monitor(QemuArgv *argv, Error *err)
{
        g_autofree char *path = g_strdup_printf("%s/monitor.sock", argv->host->lib_dir);
        const QemuFdAsk ask = { .kind = QEMU_FD_LISTEN, .path = path, .optional = argv->host->shown };
        g_autofree char *escaped = argv_comma(path);
        int fd = argv->host->open_fd(argv->host, &ask, err);

        if (fd == QEMU_NO_FD)
                argv_add_format(argv, "-chardev", "socket,id=charmonitor,path=%s,server=on,wait=off", escaped);
        else if (fd < 0)
                return -1;
        else
                argv_add_format(argv, "-chardev", "socket,id=charmonitor,fd=%d,server=on,wait=off", fd);
        argv_add_pair(argv, "-mon", "chardev=charmonitor,id=monitor,mode=control");
        return 0;
}

/* The guest comes from elsewhere. */
static int incoming(QemuArgv *argv, Error *err)
{
        const QemuHost *host = argv->host;

        if (!host->migrate_from)
                return 0;
        if (strcmp(host->migrate_from, "stdio") == 0)
                argv_add_format(argv, "-incoming", "fd:%d", host->migrate_fd);
        else
                argv_add_pair(argv, "-incoming", host->migrate_from);
        return 0;
}

/* What the author of the document gives to QEMU past us. */
static int author_arguments(QemuArgv *argv, Error *err)
{
        const QemuNamespace *own = author(argv->domain);

        for (size_t i = 0; own && i < own->n_arguments; i++)
                argv_add(argv, own->arguments[i].value ? own->arguments[i].value : "");
        return 0;
}

static int sandbox(QemuArgv *argv, Error *err)
{
        int wanted = argv->host->conf->seccomp_sandbox;

        if (wanted == 0)
                argv_add_pair(argv, "-sandbox", "off");
        else if (qemu_caps_has_flag(argv->caps, QEMU_HAS_SECCOMP_SANDBOX))
                argv_add_pair(argv, "-sandbox",
                              "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        else if (wanted > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU does not support seccomp sandboxes");
        return 0;
}

static int messages(QemuArgv *argv, Error *err)
{
        if (argv->host->conf->log_timestamp)
                argv_add_pair(argv, "-msg", "timestamp=on");
        return 0;
}

/* In the order in which libvirt has them: people compare and grep these lines. A part per line. */
static int (*const parts[])(QemuArgv *argv, Error *err) = {
        begin,
        argv_machine,
        argv_iothreads,
        argv_numa,
        identity,
        bareness,
        monitor,
        argv_clock,
        argv_boot,
        argv_iommu,
        argv_controllers,
        argv_hubs,
        argv_memory_devices,
        argv_disks,
        argv_filesystems,
        argv_interfaces,
        argv_smartcards,
        argv_chardevs,
        argv_tpms,
        argv_inputs,
        argv_audios,
        argv_graphics,
        argv_videos,
        argv_sounds,
        argv_watchdogs,
        argv_redirdevs,
        argv_hostdevs,
        incoming,
        argv_memballoon,
        argv_rngs,
        argv_nvram,
        argv_core_info,
        argv_launch_security,
        author_arguments,
        sandbox,
        argv_panics,
        argv_shmems,
        argv_vsock,
        argv_cryptos,
        argv_teardown,
        messages,
};

int qemu_argv_build(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
                if (parts[i](argv, err) < 0)
                        return -1;
        return 0;
}
