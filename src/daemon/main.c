/* vireod: the daemon in front of the drivers. */
#include "vireo/daemon.h"

#include "launch.h"
#include "own_calls.h"

static int start(Daemon *daemon, Error *err)
{
        return driver_modules_start(daemon->paths->system, err);
}

static const DaemonProgram program = {
        .name = "vireod",
        .stem = "libvirtd",
        .socket = "libvirt",
        .summary = "vireod manages virtual machines for libvirt's clients.",
        .kind = &hypervisor_kind,
        .hypervisor = true,
        .read_config = config_read_hypervisor,
        .start = start,
        .stop = driver_modules_stop,
        .autostart = driver_modules_autostart,
        .reload = driver_modules_reload,
        .busy = driver_modules_busy,
};

int main(int argc, char **argv)
{
        return daemon_main(&program, argc, argv);
}
