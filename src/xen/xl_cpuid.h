/* cpuid= of xl.cfg. */
#pragma once

#include "conf/cpu.h"

/** xl_cpu_is_nested: whether the guest may run guests of its own: vmx and svm are not taken away. */
bool xl_cpu_is_nested(const Cpu *cpu);
/** xl_feature_is_nesting: vmx and svm are said by nestedhvm. */
bool xl_feature_is_nesting(const CpuFeature *feature);
bool xl_feature_is_off(const CpuFeature *feature);
/** xl_cpuid_write: NULL where there is nothing to say; the caller frees. */
char *xl_cpuid_write(const Cpu *cpu);
