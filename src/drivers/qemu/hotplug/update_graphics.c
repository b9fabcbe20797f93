/* A display: its password, how long that is good, and what becomes of those who are connected. */
#include <string.h>

#include "hotplug/display_password.h"
#include "hotplug/hotplug.h"

/* What the two that can change have in common. */
typedef struct Display {
        const char *name;
        YesNo autoport;
        int port, tls_port;
        const char *keymap;
        char **password, **valid_to;
        PasswordAction *connected;
        const GraphicsListen *listens;
        size_t n_listens;
} Display;

static bool display_of(Graphics *graphics, Display *ret)
{
        VncGraphics *vnc = &graphics->vnc;
        SpiceGraphics *spice = &graphics->spice;

        if (graphics->type == GRAPHICS_VNC)
                *ret = (Display){ "vnc",
                                  vnc->autoport,
                                  vnc->port,
                                  0,
                                  vnc->keymap,
                                  &vnc->password,
                                  &vnc->password_valid_to,
                                  &vnc->connected,
                                  vnc->listens,
                                  vnc->n_listens };
        else if (graphics->type == GRAPHICS_SPICE)
                *ret = (Display){ "spice",
                                  spice->autoport,
                                  spice->port,
                                  spice->tls_port,
                                  spice->keymap,
                                  &spice->password,
                                  &spice->password_valid_to,
                                  &spice->connected,
                                  spice->listens,
                                  spice->n_listens };
        else
                return false;
        return true;
}

static bool differ(const char *given, const char *there)
{
        return given && g_strcmp0(given, there) != 0;
}

static int check_listens(const Display *given, const Display *there, Error *err)
{
        if (given->n_listens == 0)
                return 0;
        if (given->n_listens != there->n_listens)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "cannot change the number of listen addresses on '%s' graphics", there->name);
        for (size_t i = 0; i < given->n_listens; i++) {
                const GraphicsListen *a = &given->listens[i];
                const GraphicsListen *b = &there->listens[i];

                if (a->type != b->type)
                        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                         "cannot change the type of listen address on '%s' graphics", there->name);
                if (differ(a->address, b->address) || differ(a->network, b->network))
                        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                         "cannot change listen address setting on '%s' graphics", there->name);
                if (differ(a->socket, b->socket))
                        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                         "cannot change listen socket setting on '%s' graphics", there->name);
        }
        return 0;
}

static int check_display(const Display *given, const Display *there, Error *err)
{
        bool automatic = given->autoport == YESNO_YES;
        bool ports = (automatic != (there->autoport == YESNO_YES) && given->autoport != YESNO_ABSENT) ||
                     (!automatic && ((given->port > 0 && given->port != there->port) ||
                                     (given->tls_port > 0 && given->tls_port != there->tls_port)));

        if (ports)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot change port settings on %s graphics",
                                 there->name);
        if (differ(given->keymap, there->keymap))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot change keymap setting on %s graphics",
                                 there->name);
        return check_listens(given, there, err);
}

/* A password that is good for a time is set again even when it is the same: the time begins anew. */
static bool must_set(const Display *given, const Display *there)
{
        return *given->valid_to || *there->valid_to || *given->connected != *there->connected ||
               g_strcmp0(*given->password, *there->password) != 0;
}

static int change(Hotplug *hotplug, const Display *given, Display *there, Error *err)
{
        const QemuConf *conf = hotplug->host->conf;
        const char *usual = strcmp(there->name, "vnc") == 0 ? conf->vnc_password : conf->spice_password;
        const char *password = *given->password ? *given->password : usual;

        if (!must_set(given, there))
                return 0;
        if (password &&
            talk_display_password(hotplug->talk, given->name, password, *given->connected, *given->valid_to, err) < 0)
                return -1;
        g_free(*there->password);
        *there->password = g_strdup(*given->password);
        g_free(*there->valid_to);
        *there->valid_to = g_strdup(*given->valid_to);
        *there->connected = *given->connected;
        return 0;
}

int hotplug_update_graphics(Hotplug *hotplug, const Graphics *given, Error *err)
{
        Display wanted, display;

        for (size_t i = 0; i < hotplug->live->n_graphics; i++) {
                Graphics *there = &hotplug->live->graphics[i];

                if (there->type != given->type)
                        continue;
                if (!display_of((Graphics *)given, &wanted) || !display_of(there, &display))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "unable to change config on '%s' graphics type",
                                         enum_text(GraphicsType, given->type));
                return check_display(&wanted, &display, err) < 0 ? -1 : change(hotplug, &wanted, &display, err);
        }
        return error_set(err, VIR_ERR_DEVICE_MISSING, "cannot find existing graphics device to modify of type '%s'",
                         enum_text(GraphicsType, given->type));
}
