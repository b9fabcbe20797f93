/* What the firmware or the kernel says of the machine: the <sysinfo> document of a host. (A guest's <sysinfo> is part of
 * the domain document.) */
#pragma once

#include "conf/document.h"
#include "conf/machine.h"

typedef struct HostSysinfo {
        SysinfoType type;
        SysinfoEntry *bios;
        size_t n_bios;
        SysinfoEntry *system;
        size_t n_system;
        SysinfoBlock *base_boards;
        size_t n_base_boards;
        SysinfoEntry *chassis;
        size_t n_chassis;
        SysinfoBlock *processors;
        size_t n_processors;
        SysinfoBlock *memory_devices;
        size_t n_memory_devices;
        SysinfoEntry *oem_strings;
        size_t n_oem_strings;
} HostSysinfo;
extern const Rows HostSysinfo_rows;

DOCUMENT_DECLARE(HostSysinfo, host_sysinfo);

/** A text in which dmidecode shows a letter that it cannot print as a dot: asks for the @number'th OEM string as it is;
 * NULL: not to be had. The caller frees. */
typedef char *(*SysinfoOemString)(unsigned number, void *opaque);

/** host_sysinfo_from_dmi: from the output of `dmidecode -q -t 0,1,2,3,4,11,17`. @oem may be NULL. */
HostSysinfo *host_sysinfo_from_dmi(const char *text, SysinfoOemString oem, void *opaque, Error *err);

/** host_sysinfo_from_kernel: for a host whose firmware has no such table: @cpuinfo is /proc/cpuinfo, @sysinfo is
 * /proc/sysinfo (of s390; NULL elsewhere), @machine the architecture. Another one is VIR_ERR_NO_SUPPORT. */
HostSysinfo *host_sysinfo_from_kernel(const char *machine, const char *cpuinfo, const char *sysinfo, Error *err);

/** host_sysinfo_read: of this host. Runs dmidecode, which needs to be root. */
HostSysinfo *host_sysinfo_read(Error *err);
