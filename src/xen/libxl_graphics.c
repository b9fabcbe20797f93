/* Displays: of machines a part of the machine, of all guests a framebuffer device. */
#include "libxl.h"

#include <string.h>

static Json *vnc_object(const Graphics *graphics)
{
        const VncGraphics *vnc = graphics && graphics->type == GRAPHICS_VNC ? &graphics->vnc : NULL;
        Json *object = json_object();

        libxl_set_flag(object, "enable", vnc);
        if (!vnc)
                return object;
        libxl_set_text(object, "listen", xen_listen_address(vnc->listens, vnc->n_listens));
        libxl_set_text(object, "passwd", vnc->password);
        if (vnc->port > XEN_VNC_BASE_PORT)
                libxl_set_number(object, "display", vnc->port - XEN_VNC_BASE_PORT);
        libxl_set_flag(object, "findunused", false);
        return object;
}

static Json *sdl_object(const Graphics *graphics)
{
        const SdlGraphics *sdl = graphics && graphics->type == GRAPHICS_SDL ? &graphics->sdl : NULL;
        Json *object = json_object();

        libxl_set_flag(object, "enable", sdl);
        if (!sdl)
                return object;
        if (sdl->gl != YESNO_ABSENT)
                libxl_set_flag(object, "opengl", sdl->gl == YESNO_YES);
        libxl_set_text(object, "display", sdl->display);
        libxl_set_text(object, "xauthority", sdl->xauth);
        return object;
}

static Json *spice_object(const Graphics *graphics)
{
        const SpiceGraphics *spice = graphics && graphics->type == GRAPHICS_SPICE ? &graphics->spice : NULL;
        Json *object = json_object();

        if (!spice)
                return object;
        libxl_set_flag(object, "enable", true);
        libxl_set_number(object, "port", spice->port > 0 ? spice->port : 0);
        libxl_set_number(object, "tls_port", spice->tls_port > 0 ? spice->tls_port : 0);
        libxl_set_text(object, "host", xen_listen_address(spice->listens, spice->n_listens));
        libxl_set_flag(object, "disable_ticketing", !spice->password);
        libxl_set_text(object, "passwd", spice->password);
        if (spice->mouse != SPICE_MOUSE_DEFAULT)
                libxl_set_flag(object, "agent_mouse", spice->mouse == SPICE_MOUSE_CLIENT);
        if (spice->clipboard == YESNO_YES) {
                libxl_set_flag(object, "vdagent", true);
                libxl_set_flag(object, "clipboard_sharing", true);
        }
        return object;
}

static const char *card_of(const Domain *d)
{
        switch (d->n_videos ? d->videos[0].type : VIDEO_NONE) {
        case VIDEO_VGA:
        case VIDEO_XEN: return "std";
        case VIDEO_CIRRUS: return "cirrus";
        case VIDEO_QXL: return "qxl";
        default: return "none";
        }
}

void libxl_put_displays(const Domain *d, Json *machine)
{
        const Graphics *graphics = d->n_graphics ? &d->graphics[0] : NULL;
        Json *card = json_object();

        if (!graphics)
                libxl_set_flag(machine, "nographic", true);
        libxl_set_text(card, "kind", card_of(d));
        json_set(machine, "vga", card);
        json_set(machine, "vnc", vnc_object(graphics));
        json_set(machine, "sdl", sdl_object(graphics));
        json_set(machine, "spice", spice_object(graphics));
        if (graphics && graphics->type == GRAPHICS_VNC)
                libxl_set_text(machine, "keymap", graphics->vnc.keymap);
}

static Json *keyboard(void)
{
        Json *object = json_object();

        json_set(object, "devid", json_int(-1));
        return object;
}

static Json *framebuffer(const Graphics *graphics)
{
        Json *object = keyboard();

        json_set(object, "vnc", vnc_object(graphics));
        json_set(object, "sdl", sdl_object(graphics));
        if (graphics->type == GRAPHICS_VNC)
                libxl_set_text(object, "keymap", graphics->vnc.keymap);
        return object;
}

/* libxl numbers them itself: -1. */
int libxl_put_framebuffers(const Domain *d, Json *config, Error *err)
{
        g_autoptr(Json) framebuffers = json_array(), keyboards = json_array();

        for (size_t i = 0; i < d->n_graphics; i++) {
                GraphicsType type = d->graphics[i].type;

                if (type != GRAPHICS_VNC && type != GRAPHICS_SDL && (type != GRAPHICS_SPICE || !xen_is_hvm(d)))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "graphics type '%s' is not supported for %s guests",
                                         enum_text(GraphicsType, type), d->os.type);
                if (type == GRAPHICS_SPICE)
                        continue;
                json_append(framebuffers, framebuffer(&d->graphics[i]));
                json_append(keyboards, keyboard());
        }
        if (json_length(framebuffers) == 0)
                return 0;
        json_set(config, "vfbs", g_steal_pointer(&framebuffers));
        json_set(config, "vkbs", g_steal_pointer(&keyboards));
        return 0;
}
