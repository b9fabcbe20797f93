/* What a binary says of itself, from a file: recordings and the cache on disk. */
#include <stdint.h>

#include "caps/caps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autofree char *text = g_strndup((const char *)data, size);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) answers = qemu_answers_of_recording(text, size, &err);
        QemuCaps *caps = answers ? qemu_caps_from_answers("/bin/qemu", answers, &err) : NULL;

        qemu_caps_unref(caps);
        return 0;
}
