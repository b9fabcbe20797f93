/* Which helper processes a guest has: those of its displays (dbus-daemon), interfaces
 * (passt), filesystems (virtiofsd) and images (nbdkit). */
#define LOG_SOURCE "qemu.helpers"
#include "helpers/helpers.h"

#include "helpers/dbus.h"
#include "guest/host_storage.h"
#include "helpers/nbdkit_run.h"
#include "helpers/passt.h"
#include "helpers/pr_helper.h"
#include "helpers/vhost_user_gpu.h"
#include "helpers/swtpm.h"
#include "helpers/virtiofsd.h"

static QemuHost places(const QemuInstance *instance, const char *lib_dir)
{
        return (QemuHost){ .conf = instance->conf,
                           .lib_dir = lib_dir,
                           .run_dir = instance->run_dir,
                           .system = instance->system,
                           .secret = host_secret };
}

QemuHost guest_places(const Guest *guest)
{
        return places(guest->instance, guest->folder);
}

static bool is_passt(const Interface *nic)
{
        return nic->type == INTERFACE_USER && nic->backend == USER_BACKEND_PASST;
}

/* One with a socket of its own is somebody else's to run. */
static bool is_virtiofsd(const Filesystem *fs)
{
        return fs->driver == FS_DRIVER_VIRTIOFS && !fs->socket;
}

void guest_helpers_name(const Guest *guest, Domain *live)
{
        for (size_t i = 0; i < live->n_filesystems; i++) {
                Filesystem *fs = &live->filesystems[i];

                if (is_virtiofsd(fs) && !fs->binary)
                        fs->binary = virtiofsd_program(guest->instance, fs);
        }
}

void guest_helpers_note(const Guest *guest, const Domain *live, GuestFacts *facts)
{
        const QemuHost host = guest_places(guest);

        facts->status.dbus_daemon = dbus_is_wanted(&host, live);
}

void guest_helpers_files(const QemuInstance *instance, const Domain *live, const char *lib_dir, GPtrArray *paths)
{
        const QemuHost host = places(instance, lib_dir);

        swtpm_files(instance, live, lib_dir, paths);
        dbus_files(&host, live, paths);
        vhost_user_gpu_files(instance, &host, live, paths);
        nbdkit_files(instance, &host, live, paths);
        for (size_t i = 0; i < live->n_interfaces; i++)
                if (is_passt(&live->interfaces[i]))
                        passt_files(&host, &live->interfaces[i], paths);
}

int guest_helpers_start(Guest *guest, const Domain *live, Error *err)
{
        QemuHost host = guest_places(guest);

        if (dbus_start(guest, &host, live, err) < 0)
                return -1;
        for (size_t i = 0; i < live->n_interfaces; i++)
                if (is_passt(&live->interfaces[i]) && passt_start(guest, &host, live, &live->interfaces[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < live->n_filesystems; i++)
                if (is_virtiofsd(&live->filesystems[i]) &&
                    virtiofsd_start(guest, &host, live, &live->filesystems[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < live->n_disks; i++)
                if (nbdkit_start(guest, &host, live, &live->disks[i], err) < 0)
                        return -1;
        return pr_helper_start(guest, live, err);
}

void guest_helpers_adopt(Guest *guest, const Domain *live)
{
        nbdkit_adopt(guest, live);
        pr_helper_adopt(guest, live);
}

void guest_helpers_stop(Guest *guest, const Domain *live, const Domain *rest)
{
        const QemuHost host = guest_places(guest);

        if (!guest->folder)
                return;
        dbus_stop(&host, live);
        for (size_t i = 0; i < live->n_interfaces; i++)
                if (is_passt(&live->interfaces[i]))
                        passt_stop(&host, &live->interfaces[i]);
        for (size_t i = 0; i < live->n_filesystems; i++)
                if (is_virtiofsd(&live->filesystems[i]))
                        virtiofsd_stop(guest, &host, &live->filesystems[i]);
        for (size_t i = 0; i < live->n_disks; i++)
                nbdkit_stop(guest, &live->disks[i]);
        vhost_user_gpu_stop(guest, &host, live);
        if (!rest || !pr_helper_wanted(rest))
                pr_helper_stop(guest, live);
}
