/* Displays as configuration files have them: keys of their own for machines, `vfb` for paravirtual guests. */
#include "config_write.h"

#include <string.h>

static void write_vnc(const ConfigWriter *w, const VncGraphics *vnc)
{
        config_put_bool(w->out, "sdl", false);
        config_put_bool(w->out, "vnc", true);
        config_put_bool(w->out, "vncunused", !xen_vnc_has_port(vnc));
        if (xen_vnc_has_port(vnc))
                config_put_number(w->out, "vncdisplay", vnc->port - XEN_VNC_BASE_PORT);
        config_put_text(w, "vnclisten", xen_listen_address(vnc->listens, vnc->n_listens));
        config_put_text(w, "vncpasswd", vnc->password);
        config_put_text(w, "keymap", vnc->keymap);
}

static void write_sdl(const ConfigWriter *w, const SdlGraphics *sdl)
{
        config_put_bool(w->out, "sdl", true);
        config_put_bool(w->out, "vnc", false);
        config_put_text(w, "display", sdl->display);
        config_put_text(w, "xauthority", sdl->xauth);
}

static void write_vfb(const ConfigWriter *w, const Graphics *graphics)
{
        g_autoptr(GPtrArray) list = g_ptr_array_new();
        g_autoptr(GString) out = g_string_new(NULL);

        if (graphics->type == GRAPHICS_SDL) {
                g_string_append(out, "type=sdl");
                xen_put_option(out, "display", graphics->sdl.display);
                xen_put_option(out, "xauthority", graphics->sdl.xauth);
        } else {
                const VncGraphics *vnc = &graphics->vnc;

                g_string_append_printf(out, "type=vnc,vncunused=%d", !xen_vnc_has_port(vnc));
                if (xen_vnc_has_port(vnc))
                        g_string_append_printf(out, ",vncdisplay=%d", vnc->port - XEN_VNC_BASE_PORT);
                xen_put_option(out, "vnclisten", xen_listen_address(vnc->listens, vnc->n_listens));
                xen_put_option(out, "vncpasswd", vnc->password);
                xen_put_option(out, "keymap", vnc->keymap);
        }
        g_ptr_array_add(list, out->str);
        config_put_list(w->out, "vfb", list);
}

void config_write_graphics(const ConfigWriter *w)
{
        const Graphics *graphics = w->d->n_graphics ? &w->d->graphics[0] : NULL;

        if (!graphics || (graphics->type != GRAPHICS_VNC && graphics->type != GRAPHICS_SDL))
                return;
        if (!xen_is_hvm(w->d))
                write_vfb(w, graphics);
        else if (graphics->type == GRAPHICS_VNC)
                write_vnc(w, &graphics->vnc);
        else
                write_sdl(w, &graphics->sdl);
}

static void write_spice_agent(const ConfigWriter *w, const SpiceGraphics *spice)
{
        if (spice->mouse != SPICE_MOUSE_DEFAULT)
                config_put_bool(w->out, "spiceagent_mouse", spice->mouse == SPICE_MOUSE_CLIENT);
        /* Sharing is the agent's work. */
        if (spice->clipboard == YESNO_YES)
                config_put_bool(w->out, "spicevdagent", true);
        if (spice->clipboard != YESNO_ABSENT)
                config_put_bool(w->out, "spice_clipboard_sharing", spice->clipboard == YESNO_YES);
}

void xl_write_spice(const ConfigWriter *w)
{
        const Graphics *graphics = w->d->n_graphics ? &w->d->graphics[0] : NULL;
        const SpiceGraphics *spice;

        if (!graphics || graphics->type != GRAPHICS_SPICE || !xen_is_hvm(w->d))
                return;
        spice = &graphics->spice;
        config_put_bool(w->out, "sdl", false);
        config_put_bool(w->out, "vnc", false);
        config_put_bool(w->out, "spice", true);
        config_put_text(w, "spicehost", xen_listen_address(spice->listens, spice->n_listens));
        if (spice->port > 0)
                config_put_number(w->out, "spiceport", spice->port);
        if (spice->tls_port > 0)
                config_put_number(w->out, "spicetls_port", spice->tls_port);
        config_put_bool(w->out, "spicedisable_ticketing", !spice->password);
        config_put_text(w, "spicepasswd", spice->password);
        write_spice_agent(w, spice);
}
