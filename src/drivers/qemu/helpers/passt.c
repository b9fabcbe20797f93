/* See passt.h. */
#define LOG_SOURCE "qemu.passt"
#include "helpers/passt.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "util/file.h"
#include "util/log.h"

static char *pid_file(const QemuHost *host, const Interface *nic)
{
        return g_strdup_printf("%s/passt/%s-%s-passt.pid", host->run_dir, argv_short_name(host), nic->info.alias);
}

/* ADDRESS%DEVICE/ in front of the ports. */
static void add_place(GString *spec, const PortForward *forward)
{
        if (forward->address)
                g_string_append(spec, forward->address);
        if (forward->dev)
                g_string_append_printf(spec, "%%%s", forward->dev);
        if (forward->address || forward->dev)
                g_string_append_c(spec, '/');
}

static void add_range(GString *spec, const PortRange *range)
{
        if (range->exclude == YESNO_YES)
                g_string_append_c(spec, '~');
        g_string_append_printf(spec, "%u", range->start);
        if (range->end)
                g_string_append_printf(spec, "-%u", range->end);
        if (!range->to)
                return;
        g_string_append_printf(spec, ":%u", range->to);
        if (range->end)
                g_string_append_printf(spec, "-%u", range->to + range->end - range->start);
}

static void add_forward(Process *process, const PortForward *forward)
{
        g_autoptr(GString) spec = g_string_new(NULL);

        add_place(spec, forward);
        for (size_t i = 0; i < forward->n_ranges; i++) {
                if (i > 0)
                        g_string_append_c(spec, ',');
                add_range(spec, &forward->ranges[i]);
        }
        if (forward->n_ranges == 0)
                g_string_append(spec, "all");
        process_add_pair(process, forward->proto == PORT_FORWARD_UDP ? "--udp-ports" : "--tcp-ports", spec->str);
}

static void add_addresses(Process *process, const Interface *nic)
{
        for (size_t i = 0; i < nic->n_ips; i++) {
                const IpAddress *ip = &nic->ips[i];

                process_add_pair(process, "--address", ip->address);
                if (ip->prefix.set && !strchr(ip->address, ':')) {
                        process_add(process, "--netmask");
                        process_add_format(process, "%u", ip->prefix.value);
                }
        }
}

static Process *command(const QemuHost *host, const Interface *nic, const char *pid_path)
{
        Process *process = process_new("passt");
        g_autofree char *socket = argv_passt_socket(host, nic);
        g_autofree char *folder = g_path_get_dirname(socket);
        g_autofree char *name = g_path_get_basename(socket);

        process_add(process, "--one-off");
        /* By its name alone: it silently cuts off what is longer than 98 bytes, and would listen elsewhere. */
        process_chdir(process, folder);
        process_add_pair(process, "--socket", name);
        process_add_pair(process, "--pid", pid_path);
        if (nic->user.dev)
                process_add_pair(process, "--interface", nic->user.dev);
        if (nic->backend_log)
                process_add_pair(process, "--log-file", nic->backend_log);
        add_addresses(process, nic);
        for (size_t i = 0; i < nic->n_port_forwards; i++)
                add_forward(process, &nic->port_forwards[i]);
        return process;
}

/* It is never root: started by root it becomes "nobody", who must be able to make its files. */
static int own_folder(const Guest *guest, const Domain *live, const char *folder, Error *err)
{
        const struct passwd *nobody;
        DacUser user;

        if (dir_make(folder, 0755, err) < 0 || helper_user(guest->instance, live, &user, err) < 0)
                return -1;
        if (user.uid == (uid_t)-1)
                user = (DacUser){ geteuid(), getegid() };
        nobody = user.uid == 0 ? getpwnam("nobody") : NULL;
        if (nobody)
                user = (DacUser){ nobody->pw_uid, nobody->pw_gid };
        if (geteuid() == 0 && chown(folder, user.uid, user.gid) < 0)
                log_warn("cannot give %s to the user of passt: %s", folder, g_strerror(errno));
        return 0;
}

int passt_start(Guest *guest, const QemuHost *host, const Domain *live, const Interface *nic, Error *err)
{
        g_autofree char *path = pid_file(host, nic);
        g_autofree char *socket = argv_passt_socket(host, nic);
        g_autofree char *folder = g_path_get_dirname(path);
        const Helper helper = { .program = "passt", .pid_file = path };
        g_auto(HelperPlace) place = { .n = 0 };
        Process *process;
        int r;

        if (own_folder(guest, live, folder, err) < 0)
                return -1;
        process = command(host, nic, path);
        /* Whoever QEMU runs as makes the socket, so that QEMU can use it. */
        r = helper_place(guest, live, HELPER_OWN_DOMAIN, &helper, process, &place, err);
        if (r == 0)
                r = helper_run(&helper, process, err);
        if (r == 0)
                r = helper_label(guest->instance, live, socket, err);
        process_free(process);
        return r;
}

void passt_files(const QemuHost *host, const Interface *nic, GPtrArray *paths)
{
        g_ptr_array_add(paths, argv_passt_socket(host, nic));
        g_ptr_array_add(paths, pid_file(host, nic));
}

void passt_stop(const QemuHost *host, const Interface *nic)
{
        g_autofree char *path = pid_file(host, nic);
        g_autofree char *socket = argv_passt_socket(host, nic);
        const Helper helper = { .program = "passt", .pid_file = path };

        helper_stop(&helper);
        unlink(socket);
}
