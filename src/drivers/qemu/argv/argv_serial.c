/* What stands in front of character devices: serial and parallel ports, consoles, channels. */
#include "argv/argv.h"
#include "argv/chardev.h"

static void set_chardev(Json *json, const char *alias)
{
        g_autofree char *chardev = g_strdup_printf("char%s", alias);

        qdev_string(json, "chardev", chardev);
        qdev_string(json, "id", alias);
}

static Json *front(const char *driver, const char *alias)
{
        Json *json = qdev_new(driver);

        set_chardev(json, alias);
        return json;
}

/* The device on the bus that its address says. */
static int add_front(QemuArgv *argv, Json *json, const DeviceInfo *info, Error *err)
{
        g_autoptr(Json) device = json;

        if (qdev_address(argv, device, info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&device));
        return 0;
}

/* Ports that the board has anyway, of whatever make: they only need something to talk to. */
static bool is_part_of_board(const Serial *serial)
{
        return serial->model == SERIAL_MODEL_PL011 || serial->model == SERIAL_MODEL_16550A ||
               (serial->model == SERIAL_MODEL_NONE &&
                (serial->target == SERIAL_TARGET_SYSTEM_SERIAL || serial->target == SERIAL_TARGET_NONE));
}

static int serial_device(QemuArgv *argv, const Serial *serial, Error *err)
{
        const char *driver = enum_text(SerialModel, serial->model);
        Json *json;

        if (is_part_of_board(serial)) {
                argv_add_format(argv, "-serial", "chardev:char%s", serial->info.alias);
                return 0;
        }
        json = front(driver, serial->info.alias);
        if (serial->model == SERIAL_MODEL_ISA_SERIAL)
                json_set(json, "index", json_uint(serial->port.value));
        return add_front(argv, json, &serial->info, err);
}

static int argv_serial(QemuArgv *argv, const Serial *serial, Error *err)
{
        argv->alias = serial->info.alias;
        if (serial->model == SERIAL_MODEL_NONE && !is_part_of_board(serial))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported serial target type %s",
                                 enum_text(SerialTarget, serial->target));
        if (argv_chardev(argv, &serial->source, serial->info.alias, CHARDEV_FOR_ANY, err) < 0)
                return -1;
        return serial_device(argv, serial, err);
}

static int argv_parallel(QemuArgv *argv, const Parallel *parallel, Error *err)
{
        argv->alias = parallel->info.alias;
        if (argv_chardev(argv, &parallel->source, parallel->info.alias, CHARDEV_FOR_PARALLEL, err) < 0)
                return -1;
        return add_front(argv, front("isa-parallel", parallel->info.alias), &parallel->info, err);
}

/* Channels */

static int guestfwd(QemuArgv *argv, const Channel *channel, Error *err)
{
        g_autofree char *rule =
                g_strdup_printf("tcp:%s:%s-chardev:char%s", channel->address, channel->port, channel->info.alias);
        Json *json = json_object();
        Json *list = json_array();
        Json *entry = json_object();

        json_set(entry, "str", json_string(rule));
        json_append(list, entry);
        json_set(json, "type", json_string("user"));
        json_set(json, "guestfwd", list);
        qdev_string(json, "id", channel->info.alias);
        argv_add_json(argv, "-netdev", json);
        return 0;
}

/* A port of a virtio-serial controller; the name is the guest's for it. */
static int add_port(QemuArgv *argv, const char *driver, const DeviceInfo *info, const char *name, Error *err)
{
        g_autoptr(Json) json = qdev_new(driver);

        if (qdev_address(argv, json, info, err) < 0)
                return -1;
        set_chardev(json, info->alias);
        qdev_string(json, "name", name);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int argv_channel(QemuArgv *argv, const Channel *channel, Error *err)
{
        const char *name = channel->name;

        argv->alias = channel->info.alias;
        if (channel->target != CHANNEL_TARGET_GUESTFWD && channel->target != CHANNEL_TARGET_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "channels of target type '%s' are not supported",
                                 enum_text(ChannelTarget, channel->target));
        if (argv_chardev(argv, &channel->source, channel->info.alias, CHARDEV_FOR_CHANNEL, err) < 0)
                return -1;
        if (channel->target == CHANNEL_TARGET_GUESTFWD)
                return guestfwd(argv, channel, err);
        if (!name && channel->source.type == CHARDEV_SPICEVMC)
                name = "com.redhat.spice.0";
        return add_port(argv, "virtserialport", &channel->info, name, err);
}

/* Consoles */

static const char *console_driver(ConsoleTarget target)
{
        switch (target) {
        case CONSOLE_TARGET_VIRTIO: return "virtconsole";
        case CONSOLE_TARGET_SCLP: return "sclpconsole";
        case CONSOLE_TARGET_SCLPLM: return "sclplmconsole";
        default: return NULL;
        }
}

static int argv_console(QemuArgv *argv, const Console *console, Error *err)
{
        const char *driver = console_driver(console->target);

        argv->alias = console->info.alias;
        /* The first one of a machine with serial ports is another name of the first of those. */
        if (console->target == CONSOLE_TARGET_SERIAL)
                return 0;
        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported console target type %s",
                                 enum_text(ConsoleTarget, console->target));
        if (argv_chardev(argv, &console->source, console->info.alias, CHARDEV_FOR_ANY, err) < 0)
                return -1;
        return add_port(argv, driver, &console->info, NULL, err);
}

int argv_chardevs(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        int r = 0;

        for (size_t i = 0; r == 0 && i < domain->n_serials; i++)
                r = argv_serial(argv, &domain->serials[i], err);
        for (size_t i = 0; r == 0 && i < domain->n_parallels; i++)
                r = argv_parallel(argv, &domain->parallels[i], err);
        for (size_t i = 0; r == 0 && i < domain->n_channels; i++)
                r = argv_channel(argv, &domain->channels[i], err);
        for (size_t i = 0; r == 0 && i < domain->n_consoles; i++)
                r = argv_console(argv, &domain->consoles[i], err);
        argv->alias = NULL;
        return r;
}
