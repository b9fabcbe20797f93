/* Images of disks: which format, how large, what lies below. An image is a guest's to write, so it is hostile: only its
 * first bytes are read, and nothing in them is believed to be in bounds. */
#pragma once

#include "conf/disk.h"

enum {
        STORAGE_IMAGE_HEAD = 33 * 1024, /* bytes that are looked at: an ISO file system tells itself at 32 KiB */
        STORAGE_CHAIN_MAX = 200,        /* images in a chain */
};

typedef struct StorageImage {
        ImageFormat format;
        uint64_t capacity_bytes; /* as the guest sees it; 0: the header does not say */
        bool encrypted;
        char *backing;              /* what it says of the image below; NULL: there is none */
        ImageFormat backing_format; /* NONE: it does not say */
} StorageImage;

void storage_image_done(StorageImage *image);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StorageImage, storage_image_done)

/** storage_image_probe: by the magic numbers; RAW: by none. For images of our own only: what a guest wrote into a raw
 * image can look like any other. */
ImageFormat storage_image_probe(const uint8_t *head, size_t size);

/** storage_image_read: what @head, the first @size bytes of an image of @format, says. A head that is not of that format
 * tells nothing. VIR_ERR_INTERNAL_ERROR: it is broken. */
int storage_image_read(const uint8_t *head, size_t size, ImageFormat format, StorageImage *ret, Error *err);
