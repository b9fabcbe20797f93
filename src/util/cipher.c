/* See util/cipher.h: GnuTLS does it. */
#include "util/cipher.h"

#include <string.h>

#include <glib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

char *cipher_encrypt(const uint8_t key[CIPHER_KEY], const uint8_t iv[CIPHER_BLOCK], const uint8_t *data, size_t length,
                     Error *err)
{
        const gnutls_datum_t secret = { (unsigned char *)key, CIPHER_KEY };
        const gnutls_datum_t start = { (unsigned char *)iv, CIPHER_BLOCK };
        size_t padding = CIPHER_BLOCK - length % CIPHER_BLOCK;
        g_autofree uint8_t *text = g_malloc(length + padding);
        gnutls_cipher_hd_t handle;
        char *base64 = NULL;
        int r;

        if (length)
                memcpy(text, data, length);
        memset(text + length, (int)padding, padding);
        r = gnutls_cipher_init(&handle, GNUTLS_CIPHER_AES_256_CBC, &secret, &start);
        if (r >= 0) {
                r = gnutls_cipher_encrypt(handle, text, length + padding);
                gnutls_cipher_deinit(handle);
        }
        if (r >= 0)
                base64 = g_base64_encode(text, length + padding);
        gnutls_memset(text, 0, length + padding);
        if (r < 0)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "cannot encrypt a secret: %s", gnutls_strerror(r));
        return base64;
}
