/* The password of a display: it never stands on a command line, QEMU gets it over the monitor. */
#include "hotplug/display_password.h"

static int set_password(Talk *talk, const char *protocol, const char *password, PasswordAction connected, Error *err)
{
        Json *arguments = json_object();

        json_set(arguments, "protocol", json_string(protocol));
        json_set(arguments, "password", json_string(password));
        if (connected != PASSWORD_ACTION_DEFAULT)
                json_set(arguments, "connected", json_string(enum_text(PasswordAction, connected)));
        return talk_call(talk, "set_password", arguments, NULL, err);
}

static int expire_password(Talk *talk, const char *protocol, const char *valid_to, Error *err)
{
        g_autofree char *zoned = valid_to ? g_strconcat(valid_to, "Z", NULL) : NULL;
        g_autoptr(GDateTime) when = zoned ? g_date_time_new_from_iso8601(zoned, NULL) : NULL;
        g_autofree char *time = NULL;
        Json *arguments;

        if (zoned && !when)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "cannot parse password validity time '%s', expect YYYY-MM-DDTHH:MM:SS", valid_to);
        time = when ? g_strdup_printf("%" G_GINT64_FORMAT, g_date_time_to_unix(when)) : g_strdup("never");
        arguments = json_object();
        json_set(arguments, "protocol", json_string(protocol));
        json_set(arguments, "time", json_string(time));
        return talk_call(talk, "expire_password", arguments, NULL, err);
}

int talk_display_password(Talk *talk, const char *protocol, const char *password, PasswordAction connected,
                          const char *valid_to, Error *err)
{
        if (set_password(talk, protocol, password, connected, err) < 0)
                return -1;
        return expire_password(talk, protocol, valid_to, err);
}

int talk_display_passwords(Talk *talk, const Domain *live, const QemuConf *conf, Error *err)
{
        for (size_t i = 0; i < live->n_graphics; i++) {
                const Graphics *graphics = &live->graphics[i];
                const VncGraphics *vnc = &graphics->vnc;
                const SpiceGraphics *spice = &graphics->spice;
                const char *vnc_password = vnc->password ? vnc->password : conf->vnc_password;
                const char *spice_password = spice->password ? spice->password : conf->spice_password;
                int r = 0;

                if (graphics->type == GRAPHICS_VNC && vnc_password)
                        r = talk_display_password(talk, "vnc", vnc_password, vnc->connected, vnc->password_valid_to,
                                                  err);
                else if (graphics->type == GRAPHICS_SPICE && spice_password)
                        r = talk_display_password(talk, "spice", spice_password, spice->connected,
                                                  spice->password_valid_to, err);
                if (r < 0)
                        return -1;
        }
        return 0;
}
