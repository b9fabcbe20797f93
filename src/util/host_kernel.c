/* What is not in files: the kernel is asked. Apart, so that a test can say what another machine would answer. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host_files.h"
#include "util/auto.h"

char *host_machine(void)
{
        struct utsname machine;

        return g_strdup(uname(&machine) < 0 ? "unknown" : machine.machine);
}

uint64_t host_page_kib(void)
{
        return (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

unsigned host_subcore_threads(void)
{
        g_autofree char *machine = host_machine();
        AUTO_FD int fd = -1;
        int threads;

        if (!g_str_has_prefix(machine, "ppc64"))
                return 0;
        fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
        if (fd < 0)
                return 0;
        threads = ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_PPC_SMT);
        return threads > 1 ? (unsigned)threads : 0;
}
