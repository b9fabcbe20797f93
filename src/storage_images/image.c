/* See image.h: magic numbers, and which reader is whose. */
#include "storage_images/image.h"

#include <string.h>

#include "formats.h"

typedef struct Magic {
        ImageFormat format;
        size_t at;
        const char *bytes;
        size_t n;
        /* More than the magic number has to fit; NULL: nothing. */
        bool (*fits)(const uint8_t *head, size_t size);
} Magic;

#define MAGIC(format, at, text, ...)                                                                                   \
        {                                                                                                              \
                format, at, text, sizeof(text) - 1, __VA_ARGS__                                                        \
        }

static bool is_qcow1(const uint8_t *head, size_t size)
{
        return format_be32(head, size, 4) == 1;
}

static bool is_qcow2(const uint8_t *head, size_t size)
{
        uint32_t version = format_be32(head, size, 4);

        return version == 2 || version == 3;
}

static const Magic magics[] = {
        MAGIC(IMAGE_FORMAT_QCOW2, 0, "QFI\xfb", is_qcow2),
        MAGIC(IMAGE_FORMAT_QCOW, 0, "QFI\xfb", is_qcow1),
        MAGIC(IMAGE_FORMAT_QED, 0, "QED\0", NULL),
        MAGIC(IMAGE_FORMAT_VMDK, 0, "KDMV", NULL),
        MAGIC(IMAGE_FORMAT_VMDK, 0, "# Disk DescriptorFile", NULL),
        MAGIC(IMAGE_FORMAT_VHD, 0, "vhdxfile", NULL),
        MAGIC(IMAGE_FORMAT_VPC, 0, "conectix", NULL),
        MAGIC(IMAGE_FORMAT_VDI, 64, "\x7f\x10\xda\xbe", NULL),
        MAGIC(IMAGE_FORMAT_BOCHS, 0, "Bochs Virtual HD Image", NULL),
        MAGIC(IMAGE_FORMAT_CLOOP, 0, "#!/bin/sh\n#V2.0 Format\nmodprobe cloop", NULL),
        MAGIC(IMAGE_FORMAT_PLOOP, 0, "WithoutFreeSpace", NULL),
        MAGIC(IMAGE_FORMAT_PLOOP, 0, "WithouFreSpacExt", NULL),
        MAGIC(IMAGE_FORMAT_ISO, 32769, "CD001", NULL),
};

static bool matches(const Magic *magic, const uint8_t *head, size_t size)
{
        return size >= magic->at + magic->n && memcmp(head + magic->at, magic->bytes, magic->n) == 0 &&
               (!magic->fits || magic->fits(head, size));
}

ImageFormat storage_image_probe(const uint8_t *head, size_t size)
{
        for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
                if (matches(&magics[i], head, size))
                        return magics[i].format;
        return IMAGE_FORMAT_RAW;
}

static bool is_of(const uint8_t *head, size_t size, ImageFormat format)
{
        for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
                if (magics[i].format == format && matches(&magics[i], head, size))
                        return true;
        return false;
}

static int (*const readers[IMAGE_FORMAT_MAX_])(const uint8_t *head, size_t size, StorageImage *ret, Error *err) = {
        [IMAGE_FORMAT_QCOW] = format_qcow, [IMAGE_FORMAT_QCOW2] = format_qcow2, [IMAGE_FORMAT_QED] = format_qed,
        [IMAGE_FORMAT_VMDK] = format_vmdk, [IMAGE_FORMAT_VPC] = format_vpc,     [IMAGE_FORMAT_VDI] = format_vdi,
        [IMAGE_FORMAT_RAW] = format_raw,
};

void storage_image_done(StorageImage *image)
{
        g_clear_pointer(&image->backing, g_free);
}

int storage_image_read(const uint8_t *head, size_t size, ImageFormat format, StorageImage *ret, Error *err)
{
        g_auto(StorageImage) image = { .format = format };

        if (readers[format] && (format == IMAGE_FORMAT_RAW || is_of(head, size, format)) &&
            readers[format](head, size, &image, err) < 0)
                return -1;
        *ret = image;
        image.backing = NULL;
        return 0;
}
