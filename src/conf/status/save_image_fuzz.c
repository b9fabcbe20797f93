/* libFuzzer: heads of saved guests. What is read is written, and read again the same. */
#include <string.h>

#include "conf/save_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(SaveImage) image = NULL;
        g_autoptr(SaveImage) again = NULL;
        g_autoptr(GByteArray) head = NULL;

        if (save_image_read((const char *)bytes, length, &image, &err) < 0)
                return 0;
        head = save_image_head(image, 0, &err);
        if (!head) /* as long as it may be, and the padding lies between the texts */
                return 0;
        g_assert_cmpint(save_image_read((const char *)head->data, head->len, &again, &err), ==, 0);
        g_assert_cmpstr(image->xml, ==, again->xml);
        g_assert_cmpstr(image->cookie, ==, again->cookie);
        g_assert_true(image->running == again->running && image->compression == again->compression &&
                      image->partial == again->partial);
        return 0;
}
