/* See dbus.h. */
#define LOG_SOURCE "qemu.dbus"
#include "helpers/dbus.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "util/file.h"

bool dbus_is_wanted(const QemuHost *host, const Domain *live)
{
        g_autofree char *address = argv_dbus_address(host);

        for (size_t i = 0; i < live->n_graphics; i++)
                if (live->graphics[i].type == GRAPHICS_DBUS && g_strcmp0(live->graphics[i].dbus.address, address) == 0)
                        return true;
        return false;
}

static char *file_of(const QemuHost *host, const char *suffix)
{
        return g_strdup_printf("%s/dbus/%s-dbus.%s", host->run_dir, argv_short_name(host), suffix);
}

/* Whoever may open the socket may speak: its folder is QEMU's user's. */
static char *configuration(const QemuHost *host, const char *pid_file)
{
        g_autofree char *address = argv_dbus_address(host);

        return g_markup_printf_escaped("<busconfig>\n"
                                       "  <type>org.libvirt.qemu</type>\n"
                                       "  <listen>%s</listen>\n"
                                       "  <auth>EXTERNAL</auth>\n"
                                       "  <pidfile>%s</pidfile>\n"
                                       "  <policy context='default'>\n"
                                       "    <allow user='root'/>\n"
                                       "    <allow own='*'/>\n"
                                       "    <allow send_destination='*' eavesdrop='true'/>\n"
                                       "    <allow eavesdrop='true'/>\n"
                                       "  </policy>\n"
                                       "</busconfig>\n",
                                       address, pid_file);
}

/* All guests have the one folder: it has no guest's label. */
static int make_folder(const QemuInstance *instance, const Domain *live, const char *folder, Error *err)
{
        DacUser user;

        if (dir_make(folder, 0770, err) < 0 || helper_user(instance, live, &user, err) < 0)
                return -1;
        if (user.uid != (uid_t)-1 && chown(folder, user.uid, user.gid) < 0)
                return error_errno(err, errno, "cannot give %s to the user of QEMU", folder);
        return 0;
}

static int make_files(const QemuInstance *instance, const QemuHost *host, const Domain *live, const char *pid_file,
                      Error *err)
{
        g_autofree char *folder = g_path_get_dirname(pid_file);
        g_autofree char *path = file_of(host, "conf");
        g_autofree char *socket = file_of(host, "sock");
        g_autofree char *text = configuration(host, pid_file);

        if (make_folder(instance, live, folder, err) < 0)
                return -1;
        unlink(socket); /* of a run that nobody cleaned up after */
        if (file_replace(path, text, strlen(text), 0644, err) < 0)
                return -1;
        return helper_label(instance, live, path, err);
}

void dbus_files(const QemuHost *host, const Domain *live, GPtrArray *paths)
{
        static const char *const suffixes[] = { "sock", "conf", "pid" };

        for (size_t i = 0; dbus_is_wanted(host, live) && i < G_N_ELEMENTS(suffixes); i++)
                g_ptr_array_add(paths, file_of(host, suffixes[i]));
}

int dbus_start(Guest *guest, const QemuHost *host, const Domain *live, Error *err)
{
        const QemuInstance *instance = guest->instance;
        const char *program = host->conf->dbus_daemon && host->conf->dbus_daemon[0] ? host->conf->dbus_daemon
                                                                                    : "/usr/bin/dbus-daemon";
        g_autofree char *pid_file = file_of(host, "pid");
        g_autofree char *path = file_of(host, "conf");
        g_autofree char *socket = file_of(host, "sock");
        const Helper helper = { .program = "dbus-daemon", .pid_file = pid_file };
        g_auto(HelperPlace) place = { .n = 0 };
        Process *process;
        int r;

        if (!dbus_is_wanted(host, live))
                return 0;
        if (access(program, X_OK) < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "'%s' for the guest's D-Bus display cannot be run: %s", program, g_strerror(errno));
        if (make_files(instance, host, live, pid_file, err) < 0)
                return -1;
        process = process_new(program);
        process_add_pair(process, "--config-file", path);
        process_add(process, "--fork");
        r = helper_place(guest, live, 0, &helper, process, &place, err);
        if (r == 0)
                r = helper_run(&helper, process, err);
        if (r == 0)
                r = helper_label(instance, live, socket, err);
        process_free(process);
        return r;
}

void dbus_stop(const QemuHost *host, const Domain *live)
{
        static const char *const suffixes[] = { "sock", "conf" };
        g_autofree char *pid_file = file_of(host, "pid");
        const Helper helper = { .program = "dbus-daemon", .pid_file = pid_file };

        if (!dbus_is_wanted(host, live))
                return;
        helper_stop(&helper);
        for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
                g_autofree char *path = file_of(host, suffixes[i]);

                unlink(path);
        }
}
