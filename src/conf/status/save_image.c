/* The head of a saved guest: reading and writing it. */
#include "conf/save_image.h"

#include <string.h>

static const char magic_done[] = "LibvirtQemudSave";
static const char magic_partial[] = "LibvirtQemudPart";

enum {
        MAGIC = 16,
        /* The numbers behind it. Those that follow are not used yet. */
        AT_VERSION = 16,
        AT_LENGTH = 20,
        AT_RUNNING = 24,
        AT_COMPRESSION = 28,
        AT_COOKIE = 32, /* from the end of the header; 0: there is none */
};

static uint32_t number_at(const char *bytes, size_t at, bool swapped)
{
        uint32_t value;

        memcpy(&value, bytes + at, sizeof(value));
        return swapped ? GUINT32_SWAP_LE_BE(value) : value;
}

static int broken(Error *err, const char *what)
{
        return error_set(err, VIR_ERR_OPERATION_FAILED, "save image is damaged: %s", what);
}

/* The text that ends before @end, NULL byte included. */
static char *text_at(const char *bytes, size_t begin, size_t end)
{
        return memchr(bytes + begin, '\0', end - begin) ? g_strdup(bytes + begin) : NULL;
}

static int read_texts(const char *bytes, uint32_t cookie, SaveImage *image, Error *err)
{
        size_t end = SAVE_IMAGE_HEADER + (size_t)image->data_length;

        if (cookie >= image->data_length)
                return broken(err, "the cookie lies behind its data");
        image->xml = text_at(bytes, SAVE_IMAGE_HEADER, cookie ? SAVE_IMAGE_HEADER + (size_t)cookie : end);
        if (!image->xml || !*image->xml)
                return broken(err, "the definition has no end or is empty");
        if (cookie)
                image->cookie = text_at(bytes, SAVE_IMAGE_HEADER + (size_t)cookie, end);
        return cookie && !image->cookie ? broken(err, "the cookie has no end") : 0;
}

static int read_header(const char *bytes, size_t length, SaveImage *image, uint32_t *ret_cookie, Error *err)
{
        bool swapped;
        uint32_t version, compression;

        if (length < SAVE_IMAGE_HEADER)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "failed to read qemu header: the file is too short");
        image->partial = memcmp(bytes, magic_partial, MAGIC) == 0;
        if (!image->partial && memcmp(bytes, magic_done, MAGIC) != 0)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "image magic is incorrect");
        swapped = number_at(bytes, AT_VERSION, false) > SAVE_IMAGE_VERSION;
        version = number_at(bytes, AT_VERSION, swapped);
        if (version > SAVE_IMAGE_VERSION)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "image version is not supported (%u > %u)", version,
                                 SAVE_IMAGE_VERSION);
        compression = number_at(bytes, AT_COMPRESSION, swapped);
        if (compression >= SAVE_COMPRESSION_MAX_)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "Invalid compressed save format %u", compression);
        image->compression = (SaveCompression)compression;
        image->running = number_at(bytes, AT_RUNNING, swapped) != 0;
        image->data_length = number_at(bytes, AT_LENGTH, swapped);
        *ret_cookie = number_at(bytes, AT_COOKIE, swapped);
        return 0;
}

int save_image_read(const char *bytes, size_t length, SaveImage **ret, Error *err)
{
        g_autoptr(SaveImage) image = g_new0(SaveImage, 1);
        uint32_t cookie = 0;

        if (read_header(bytes, length, image, &cookie, err) < 0)
                return -1;
        if (image->data_length == 0 || image->data_length > SAVE_IMAGE_MAX)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "invalid header data length: %u", image->data_length);
        if (image->data_length > length - SAVE_IMAGE_HEADER)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "failed to read domain XML: %zu of %u bytes are there",
                                 length - SAVE_IMAGE_HEADER, image->data_length);
        if (read_texts(bytes, cookie, image, err) < 0)
                return -1;
        *ret = g_steal_pointer(&image);
        return 0;
}

static void append_number(GByteArray *out, size_t value)
{
        uint32_t number = (uint32_t)value;

        g_byte_array_append(out, (const guint8 *)&number, sizeof(number));
}

GByteArray *save_image_head(const SaveImage *image, size_t padding, Error *err)
{
        size_t xml = strlen(image->xml) + 1;
        size_t cookie = image->cookie ? strlen(image->cookie) + 1 : 0;
        size_t used;
        GByteArray *out;

        if (xml > SAVE_IMAGE_MAX || cookie > SAVE_IMAGE_MAX || padding > SAVE_IMAGE_MAX ||
            xml + cookie + padding > SAVE_IMAGE_MAX)
                return error_null(err, VIR_ERR_OPERATION_FAILED, "the definition is too long for a save image");
        out = g_byte_array_new();
        g_byte_array_append(out, (const guint8 *)(image->partial ? magic_partial : magic_done), MAGIC);
        append_number(out, SAVE_IMAGE_VERSION);
        append_number(out, xml + cookie + padding);
        append_number(out, image->running);
        append_number(out, image->compression);
        append_number(out, cookie ? xml : 0);
        g_byte_array_set_size(out, (guint)(SAVE_IMAGE_HEADER + xml + cookie + padding));
        used = AT_COOKIE + sizeof(uint32_t);
        memset(out->data + used, 0, out->len - used);
        memcpy(out->data + SAVE_IMAGE_HEADER, image->xml, xml);
        if (cookie)
                memcpy(out->data + SAVE_IMAGE_HEADER + xml, image->cookie, cookie);
        return out;
}

SaveImage *save_image_free(SaveImage *image)
{
        if (!image)
                return NULL;
        g_free(image->xml);
        g_free(image->cookie);
        g_free(image);
        return NULL;
}
