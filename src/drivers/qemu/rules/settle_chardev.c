/* See settle.h: serial ports, consoles and displays. */
#include "rules/settle.h"

#include <string.h>

/* What a machine has without being asked. */
static SerialTarget default_target(const Domain *domain)
{
        if (domain_is_x86(domain))
                return SERIAL_TARGET_ISA_SERIAL;
        if (domain_is_pseries(domain))
                return SERIAL_TARGET_SPAPR_VIO_SERIAL;
        if (domain_is_arm_virt(domain) || domain_is_riscv_virt(domain) || domain_is_loongarch_virt(domain))
                return SERIAL_TARGET_SYSTEM_SERIAL;
        if (domain_is_s390(domain))
                return SERIAL_TARGET_SCLP_SERIAL;
        return SERIAL_TARGET_NONE;
}

static SerialModel default_model(const Domain *domain, SerialTarget target)
{
        switch (target) {
        case SERIAL_TARGET_ISA_SERIAL: return SERIAL_MODEL_ISA_SERIAL;
        case SERIAL_TARGET_USB_SERIAL: return SERIAL_MODEL_USB_SERIAL;
        case SERIAL_TARGET_PCI_SERIAL: return SERIAL_MODEL_PCI_SERIAL;
        case SERIAL_TARGET_SPAPR_VIO_SERIAL: return SERIAL_MODEL_SPAPR_VTY;
        case SERIAL_TARGET_SCLP_SERIAL: return SERIAL_MODEL_SCLPCONSOLE;
        case SERIAL_TARGET_ISA_DEBUG: return SERIAL_MODEL_ISA_DEBUGCON;
        case SERIAL_TARGET_SYSTEM_SERIAL:
                if (domain_is_riscv_virt(domain) || domain_is_loongarch_virt(domain))
                        return SERIAL_MODEL_16550A;
                return domain_is_arm_virt(domain) ? SERIAL_MODEL_PL011 : SERIAL_MODEL_NONE;
        default: return SERIAL_MODEL_NONE;
        }
}

/* One past the last that is given. */
static unsigned next_port(const Domain *domain)
{
        unsigned next = 0;

        for (size_t i = 0; i < domain->n_serials; i++)
                if (domain->serials[i].port.set)
                        next = MAX(next, domain->serials[i].port.value + 1);
        return next;
}

static void settle_serials(Domain *domain)
{
        for (size_t i = 0; i < domain->n_serials; i++) {
                Serial *serial = &domain->serials[i];

                /* An old name for the serial port of a machine that has no ISA bus. */
                if (serial->target == SERIAL_TARGET_ISA_SERIAL && !domain_is_x86(domain))
                        serial->target = SERIAL_TARGET_NONE;
                if (serial->target == SERIAL_TARGET_NONE)
                        serial->target = default_target(domain);
                if (serial->model == SERIAL_MODEL_NONE)
                        serial->model = default_model(domain, serial->target);
                if (!serial->port.set)
                        serial->port = (OptUint){ .value = next_port(domain), .set = true };
        }
}

static void copy_source(Console *console, const Serial *serial)
{
        console->port = serial->port;
        rows_drop(&Chardev_rows, &console->source);
        rows_copy(&Chardev_rows, &console->source, &serial->source);
        rows_drop(&DeviceInfo_rows, &console->info);
        rows_copy(&DeviceInfo_rows, &console->info, &serial->info);
}

static bool is_serial_console(const Console *console)
{
        return console->target == CONSOLE_TARGET_NONE || console->target == CONSOLE_TARGET_SERIAL;
}

/* Ports that are part of the machine show the first messages; plugged ones do not. */
static bool is_native(SerialTarget target)
{
        return target == SERIAL_TARGET_ISA_SERIAL || target == SERIAL_TARGET_SPAPR_VIO_SERIAL ||
               target == SERIAL_TARGET_SYSTEM_SERIAL || target == SERIAL_TARGET_SCLP_SERIAL;
}

/* The first console and the first serial port are one device under two names. */
static void settle_consoles(Domain *domain)
{
        Console *console = domain->n_consoles > 0 ? &domain->consoles[0] : NULL;

        if (console && console->target == CONSOLE_TARGET_NONE && domain_is_s390(domain) && domain->n_serials == 0)
                console->target = CONSOLE_TARGET_VIRTIO;
        if (console && is_serial_console(console) && domain->n_serials == 0) {
                Serial *serial = rows_list_insert(&Serial_rows, &domain->serials, &domain->n_serials, 0);

                console->target = CONSOLE_TARGET_SERIAL;
                rows_copy(&Chardev_rows, &serial->source, &console->source);
                rows_copy(&DeviceInfo_rows, &serial->info, &console->info);
                settle_serials(domain);
        }
        if (domain->n_serials > 0 && (!console || !is_serial_console(console)) &&
            is_native(domain->serials[0].target)) {
                console = rows_list_insert(&Console_rows, &domain->consoles, &domain->n_consoles, 0);
                console->target = CONSOLE_TARGET_SERIAL;
        }
        if (console && domain->n_serials > 0 && is_serial_console(console)) {
                console->target = CONSOLE_TARGET_SERIAL;
                copy_source(console, &domain->serials[0]);
        }
        for (size_t i = 0; i < domain->n_consoles; i++) {
                if (domain->consoles[i].target == CONSOLE_TARGET_NONE)
                        domain->consoles[i].target = CONSOLE_TARGET_SERIAL;
        }
}

/* A socket that we named for an earlier run: the next one gets its own. */
static void drop_channel_path(Channel *channel, const QemuContext *context)
{
        UnixChardev *own = &channel->source.unix_socket;
        g_autofree char *folder =
                g_strdup_printf("%s/channel/", context->lib_folder ? context->lib_folder : "/var/lib/libvirt/qemu");
        const char *rest;

        if (channel->target != CHANNEL_TARGET_VIRTIO || channel->source.type != CHARDEV_UNIX || !own->path ||
            !channel->name || !g_str_has_prefix(own->path, folder))
                return;
        rest = own->path + strlen(folder);
        if (g_str_has_prefix(rest, "target/"))
                rest += strlen("target/");
        if ((!strchr(rest, '/') && !g_str_has_suffix(rest, channel->name)) ||
            (strchr(rest, '/') && strcmp(strrchr(rest, '/') + 1, channel->name) != 0))
                return;
        g_clear_pointer(&own->path, g_free);
        own->mode = CHARDEV_MODE_NONE;
}

void qemu_settle_channels(Domain *domain, const QemuContext *context)
{
        for (size_t i = 0; context->inactive && i < domain->n_channels; i++)
                drop_channel_path(&domain->channels[i], context);
}

void qemu_number_consoles(Domain *domain)
{
        for (size_t i = 0; i < domain->n_consoles; i++)
                domain->consoles[i].port = (OptUint){ .value = (unsigned)i, .set = true };
}

void qemu_settle_chardevs(Domain *domain)
{
        settle_serials(domain);
        settle_consoles(domain);
}

/* Displays */

static void settle_listen(GraphicsListen **listens, size_t *n)
{
        if (*n == 0)
                ((GraphicsListen *)rows_list_insert(&GraphicsListen_rows, listens, n, 0))->type = LISTEN_ADDRESS;
}

/* A socket in our own folder was made for one run. */
static void drop_generated_socket(VncGraphics *vnc, const QemuContext *context)
{
        GraphicsListen *listen = vnc->n_listens == 1 ? &vnc->listens[0] : NULL;
        const char *folder = context->lib_folder ? context->lib_folder : "/var/lib/libvirt/qemu";

        if (!context->inactive || !listen || listen->type != LISTEN_SOCKET || !listen->socket ||
            !g_str_has_prefix(listen->socket, folder))
                return;
        g_clear_pointer(&listen->socket, g_free);
        g_clear_pointer(&vnc->legacy_socket, g_free);
        listen->type = LISTEN_ADDRESS;
        vnc->port = -1;
        vnc->autoport = YESNO_YES;
}

static void settle_vnc(VncGraphics *vnc, const QemuContext *context)
{
        drop_generated_socket(vnc, context);
        settle_listen(&vnc->listens, &vnc->n_listens);
        if (vnc->port == 0 && vnc->listens[0].type != LISTEN_SOCKET && vnc->listens[0].type != LISTEN_NO) {
                vnc->port = -1;
                vnc->autoport = YESNO_YES;
        }
}

static void settle_spice(SpiceGraphics *spice, const QemuContext *context)
{
        settle_listen(&spice->listens, &spice->n_listens);
        if (spice->listens[0].type == LISTEN_NO)
                spice->autoport = YESNO_ABSENT;
}

void qemu_settle_graphics(Domain *domain, const QemuContext *context)
{
        for (size_t i = 0; i < domain->n_graphics; i++) {
                Graphics *graphics = &domain->graphics[i];

                if (graphics->type == GRAPHICS_VNC)
                        settle_vnc(&graphics->vnc, context);
                else if (graphics->type == GRAPHICS_SPICE)
                        settle_spice(&graphics->spice, context);
        }
}
