/* The head of a file that a guest of QEMU was saved to: a fixed header, the definition, perhaps a cookie, then the
 * guest's own data. Numbers are in the order of bytes of the host that wrote it. */
#pragma once

#include "conf/common.h"
#include "util/error.h"

enum { SAVE_IMAGE_VERSION = 2, SAVE_IMAGE_HEADER = 92, SAVE_IMAGE_MAX = 64 << 20 };

typedef enum COMPACT {
        SAVE_COMPRESSION_RAW,
        SAVE_COMPRESSION_GZIP,
        SAVE_COMPRESSION_BZIP2,
        SAVE_COMPRESSION_XZ,
        SAVE_COMPRESSION_LZOP,
        SAVE_COMPRESSION_MAX_
} SaveCompression;

typedef struct SaveImage {
        bool running; /* it goes on when it is restored; else it stays paused */
        bool partial; /* the writing never came to its end; such a file is no image */
        SaveCompression compression;
        uint32_t data_length; /* behind the header, with padding: where the guest's data begin */
        char *xml;
        char *cookie; /* NULL: none */
} SaveImage;

/** save_image_read: of the @length first bytes of a file. VIR_ERR_OPERATION_FAILED says what is wrong with it. */
int save_image_read(const char *bytes, size_t length, SaveImage **ret, Error *err);
/** save_image_head: the bytes before the guest's data; @padding of them beyond what the texts need, so that a larger
 * definition can take their place. NULL: the texts are longer than readers take. */
GByteArray *save_image_head(const SaveImage *image, size_t padding, Error *err);
SaveImage *save_image_free(SaveImage *image); /* returns NULL; accepts NULL */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SaveImage, save_image_free)
