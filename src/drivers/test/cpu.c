/* Processors: names of models, and what several have in common. */
#include "test.h"

#include "cpu/cpu.h"

static int check_flags(unsigned flags, unsigned known, const char *function, Error *err)
{
        if (flags & ~known)
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x) in function %s", flags & ~known,
                                 function);
        return 0;
}

int test_cpu_model_names(virConnectPtr conn, const char *arch, char ***models, unsigned int flags, Error *err)
{
        if (check_flags(flags, 0, "testConnectGetCPUModelNames", err) < 0)
                return -1;
        return cpu_model_list(arch, models, err);
}

char *test_baseline_cpu(virConnectPtr conn, const char **xmls, unsigned int n, unsigned int flags, Error *err)
{
        const unsigned known = VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES | VIR_CONNECT_BASELINE_CPU_MIGRATABLE;

        if (check_flags(flags, known, "testConnectBaselineCPU", err) < 0)
                return NULL;
        return cpu_baseline_texts("x86_64", xmls, n, NULL, flags, err);
}
