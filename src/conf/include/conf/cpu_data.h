/* What a processor says of itself: the answers of CPUID and of model-specific registers, or its version register. And
 * the processor as a document of its own, of a guest and of a host. */
#pragma once

#include "conf/capabilities.h"
#include "conf/cpu.h"
#include "conf/document.h"

typedef struct CpuidAnswer {
        unsigned leaf, subleaf; /* EAX and ECX in */
        unsigned eax, ebx, ecx, edx;
} CpuidAnswer;
extern const Rows CpuidAnswer_rows;

typedef struct CpuRegister {
        unsigned index;
        unsigned edx, eax; /* high and low half */
} CpuRegister;
extern const Rows CpuRegister_rows;

typedef struct CpuData {
        char *arch; /* "x86", "ppc64" */
        CpuidAnswer *answers;
        size_t n_answers;
        CpuRegister *registers;
        size_t n_registers;
        OptUint pvr;
} CpuData;
extern const Rows CpuData_rows;

DOCUMENT_DECLARE(Cpu, cpu);
DOCUMENT_DECLARE(HostProcessor, host_processor);
DOCUMENT_DECLARE(CpuData, cpu_data);
