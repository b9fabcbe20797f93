/* Encryption: NIST SP 800-38A, F.2.5 for the first block; padding by length. */
#include "util/cipher.h"

#include <string.h>

#include <glib.h>

static void test_known(void)
{
        static const uint8_t key[CIPHER_KEY] = { 0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae,
                                                 0xf0, 0x85, 0x7d, 0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61,
                                                 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4 };
        static const uint8_t iv[CIPHER_BLOCK] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
        static const uint8_t plain[CIPHER_BLOCK] = { 0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
                                                     0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a };
        static const uint8_t wanted[CIPHER_BLOCK] = { 0xf5, 0x8c, 0x4c, 0x04, 0xd6, 0xe5, 0xf1, 0xba,
                                                      0x77, 0x9e, 0xab, 0xfb, 0x5f, 0x7b, 0xfb, 0xd6 };
        g_autofree char *text = cipher_encrypt(key, iv, plain, sizeof(plain), NULL);
        g_autofree uint8_t *bytes = NULL;
        size_t n = 0;

        g_assert_nonnull(text);
        bytes = g_base64_decode(text, &n);
        g_assert_cmpuint(n, ==, 2 * CIPHER_BLOCK); /* a whole block of padding */
        g_assert_cmpint(memcmp(bytes, wanted, sizeof(wanted)), ==, 0);
}

static void test_lengths(void)
{
        static const uint8_t key[CIPHER_KEY] = { 1 }, iv[CIPHER_BLOCK] = { 2 }, data[40] = { 3 };

        for (size_t length = 0; length <= sizeof(data); length++) {
                g_autofree char *text = cipher_encrypt(key, iv, data, length, NULL);
                g_autofree uint8_t *bytes = NULL;
                size_t n = 0;

                g_assert_nonnull(text);
                bytes = g_base64_decode(text, &n);
                g_assert_cmpuint(n, ==, (length / CIPHER_BLOCK + 1) * CIPHER_BLOCK);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/cipher/known", test_known);
        g_test_add_func("/cipher/lengths", test_lengths);
        return g_test_run();
}
