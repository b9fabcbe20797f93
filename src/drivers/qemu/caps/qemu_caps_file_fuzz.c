/* The cache of capabilities: files that other daemons, or accidents, wrote. */
#include <stdint.h>

#include "caps/guest_cpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autofree char *text = g_strndup((const char *)data, size);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(QemuSummary) summary = NULL;
        g_autoptr(QemuCaps) caps = NULL;
        Cpu *cpu = NULL;

        if (qemu_summary_parse(text, size, 0, &summary, &err) == 0)
                caps = qemu_caps_from_summary(summary, &err);
        if (caps && qemu_host_model(caps, VIRT_QEMU, NULL, true, &cpu, &err) == 0)
                cpu_free(cpu);
        return 0;
}
