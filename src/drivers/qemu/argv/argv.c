/* See argv.h: the order of things. */
#include "argv/argv.h"

#include "conf/qemu_namespace.h"

static void name_and_start(QemuArgv *argv)
{
        g_autofree char *name = argv_comma(argv->domain->name);

        argv_add(argv, argv->domain->emulator ? argv->domain->emulator : argv->caps->binary);
        argv_add_format(argv, "-name", "guest=%s,debug-threads=on", name);
        argv_add(argv, "-S");
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

static void iothreads(QemuArgv *argv)
{
        for (size_t i = 0; i < argv->domain->n_iothread_ids; i++) {
                g_autofree char *id = g_strdup_printf("iothread%u", argv->domain->iothread_ids[i].id);
                Json *json = json_object();

                json_set(json, "qom-type", json_string("iothread"));
                qdev_string(json, "id", id);
                argv_add_json(argv, "-object", json);
        }
}

static void identity(QemuArgv *argv)
{
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(argv->domain->uuid, uuid);
        argv_add_pair(argv, "-uuid", uuid);
        /* Otherwise QEMU would look for a screen of ours. */
        if (argv->domain->n_graphics == 0)
                argv_add_pair(argv, "-display", "none");
        argv_add(argv, "-no-user-config");
        argv_add(argv, "-nodefaults");
}

static int monitor(QemuArgv *argv, Error *err)
{
        g_autofree char *path = g_strdup_printf("%s/monitor.sock", argv->host->lib_dir);
        const QemuFdAsk ask = { .kind = QEMU_FD_LISTEN, .path = path };
        int fd = argv->host->open_fd(argv->host, &ask, err);

        if (fd < 0)
                return -1;
        argv_add_format(argv, "-chardev", "socket,id=charmonitor,fd=%d,server=on,wait=off", fd);
        argv_add_pair(argv, "-mon", "chardev=charmonitor,id=monitor,mode=control");
        return 0;
}

static void sandbox(QemuArgv *argv)
{
        if (argv->host->conf->seccomp_sandbox != 0 && qemu_caps_has_option(argv->caps, "sandbox"))
                argv_add_pair(argv, "-sandbox",
                              "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
}

/* What the author of the document gives to QEMU past us. */
static void author_arguments(QemuArgv *argv)
{
        const QemuNamespace *own = argv->domain->extra.space == &qemu_namespace ? argv->domain->extra.content : NULL;

        for (size_t i = 0; own && i < own->n_arguments; i++)
                argv_add(argv, own->arguments[i].value ? own->arguments[i].value : "");
}

/* In the order in which libvirt has them: people compare and grep these lines. */
static int (*const parts[])(QemuArgv *argv, Error *err) = {
        monitor,        argv_clock,      argv_boot,   argv_controllers, argv_disks,  argv_interfaces,
        argv_chardevs,  argv_inputs,     argv_audios, argv_graphics,    argv_videos, argv_sounds,
        argv_watchdogs, argv_memballoon, argv_rngs,   argv_panics,
};

int qemu_argv_build(QemuArgv *argv, Error *err)
{
        name_and_start(argv);
        master_key(argv);
        if (argv_machine(argv, err) < 0)
                return -1;
        iothreads(argv);
        identity(argv);
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
                if (parts[i](argv, err) < 0)
                        return -1;
        sandbox(argv);
        author_arguments(argv);
        argv_add_pair(argv, "-msg", "timestamp=on");
        return 0;
}
