/* See helper_place.h. */
#include "helpers/helper_place.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest/group.h"
#include "guest/label.h"
#include "helpers/helper_group.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/paths.h"

int helper_user(const QemuInstance *instance, const Domain *live, DacUser *ret, Error *err)
{
        const DacUser standard = { instance->uid, instance->gid };

        *ret = (DacUser){ (uid_t)-1, (gid_t)-1 };
        return !instance->system || geteuid() != 0 ? 0 : dac_process(live, standard, ret, err);
}

static int set_user(const Guest *guest, const Domain *live, Process *process, Error *err)
{
        gid_t groups[DAC_GROUPS_MAX];
        DacUser user;

        if (helper_user(guest->instance, live, &user, err) < 0)
                return -1;
        if (user.uid == (uid_t)-1)
                return 0;
        process_user(process, user.uid, user.gid, groups, dac_groups(user, groups));
        if (user.uid != 0)
                process_no_capabilities(process);
        return 0;
}

/* Of a guest that is only about to start there may be none yet: systemd-machined makes it around QEMU. */
static int join_group(Guest *guest, const Domain *live, const Helper *helper, Process *process, HelperPlace *place,
                      Error *err)
{
        g_autoptr(Cgroup) group =
                atomic_load(&guest->pid) > 0 ? guest_group_of(guest, NULL) : guest_group_find(guest->instance, live);
        g_autoptr(Cgroup) emulator = guest_group_part(group, "emulator", 0);
        int n = group ? cgroup_open_joins(group, emulator, place->fds, err) : 0;

        if (n < 0)
                return -1;
        if (!group && atomic_load(&guest->pid) == 0)
                helper_group_wait(guest, helper);
        place->n = n;
        for (int i = 0; i < n; i++)
                process_join(process, place->fds[i]);
        return 0;
}

/* Policy knows a program by its file. */
static int take_label(const Guest *guest, const Domain *live, unsigned how, Process *process, HelperPlace *place,
                      Error *err)
{
        const char *name = process_argv(process)[0];
        g_autofree char *program = g_find_program_in_path(name);
        ERROR_AUTO Error why = ERROR_INIT;
        const MacDriver *mac = NULL;
        bool is;

        if (guest_mac(guest->instance, &mac, err) < 0)
                return -1;
        is = how & HELPER_OWN_DOMAIN ? mac_exec_program(mac, live, program ? program : name, &place->exec, &why)
                                     : mac_exec(mac, live, &place->exec);
        if (error_is_set(&why))
                return error_move(err, &why);
        if (is)
                process_before(process, "take a security label", mac_exec_write, &place->exec);
        return 0;
}

int helper_place(Guest *guest, const Domain *live, unsigned how, const Helper *helper, Process *process,
                 HelperPlace *ret, Error *err)
{
        if (!(how & HELPER_OWN_USER) && set_user(guest, live, process, err) < 0)
                return -1;
        if (!(how & HELPER_TRUSTED) && take_label(guest, live, how, process, ret, err) < 0)
                return -1;
        return join_group(guest, live, helper, process, ret, err);
}

void helper_place_done(HelperPlace *place)
{
        while (place->n > 0)
                close(place->fds[--place->n]);
        mac_exec_done(&place->exec);
}

/* Files and sockets */

int helper_label(const QemuInstance *instance, const Domain *live, const char *path, Error *err)
{
        const MacDriver *mac = NULL;

        return guest_mac(instance, &mac, err) < 0 ? -1 : mac_own(mac, live, path, err);
}

int helper_give(const QemuInstance *instance, const Domain *live, const char *path, Error *err)
{
        DacUser user;

        if (helper_user(instance, live, &user, err) < 0)
                return -1;
        if (user.uid != (uid_t)-1 && lchown(path, user.uid, user.gid) < 0)
                return error_errno(err, errno, "cannot give %s to the user of QEMU", path);
        return helper_label(instance, live, path, err);
}

/* What policy lets QEMU connect to is a socket of its own label. */
int helper_listen(const QemuInstance *instance, const Domain *live, const char *path, mode_t mode, Error *err)
{
        const MacDriver *mac = NULL;
        AUTO_FD int fd = -1;

        if (guest_mac(instance, &mac, err) < 0 || mac_sockets_begin(mac, live, err) < 0)
                return -1;
        fd = unix_listen(path, mode, 1, err);
        mac_sockets_end(mac, live);
        return fd < 0 || helper_give(instance, live, path, err) < 0 ? -1 : fd_steal(&fd);
}

int helper_pair(const QemuInstance *instance, const Domain *live, int ret_ends[2], Error *err)
{
        const MacDriver *mac = NULL;
        int r;

        if (guest_mac(instance, &mac, err) < 0 || mac_sockets_begin(mac, live, err) < 0)
                return -1;
        r = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_ends);
        if (r < 0)
                error_errno(err, errno, "cannot make a pair of sockets");
        mac_sockets_end(mac, live);
        return r;
}
