/* Heads of saved guests. The bytes at known places are those of a file that libvirt 9.0 wrote. */
#include "conf/save_image.h"

#include <string.h>

/* As libvirt wrote it for a running guest with a cookie: numbers behind the magic, then zeros, then the texts. */
static GByteArray *sample(void)
{
        static const guint8 header[36] = "LibvirtQemudSave\x02\0\0\0\x20\0\0\0\x01\0\0\0\0\0\0\0\x0a\0\0";
        GByteArray *bytes = g_byte_array_new();

        g_byte_array_append(bytes, header, sizeof(header));
        g_byte_array_set_size(bytes, 92 + 32);
        memset(bytes->data + 36, 0, bytes->len - 36);
        memcpy(bytes->data + 92, "<domain/>", 10);
        memcpy(bytes->data + 102, "<cookie/>", 10);
        return bytes;
}

static void test_read(void)
{
        g_autoptr(GByteArray) bytes = sample();
        g_autoptr(SaveImage) image = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(save_image_read((const char *)bytes->data, bytes->len, &image, &err), ==, 0);
        g_assert_true(image->running);
        g_assert_false(image->partial);
        g_assert_cmpint(image->compression, ==, SAVE_COMPRESSION_RAW);
        g_assert_cmpuint(image->data_length, ==, 32);
        g_assert_cmpstr(image->xml, ==, "<domain/>");
        g_assert_cmpstr(image->cookie, ==, "<cookie/>");
}

static void test_write(void)
{
        SaveImage image = { .running = true, .xml = (char *)"<domain/>", .cookie = (char *)"<cookie/>" };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GByteArray) expected = sample();
        g_autoptr(GByteArray) bytes = save_image_head(&image, 12, &err);

        g_assert_cmpmem(bytes->data, bytes->len, expected->data, expected->len);
}

/* A host of the other order of bytes wrote it. */
static void test_swapped(void)
{
        g_autoptr(GByteArray) bytes = sample();
        g_autoptr(SaveImage) image = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        for (size_t i = 16; i < 36; i += 4) {
                guint8 number[4] = { bytes->data[i + 3], bytes->data[i + 2], bytes->data[i + 1], bytes->data[i] };

                memcpy(bytes->data + i, number, 4);
        }
        g_assert_cmpint(save_image_read((const char *)bytes->data, bytes->len, &image, &err), ==, 0);
        g_assert_cmpstr(image->cookie, ==, "<cookie/>");
}

static void refuse(size_t at, guint8 value, size_t length, const char *words)
{
        g_autoptr(GByteArray) bytes = sample();
        g_autoptr(SaveImage) image = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        bytes->data[at] = value;
        g_assert_cmpint(save_image_read((const char *)bytes->data, length, &image, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_FAILED);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void test_damaged(void)
{
        refuse(0, 'l', 124, "image magic is incorrect");
        refuse(16, 3, 124, "image version is not supported");
        refuse(20, 0, 124, "invalid header data length");
        refuse(28, 9, 124, "Invalid compressed save format 9");
        refuse(32, 32, 124, "the cookie lies behind its data");
        refuse(32, 5, 124, "the definition has no end");
        refuse(92, 0, 124, "the definition has no end or is empty");
        refuse(0, 'L', 123, "31 of 32 bytes");
        refuse(0, 'L', 91, "too short");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/save-image/read", test_read);
        g_test_add_func("/save-image/write", test_write);
        g_test_add_func("/save-image/swapped", test_swapped);
        g_test_add_func("/save-image/damaged", test_damaged);
        return g_test_run();
}
