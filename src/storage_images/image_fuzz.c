/* libFuzzer: whatever the first bytes of an image may be, read as what they look like and as every other format. */
#include "storage_images/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        ImageFormat looks = storage_image_probe(data, size);

        for (int format = 0; format < IMAGE_FORMAT_MAX_; format++) {
                g_auto(StorageImage) image = { 0 };

                if (storage_image_read(data, size, (ImageFormat)format, &image, NULL) == 0 && image.backing &&
                    format != (int)looks && looks == IMAGE_FORMAT_RAW)
                        __builtin_trap(); /* a raw image has nothing below it */
        }
        return 0;
}
