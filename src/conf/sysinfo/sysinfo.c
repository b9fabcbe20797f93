/* The <sysinfo> document of a host: the rows. */
#include "conf/sysinfo.h"

/* A row is a line. */
/* clang-format off */

ROWS(HostSysinfo,
     ROW_ENUM("@type",            HostSysinfo, type, SysinfoType, .flags = ROW_REQUIRED),
     ROW_LIST("bios/entry",       HostSysinfo, bios, SysinfoEntry),
     ROW_LIST("system/entry",     HostSysinfo, system, SysinfoEntry),
     ROW_LIST("baseBoard",        HostSysinfo, base_boards, SysinfoBlock),
     ROW_LIST("chassis/entry",    HostSysinfo, chassis, SysinfoEntry),
     ROW_LIST("processor",        HostSysinfo, processors, SysinfoBlock),
     ROW_LIST("memory_device",    HostSysinfo, memory_devices, SysinfoBlock),
     ROW_LIST("oemStrings/entry", HostSysinfo, oem_strings, SysinfoEntry));

/* clang-format on */

DOCUMENT_DEFINE(HostSysinfo, host_sysinfo, "sysinfo", "sysinfo");
