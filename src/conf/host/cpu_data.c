/* CpuData: the rows. And the documents of one processor. */
#include "conf/cpu_data.h"

/* A row is a line. */
/* clang-format off */

ROWS(CpuidAnswer,
     ROW_HEX("@eax_in", CpuidAnswer, leaf, 8, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_HEX("@ecx_in", CpuidAnswer, subleaf, 8, .flags = ROW_ALWAYS),
     ROW_HEX("@eax",    CpuidAnswer, eax, 8, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_HEX("@ebx",    CpuidAnswer, ebx, 8, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_HEX("@ecx",    CpuidAnswer, ecx, 8, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_HEX("@edx",    CpuidAnswer, edx, 8, .flags = ROW_ALWAYS | ROW_REQUIRED));

ROWS(CpuRegister,
     ROW_HEX("@index", CpuRegister, index, 1, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_HEX("@edx",   CpuRegister, edx, 8, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_HEX("@eax",   CpuRegister, eax, 8, .flags = ROW_ALWAYS | ROW_REQUIRED));

ROWS(CpuData,
     ROW_STRING("@arch",        CpuData, arch, .flags = ROW_REQUIRED),
     ROW_LIST("cpuid",          CpuData, answers, CpuidAnswer),
     ROW_LIST("msr",            CpuData, registers, CpuRegister),
     ROW_OPT_HEX("pvr/@value",  CpuData, pvr, 8));

/* clang-format on */

DOCUMENT_DEFINE(Cpu, cpu, "cpu", "cpu");
DOCUMENT_DEFINE(HostProcessor, host_processor, "host-cpu", "cpu", .mark = "arch");
DOCUMENT_DEFINE(CpuData, cpu_data, "cpu-data", "cpudata");
