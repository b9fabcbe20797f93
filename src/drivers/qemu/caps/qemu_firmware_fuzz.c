/* Firmware descriptors are files of packages and of administrators. */
#include <stdint.h>

#include "caps/firmware.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autoptr(Json) json = json_parse((const char *)data, size, NULL);
        Firmware *firmware = json ? firmware_parse(json, NULL) : NULL;

        if (firmware)
                firmware_runs_on(firmware, "x86_64", "pc-q35-8.2");
        firmware_free(firmware);
        return 0;
}
