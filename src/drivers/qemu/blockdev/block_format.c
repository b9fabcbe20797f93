/* See blockdev.h: what the bytes mean, and how they are decrypted. */
#include "blockdev/blockdev.h"

#include <string.h>

#include "blockdev/block_json.h"

/* QEMU's names; where it has none, there is no node. */
static const char *const drivers[IMAGE_FORMAT_MAX_] = {
        [IMAGE_FORMAT_RAW] = "raw",  [IMAGE_FORMAT_BOCHS] = "bochs", [IMAGE_FORMAT_CLOOP] = "cloop",
        [IMAGE_FORMAT_DMG] = "dmg",  [IMAGE_FORMAT_VPC] = "vpc",     [IMAGE_FORMAT_VDI] = "vdi",
        [IMAGE_FORMAT_VHD] = "vhdx", [IMAGE_FORMAT_QCOW] = "qcow",   [IMAGE_FORMAT_QCOW2] = "qcow2",
        [IMAGE_FORMAT_QED] = "qed",  [IMAGE_FORMAT_VMDK] = "vmdk",   [IMAGE_FORMAT_PLOOP] = "parallels",
        [IMAGE_FORMAT_FAT] = "raw", /* a folder's storage makes the file system; it is read as it is */
};

ImageFormat block_format(const Source *source)
{
        switch (source->format) {
        case IMAGE_FORMAT_NONE:
        case IMAGE_FORMAT_ISO:
        case IMAGE_FORMAT_DIR:
        case IMAGE_FORMAT_FAT: return IMAGE_FORMAT_RAW;
        default: return source->format;
        }
}

const Encryption *block_encryption(const BlockImage *image)
{
        const Encryption *encryption = image->encryption;

        return encryption && encryption->engine != ENCRYPTION_ENGINE_LIBRBD ? encryption : NULL;
}

const char *block_driver(const BlockImage *image)
{
        const Encryption *encryption = block_encryption(image);
        ImageFormat format = block_format(image->source);

        if (format == IMAGE_FORMAT_RAW && encryption && encryption->format == ENCRYPTION_LUKS)
                return "luks";
        return drivers[format];
}

static void qcow2_options(const BlockImage *image, Json *node)
{
        const Encryption *encryption = block_encryption(image);

        if (image->disk && image->disk->discard_no_unref != SWITCH_ABSENT)
                json_set(node, "discard-no-unref", json_bool(image->disk->discard_no_unref == SWITCH_ON));
        if (encryption) {
                Json *encrypt = json_object();

                block_put(encrypt, "format", encryption->format == ENCRYPTION_LUKS ? "luks" : "aes");
                block_put(encrypt, "key-secret", block_secret(image->source, BLOCK_SECRET_ENCRYPTION, 0));
                json_set(node, "encrypt", encrypt);
        }
        if (image->metadata_cache_bytes)
                json_set(node, "cache-size", json_uint(image->metadata_cache_bytes));
}

static void raw_options(const BlockImage *image, Json *node)
{
        const Slice *slice = block_storage_slice(image->source);

        if (!slice || block_needs_slice(image))
                return;
        json_set(node, "offset", json_uint(slice->offset));
        json_set(node, "size", json_uint(slice->size));
}

int block_format_driver(const BlockImage *image, Json *node, Error *err)
{
        const char *name = block_driver(image);

        if (!name)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU cannot open images of format '%s'",
                                 enum_text(ImageFormat, image->source->format));
        block_put(node, "driver", name);
        if (strcmp(name, "luks") == 0)
                block_put(node, "key-secret", block_secret(image->source, BLOCK_SECRET_ENCRYPTION, 0));
        else if (strcmp(name, "raw") == 0)
                raw_options(image, node);
        else if (strcmp(name, "qcow2") == 0)
                qcow2_options(image, node);
        else if (strcmp(name, "qcow") == 0 && block_encryption(image)) {
                Json *encrypt = json_object();

                block_put(encrypt, "format", "aes");
                block_put(encrypt, "key-secret", block_secret(image->source, BLOCK_SECRET_ENCRYPTION, 0));
                json_set(node, "encrypt", encrypt);
        }
        return 0;
}
