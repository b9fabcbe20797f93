/* What xl.cfg has and xm's files had not: NUMA, SPICE, USB controllers, channels, limits, arguments of the device
 * model. */
#include "config_read.h"

#include <string.h>

#include "util/text.h"

static int read_nested(const ConfigReader *r, Error *err)
{
        static const char *const extensions[] = { "vmx", "svm" };
        bool nested;
        const char *cpuid;
        int found = config_get_bool(r->config, "nestedhvm", &nested, err);

        if (found < 0)
                return -1;
        if (found > 0) {
                Cpu *cpu = xen_need_cpu(r->d);

                cpu->mode = CPU_MODE_HOST_PASSTHROUGH;
                for (size_t i = 0; !nested && i < G_N_ELEMENTS(extensions); i++) {
                        CpuFeature *feature =
                                rows_list_insert(&CpuFeature_rows, &cpu->features, &cpu->n_features, cpu->n_features);

                        feature->name = g_strdup(extensions[i]);
                        feature->policy = CPU_POLICY_DISABLE;
                }
        }
        /* A list is the other, older form of cpuid=: registers, bit by bit. */
        if (config_find(r->config, "cpuid") && config_find(r->config, "cpuid")->kind == CONFIG_LIST)
                return config_wrong(r->config, "cpuid", config_find(r->config, "cpuid"), "\"host,feature=policy,...\"",
                                    err);
        found = config_get_string(r->config, "cpuid", &cpuid, err);
        return found < 0 ? -1 : found > 0 ? xl_cpuid_read(r->d, cpuid, err) : 0;
}

static int bad_vnuma(const ConfigReader *r, const ConfigValue *value, const char *what, Error *err)
{
        return error_set(err, VIR_ERR_CONF_SYNTAX, "vnuma: %s:%u: %s", config_name(r->config), value->line, what);
}

static int add_distances(NumaCell *cell, const char *text)
{
        g_auto(GStrv) words = g_strsplit(text, ",", 0);

        for (unsigned i = 0; words[i]; i++) {
                NumaDistance *distance = rows_list_insert(&NumaDistance_rows, &cell->distances, &cell->n_distances, i);

                distance->id = i;
                if (!text_to_uint(g_strstrip(words[i]), 10, &distance->value))
                        return -1;
        }
        return 0;
}

/* One word of a node: "size=2048" */
static int read_node_word(const ConfigReader *r, NumaCell *cell, const ConfigValue *word, Error *err)
{
        enum { VCPUS_MAX = 65535 };
        const char *text = word->kind == CONFIG_STRING ? word->string : "";
        const char *value = strchr(text, '=');
        uint64_t mib;

        if (!value || !*++value)
                return bad_vnuma(r, word, "expected \"key=value\"", err);
        if (g_str_has_prefix(text, "pnode="))
                return 0; /* where it is on the host is the placement's business */
        if (g_str_has_prefix(text, "size=")) {
                if (!text_to_uint64(value, 10, &mib) || mib > UINT64_MAX / 1024)
                        return bad_vnuma(r, word, "expected the size in MiB", err);
                cell->memory_kib = mib * 1024;
                return 0;
        }
        if (g_str_has_prefix(text, "vcpus=")) {
                bitmap_free(cell->cpus);
                cell->cpus = bitmap_parse(value, VCPUS_MAX, err);
                return cell->cpus ? 0 : -1;
        }
        if (g_str_has_prefix(text, "vdistances="))
                return add_distances(cell, value) < 0 ? bad_vnuma(r, word, "expected distances: numbers", err) : 0;
        return bad_vnuma(r, word, "known are pnode, size, vcpus and vdistances", err);
}

static int read_vnuma(const ConfigReader *r, Error *err)
{
        const ConfigValue *value = config_find(r->config, "vnuma");

        if (!value)
                return 0;
        if (value->kind != CONFIG_LIST)
                return bad_vnuma(r, value, "expected a list of lists", err);
        for (unsigned i = 0; i < value->items->len; i++) {
                const ConfigValue *node = g_ptr_array_index(value->items, i);
                Cpu *cpu = xen_need_cpu(r->d);
                NumaCell *cell = rows_list_insert(&NumaCell_rows, &cpu->cells, &cpu->n_cells, cpu->n_cells);

                if (node->kind != CONFIG_LIST)
                        return bad_vnuma(r, node, "expected a list of \"key=value\"", err);
                cell->id = (OptUint){ .value = i, .set = true };
                for (unsigned k = 0; k < node->items->len; k++)
                        if (read_node_word(r, cell, g_ptr_array_index(node->items, k), err) < 0)
                                return -1;
        }
        return 0;
}

static int read_hypervisor_features(const ConfigReader *r, Error *err)
{
        const char *passthrough;
        bool e820;
        int found = config_get_bool(r->config, "e820_host", &e820, err);

        if (found > 0 && !xen_is_hvm(r->d))
                xen_need_xen_features(r->d)->e820_host = e820 ? SWITCH_ON : SWITCH_OFF;
        if (found < 0 || (found = config_get_string(r->config, "passthrough", &passthrough, err)) < 0)
                return -1;
        if (found > 0) {
                XenFeatures *xen = xen_need_xen_features(r->d);

                xen->passthrough = strcmp(passthrough, "disabled") == 0 ? SWITCH_OFF : SWITCH_ON;
                if (strcmp(passthrough, "sync_pt") == 0 || strcmp(passthrough, "share_pt") == 0)
                        xen->passthrough_mode = g_strdup(passthrough);
                else if (strcmp(passthrough, "disabled") != 0 && strcmp(passthrough, "enabled") != 0)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "Invalid passthrough mode %s: known are disabled, enabled, sync_pt, share_pt",
                                         passthrough);
        }
        return 0;
}

/* `event_channels` is xl's word, the longer one libvirt's files have. */
static int read_limits(const ConfigReader *r, Error *err)
{
        uint64_t frames = 0, channels = 0;
        int has_frames = config_get_unsigned(r->config, "max_grant_frames", UINT32_MAX, &frames, err);
        int has_channels =
                has_frames < 0 ? -1 : config_get_unsigned(r->config, "event_channels", UINT32_MAX, &channels, err);
        Controller *bus;

        if (has_channels == 0)
                has_channels = config_get_unsigned(r->config, "max_event_channels", UINT32_MAX, &channels, err);
        if (has_frames < 0 || has_channels < 0)
                return -1;
        bus = xen_need_bus(r->d);
        bus->xenbus.max_grant_frames = (OptUint){ .value = (unsigned)frames, .set = has_frames > 0 };
        bus->xenbus.max_event_channels = (OptUint){ .value = (unsigned)channels, .set = has_channels > 0 };
        return 0;
}

static int read_spice_ports(const ConfigReader *r, SpiceGraphics *spice, Error *err)
{
        uint64_t port = 0, tls = 0;

        if (config_get_unsigned(r->config, "spiceport", 65535, &port, err) < 0 ||
            config_get_unsigned(r->config, "spicetls_port", 65535, &tls, err) < 0)
                return -1;
        spice->port = (int)port;
        spice->tls_port = (int)tls;
        spice->autoport = port || tls ? YESNO_NO : YESNO_YES;
        return 0;
}

static int read_spice(const ConfigReader *r, Error *err)
{
        bool wanted = false, open = false, mouse, clipboard;
        SpiceGraphics *spice;
        int has_mouse, has_clipboard;

        if (config_get_bool(r->config, "spice", &wanted, err) < 0)
                return -1;
        if (!wanted)
                return 0;
        spice = &xen_add_graphics(r->d, GRAPHICS_SPICE)->spice;
        if (read_spice_ports(r, spice, err) < 0 || config_take(r, "spicehost", &spice->legacy_listen, err) < 0 ||
            config_get_bool(r->config, "spicedisable_ticketing", &open, err) < 0)
                return -1;
        if (!open && config_take(r, "spicepasswd", &spice->password, err) < 0)
                return -1;
        has_mouse = config_get_bool(r->config, "spiceagent_mouse", &mouse, err);
        has_clipboard = config_get_bool(r->config, "spice_clipboard_sharing", &clipboard, err);
        if (has_mouse > 0)
                spice->mouse = mouse ? SPICE_MOUSE_CLIENT : SPICE_MOUSE_SERVER;
        if (has_clipboard > 0)
                spice->clipboard = clipboard ? YESNO_YES : YESNO_NO;
        return has_mouse < 0 || has_clipboard < 0 ? -1 : 0;
}

/* A card that is not the one a machine has anyway. */
static int read_video(const ConfigReader *r, Error *err)
{
        static const struct {
                const char *name;
                VideoType type;
        } cards[] = {
                { "stdvga", VIDEO_VGA },
                { "cirrus", VIDEO_CIRRUS },
                { "qxl", VIDEO_QXL },
                { "none", VIDEO_NONE },
        };
        const char *name = NULL;
        uint64_t mib = 0;
        bool standard = false;
        Video *video;

        if (config_get_string(r->config, "vga", &name, err) < 0 ||
            config_get_bool(r->config, "stdvga", &standard, err) < 0 ||
            config_get_unsigned(r->config, "videoram", UINT32_MAX / 1024, &mib, err) < 0)
                return -1;
        if (!name)
                name = standard ? "stdvga" : mib ? "cirrus" : NULL;
        if (!name)
                return 0;
        video = rows_list_insert(&Video_rows, &r->d->videos, &r->d->n_videos, 0);
        video->vram_kib = (unsigned)mib * 1024;
        for (size_t i = 0; i < G_N_ELEMENTS(cards); i++)
                if (strcmp(cards[i].name, name) == 0) {
                        video->type = cards[i].type;
                        return 0;
                }
        return config_wrong(r->config, "vga", config_find(r->config, "vga"), "stdvga, cirrus, qxl or none", err);
}

/* "type=qusb,version=2,ports=6" */
static int read_usb_controller(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) options = g_strsplit(text, ",", 16);
        g_autofree char *type = xen_option(options, "type");
        g_autofree char *version = xen_option(options, "version");
        g_autofree char *ports = xen_option(options, "ports");
        Controller *usb = rows_list_insert(&Controller_rows, &d->controllers, &d->n_controllers, d->n_controllers);
        unsigned number;

        usb->type = CONTROLLER_USB;
        if (type && strcmp(type, "qusb") == 0)
                usb->model = g_strcmp0(version, "1") == 0 ? CONTROLLER_MODEL_QUSB1 : CONTROLLER_MODEL_QUSB2;
        else if (type && strcmp(type, "auto") != 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX,
                                 "usb controller type '%s' not supported: known are auto and qusb", type);
        if (ports) {
                if (!text_to_uint(ports, 10, &number))
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "usbctrl '%s': ports must be a number", text);
                usb->usb.ports = (OptUint){ .value = number, .set = true };
        }
        return 0;
}

/* "hostbus=1,hostaddr=3" */
static int read_usb_device(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) options = g_strsplit(text, ",", 16);
        g_autofree char *bus = xen_option(options, "hostbus");
        g_autofree char *device = xen_option(options, "hostaddr");
        Hostdev *hostdev = xen_add_hostdev(d, HOSTDEV_USB);

        if (!bus || !device || !text_to_uint(bus, 10, &hostdev->usb.bus) ||
            !text_to_uint(device, 10, &hostdev->usb.device))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "usbdev '%s' is not of the form hostbus=N,hostaddr=N", text);
        return 0;
}

/* "connection=socket,path=/x,name=org.qemu.guest_agent.0" */
static int read_channel(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) options = g_strsplit(text, ",", 16);
        g_autofree char *connection = xen_option(options, "connection");
        Channel *channel = rows_list_insert(&Channel_rows, &d->channels, &d->n_channels, d->n_channels);

        channel->target = CHANNEL_TARGET_XEN;
        channel->name = xen_option(options, "name");
        if (g_strcmp0(connection, "socket") == 0) {
                channel->source.type = CHARDEV_UNIX;
                channel->source.unix_socket.mode = CHARDEV_MODE_BIND;
                channel->source.unix_socket.path = xen_option(options, "path");
        } else if (g_strcmp0(connection, "pty") == 0) {
                channel->source.type = CHARDEV_PTY;
        } else {
                return error_set(err, VIR_ERR_CONF_SYNTAX, "channel '%s': connection must be pty or socket", text);
        }
        return 0;
}

static int add_argument(Domain *d, const char *text, Error *err)
{
        ArgumentNamespace *space = d->extra.content;
        QemuArgument *argument;

        if (!space) {
                space = g_new0(ArgumentNamespace, 1);
                d->extra = (Extra){ .space = &xen_namespace, .content = space };
        }
        argument = rows_list_insert(&QemuArgument_rows, &space->arguments, &space->n_arguments, space->n_arguments);
        argument->value = g_strdup(text);
        return 0;
}

static int read_arguments(const ConfigReader *r, Error *err)
{
        return config_each(r, "device_model_args", add_argument, err) < 0 ||
                               config_each(r, xen_is_hvm(r->d) ? "device_model_args_hvm" : "device_model_args_pv",
                                           add_argument, err) < 0
                       ? -1
                       : 0;
}

int xl_read_own(const ConfigReader *r, Error *err)
{
        if (xen_is_hvm(r->d) && (read_nested(r, err) < 0 || read_spice(r, err) < 0 || read_video(r, err) < 0))
                return -1;
        return read_vnuma(r, err) < 0 || read_hypervisor_features(r, err) < 0 || read_limits(r, err) < 0 ||
                               config_each(r, "usbctrl", read_usb_controller, err) < 0 ||
                               config_each(r, "usbdev", read_usb_device, err) < 0 ||
                               config_each(r, "channel", read_channel, err) < 0 || read_arguments(r, err) < 0
                       ? -1
                       : 0;
}
