/* See formats.h. Layouts: QEMU's docs/interop (qcow2, qed), VMware's and Microsoft's descriptions, by offset. */
#include "formats.h"

#include <string.h>

#include "conf/storage_backing.h"

static uint64_t number(const uint8_t *head, size_t size, size_t at, size_t n, bool big)
{
        uint64_t value = 0;

        if (at > size || size - at < n)
                return 0;
        for (size_t i = 0; i < n; i++)
                value = value << 8 | head[at + (big ? i : n - 1 - i)];
        return value;
}

uint32_t format_be32(const uint8_t *head, size_t size, size_t at)
{
        return (uint32_t)number(head, size, at, 4, true);
}

static uint64_t format_be64(const uint8_t *head, size_t size, size_t at)
{
        return number(head, size, at, 8, true);
}

static uint32_t format_le32(const uint8_t *head, size_t size, size_t at)
{
        return (uint32_t)number(head, size, at, 4, false);
}

static uint64_t format_le64(const uint8_t *head, size_t size, size_t at)
{
        return number(head, size, at, 8, false);
}

/* The name of the image below: @length bytes at @at. 0 for either: there is none. */
static int take_name(const uint8_t *head, size_t size, uint64_t at, uint64_t length, char **ret, Error *err)
{
        if (at == 0 || length == 0)
                return 0;
        if (length > STORAGE_BACKING_MAX || at > size || size - at < length)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "the image's header is broken: the name of its backing file lies outside of it");
        if (memchr(head + at, '\0', (size_t)length))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "the image's header is broken: the name of its backing file has a zero byte");
        *ret = g_strndup((const char *)head + at, (size_t)length);
        return 0;
}

/* qcow, qcow2: magic, version, offset and length of the name below */

enum { QCOW_NAME_AT = 8, QCOW_NAME_LENGTH = 16 };

int format_qcow(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        enum { SIZE_AT = 24, CRYPT_AT = 36 };

        ret->capacity_bytes = format_be64(head, size, SIZE_AT);
        ret->encrypted = format_be32(head, size, CRYPT_AT) != 0;
        return take_name(head, size, format_be64(head, size, QCOW_NAME_AT), format_be32(head, size, QCOW_NAME_LENGTH),
                         &ret->backing, err);
}

/* QEMU takes a driver of storage for a format too: the bytes as they are. NONE: no such format. */
static ImageFormat named_format(const char *name)
{
        static const char *const storage[] = { "file", "host_device", "host_cdrom", "nvme", "vvfat" };
        int format = enum_value(ImageFormat, IMAGE_FORMAT, name);

        if (strcmp(name, "vhdx") == 0)
                return IMAGE_FORMAT_VHD;
        if (strcmp(name, "parallels") == 0)
                return IMAGE_FORMAT_PLOOP;
        for (size_t i = 0; i < G_N_ELEMENTS(storage); i++)
                if (strcmp(name, storage[i]) == 0)
                        return IMAGE_FORMAT_RAW;
        if (enum_value(NetProtocol, NET_PROTOCOL, name) > 0)
                return IMAGE_FORMAT_RAW;
        return format > 0 ? (ImageFormat)format : IMAGE_FORMAT_NONE;
}

/* Extensions follow the header, each with type and length, padded to 8 bytes; the name stands behind them. */
static void qcow2_extensions(const uint8_t *head, size_t size, StorageImage *ret)
{
        enum { VERSION_AT = 4, LENGTH_AT = 100, OLD_LENGTH = 72, BACKING_FORMAT = 0xe2792aca };
        size_t at = format_be32(head, size, VERSION_AT) >= 3 ? format_be32(head, size, LENGTH_AT) : OLD_LENGTH;
        uint64_t end = MIN((uint64_t)size, format_be64(head, size, QCOW_NAME_AT));

        while (at + 8 <= end) {
                uint32_t type = format_be32(head, size, at);
                uint32_t length = format_be32(head, size, at + 4);

                at += 8;
                if (type == 0 || length > end - at)
                        return;
                if (type == BACKING_FORMAT) {
                        g_autofree char *name = g_strndup((const char *)head + at, length);

                        ret->backing_format = named_format(name);
                }
                at += ((size_t)length + 7) & ~(size_t)7;
        }
}

int format_qcow2(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        enum { SIZE_AT = 24, CRYPT_AT = 32 };

        ret->capacity_bytes = format_be64(head, size, SIZE_AT);
        ret->encrypted = format_be32(head, size, CRYPT_AT) != 0;
        if (take_name(head, size, format_be64(head, size, QCOW_NAME_AT), format_be32(head, size, QCOW_NAME_LENGTH),
                      &ret->backing, err) < 0)
                return -1;
        if (ret->backing)
                qcow2_extensions(head, size, ret);
        return 0;
}

int format_qed(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        enum { FEATURES_AT = 16, SIZE_AT = 48, NAME_AT = 56, NAME_LENGTH = 60, HAS_BACKING = 1, IS_RAW = 4 };
        uint64_t features = format_le64(head, size, FEATURES_AT);

        ret->capacity_bytes = format_le64(head, size, SIZE_AT);
        if (!(features & HAS_BACKING))
                return 0;
        if (features & IS_RAW)
                ret->backing_format = IMAGE_FORMAT_RAW;
        return take_name(head, size, format_le32(head, size, NAME_AT), format_le32(head, size, NAME_LENGTH),
                         &ret->backing, err);
}

/* The descriptor is a text, in a file of its own or behind the first sector. */
int format_vmdk(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        enum { SECTOR = 512, CAPACITY_AT = 12, DESCRIPTOR_MAX = 20 * SECTOR };
        static const char none[] = "parentCID=ffffffff", hint[] = "parentFileNameHint=\"";
        bool sparse = memcmp(head, "KDMV", 4) == 0;
        size_t at = sparse ? SECTOR : 0;
        g_autofree char *text = NULL;
        const char *name, *end;

        if (sparse && format_le64(head, size, CAPACITY_AT) <= UINT64_MAX / SECTOR)
                ret->capacity_bytes = format_le64(head, size, CAPACITY_AT) * SECTOR;
        if (at >= size)
                return 0;
        text = g_strndup((const char *)head + at, MIN(size - at, (size_t)DESCRIPTOR_MAX));
        name = strstr(text, hint);
        if (!name || strstr(text, none))
                return 0;
        name += sizeof(hint) - 1;
        end = strchr(name, '"');
        if (!end)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "the image's header is broken: the name of its parent has no end");
        if (end == name)
                return 0;
        ret->backing = g_strndup(name, (size_t)(end - name));
        ret->backing_format = IMAGE_FORMAT_VMDK; /* it has no other parents */
        return 0;
}

int format_vpc(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        enum { SIZE_AT = 48 };

        ret->capacity_bytes = format_be64(head, size, SIZE_AT);
        return 0;
}

int format_vdi(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        enum { SIZE_AT = 368 };

        ret->capacity_bytes = format_le64(head, size, SIZE_AT);
        return 0;
}

/* LUKS is raw to us, but not to who has no key. */
int format_raw(const uint8_t *head, size_t size, StorageImage *ret, Error *err)
{
        static const uint8_t luks[] = { 'L', 'U', 'K', 'S', 0xba, 0xbe };

        ret->encrypted = size >= sizeof(luks) && memcmp(head, luks, sizeof(luks)) == 0;
        return 0;
}
