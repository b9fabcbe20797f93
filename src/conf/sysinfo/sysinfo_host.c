/* The <sysinfo> of this host. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_SYSINFO
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "conf/sysinfo.h"
#include "util/file.h"
#include "util/process.h"

enum { PROC_MAX = 16 << 20, DMIDECODE_MS = 10000 };

/* The output of dmidecode with the two arguments. */
static char *run_dmidecode(const char *option, const char *value, Error *err)
{
        Process *process = process_new("dmidecode");
        char *text = NULL;

        process_add(process, "-q");
        process_add_pair(process, option, value);
        if (process_run(process, DMIDECODE_MS, &text, NULL, NULL, err) < 0)
                g_clear_pointer(&text, g_free);
        process_free(process);
        return text;
}

static char *exact_oem_string(unsigned number, void *opaque)
{
        g_autofree char *argument = g_strdup_printf("%u", number);
        char *text = run_dmidecode("--oem-string", argument, NULL);

        (void)opaque;
        return text ? g_strchomp(text) : NULL;
}

static HostSysinfo *from_firmware(Error *err)
{
        g_autofree char *text = run_dmidecode("-t", "0,1,2,3,4,11,17", err);

        return text ? host_sysinfo_from_dmi(text, exact_oem_string, NULL, err) : NULL;
}

static HostSysinfo *from_kernel(const char *machine, Error *err)
{
        g_autofree char *cpuinfo = NULL;
        g_autofree char *sysinfo = NULL;

        if (file_read("/proc/cpuinfo", PROC_MAX, &cpuinfo, NULL, err) < 0)
                return NULL;
        (void)!file_read("/proc/sysinfo", PROC_MAX, &sysinfo, NULL, NULL); /* of s390 only */
        return host_sysinfo_from_kernel(machine, cpuinfo, sysinfo, err);
}

HostSysinfo *host_sysinfo_read(Error *err)
{
        struct utsname name;
        HostSysinfo *sysinfo;

        if (uname(&name) < 0)
                return error_errno(err, errno, "cannot ask for the kind of this machine"), NULL;
        if (g_str_has_prefix(name.machine, "ppc") || g_str_has_prefix(name.machine, "s390"))
                return from_kernel(name.machine, err);
        if (!g_str_has_prefix(name.machine, "arm") && !g_str_has_prefix(name.machine, "aarch64"))
                return from_firmware(err);
        sysinfo = from_firmware(NULL); /* servers have the table, small boards do not */
        return sysinfo ? sysinfo : from_kernel(name.machine, err);
}
