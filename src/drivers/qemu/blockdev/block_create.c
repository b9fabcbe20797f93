/* See blockdev.h: what QEMU is asked for to make an image. */
#include "blockdev/blockdev.h"

#include <string.h>

#include "blockdev/block_json.h"

void block_create_done(BlockCreate *create)
{
        json_unref(create->storage);
        json_unref(create->format);
        *create = (BlockCreate){ NULL, NULL };
}

/* Storage */

static Json *create_file(const Source *source)
{
        Json *json = json_object();

        block_put(json, "driver", "file");
        block_put(json, "filename", source->file.path);
        return json;
}

/* Members of @from but its driver go into "location". */
static void move_member(const char *key, Json *value, void *opaque)
{
        if (strcmp(key, "driver") != 0)
                json_set(opaque, key, json_ref(value));
}

static bool can_create(NetProtocol protocol)
{
        switch (protocol) {
        case NET_PROTOCOL_GLUSTER:
        case NET_PROTOCOL_RBD:
        case NET_PROTOCOL_SSH:
        case NET_PROTOCOL_SHEEPDOG:
        case NET_PROTOCOL_NFS: return true;
        default: return false;
        }
}

static Json *create_network(const BlockImage *image, Error *err)
{
        g_autoptr(Json) props = block_network(image, true, err);
        Json *json, *location;

        if (!props)
                return NULL;
        json = json_object();
        location = json_object();
        block_put(json, "driver", json_get_string(props, "driver"));
        json_each(props, move_member, location);
        json_set(json, "location", location);
        return json;
}

/* NULL and no error: it is there, whatever will be written to it. */
static int create_storage(const BlockImage *image, uint64_t physical, Json **ret, Error *err)
{
        const Source *source = image->source;
        Json *json = NULL;

        if (source->type == SOURCE_FILE) {
                json = create_file(source);
        } else if (source->type == SOURCE_NETWORK && can_create(source->net.protocol)) {
                json = create_network(image, err);
                if (!json)
                        return -1;
        }
        if (json)
                json_set(json, "size", json_uint(physical));
        *ret = json;
        return 0;
}

/* Encryption */

static void cipher(const Encryption *encryption, Json *json)
{
        g_autofree char *algorithm = NULL;

        if (encryption->cipher) {
                algorithm = encryption->cipher_size
                                    ? g_strdup_printf("%s-%u", encryption->cipher, encryption->cipher_size)
                                    : g_strdup(encryption->cipher);
                block_put(json, "cipher-alg", algorithm);
        }
        block_put(json, "cipher-mode", encryption->cipher_mode);
        block_put(json, "hash-alg", encryption->cipher_hash);
        block_put(json, "ivgen-alg", encryption->ivgen);
        block_put(json, "ivgen-hash-alg", encryption->ivgen_hash);
}

static Json *luks(const BlockImage *image)
{
        Json *json = json_object();

        block_put(json, "key-secret", block_secret(image->source, BLOCK_SECRET_ENCRYPTION, 0));
        cipher(image->encryption, json);
        return json;
}

/* Formats */

/* Format drivers that can name the image below, and know how it is read. */
static int above(const BlockImage *below, Json *json, bool with_format, Error *err)
{
        g_autofree char *text = NULL;

        if (!below)
                return 0;
        text = block_backing_text(below, err);
        if (!text)
                return -1;
        block_put(json, "backing-file", text);
        if (with_format)
                block_put(json, "backing-fmt", block_driver(below));
        return 0;
}

static int create_qcow2(const BlockImage *image, const BlockImage *below, Json *json, Error *err)
{
        const Encryption *encryption = block_encryption(image);

        if (encryption && encryption->format != ENCRYPTION_LUKS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "new qcow2 images can only be encrypted by luks");
        if (above(below, json, true, err) < 0)
                return -1;
        if (encryption) {
                Json *encrypt = luks(image);

                block_put(encrypt, "format", "luks");
                json_set(json, "encrypt", encrypt);
        }
        return 0;
}

/* Which formats QEMU makes, and whether they name the image below. */
static const struct {
        const char *driver;
        bool above, with_format;
} creatable[] = {
        { "qcow", true, false },  { "qed", true, true },   { "vmdk", true, false }, { "parallels", false, false },
        { "vhdx", false, false }, { "vdi", false, false }, { "vpc", false, false },
};

static Json *new_format(const BlockImage *image, const char *driver, uint64_t capacity)
{
        Json *json = strcmp(driver, "luks") == 0 ? luks(image) : json_object();

        block_put(json, "driver", driver);
        block_put(json, "file", block_file_node(image));
        json_set(json, "size", json_uint(capacity));
        return json;
}

static int create_format(const BlockImage *image, const BlockImage *below, uint64_t capacity, Json **ret, Error *err)
{
        const char *driver = block_driver(image);
        g_autoptr(Json) json = NULL;

        *ret = NULL;
        if (driver && strcmp(driver, "raw") == 0)
                return 0;
        if (driver)
                json = new_format(image, driver, capacity);
        if (driver && strcmp(driver, "qcow2") == 0) {
                if (create_qcow2(image, below, json, err) < 0)
                        return -1;
                *ret = g_steal_pointer(&json);
                return 0;
        }
        if (driver && strcmp(driver, "luks") == 0) {
                *ret = g_steal_pointer(&json);
                return 0;
        }
        for (size_t i = 0; driver && i < G_N_ELEMENTS(creatable); i++) {
                if (strcmp(creatable[i].driver, driver) != 0)
                        continue;
                if (creatable[i].above && above(below, json, creatable[i].with_format, err) < 0)
                        return -1;
                *ret = g_steal_pointer(&json);
                return 0;
        }
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "creation of images of format '%s' is not supported",
                         enum_text(ImageFormat, image->source->format));
}

int block_create(const BlockImage *image, const BlockImage *below, uint64_t capacity, uint64_t physical,
                 BlockCreate *ret, Error *err)
{
        g_auto(BlockCreate) create = { NULL, NULL };

        if (create_storage(image, physical, &create.storage, err) < 0 ||
            create_format(image, below, capacity, &create.format, err) < 0)
                return -1;
        *ret = create;
        create = (BlockCreate){ NULL, NULL };
        return 0;
}
