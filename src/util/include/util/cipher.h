/* The one cipher that we use: AES with 256 bits, chained blocks, padded as PKCS #7 says. QEMU takes secrets in it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

enum { CIPHER_KEY = 32, CIPHER_BLOCK = 16 };

/** cipher_encrypt: @length bytes at @data, the result as base64. VIR_ERR_INTERNAL_ERROR. The caller frees. */
char *cipher_encrypt(const uint8_t key[CIPHER_KEY], const uint8_t iv[CIPHER_BLOCK], const uint8_t *data, size_t length,
                     Error *err);
