/* qemu-img: create and convert. */
#include "storage_commands/volume_command.h"

#include <inttypes.h>
#include <string.h>

/* An image as qemu-img sees it. */
typedef struct Image {
        const StorageVolume *volume;
        const Encryption *encryption;
        const char *secret_path;
        const char *format; /* "luks" for a raw volume that is encrypted */
        char *secret;       /* the id of its secret; NULL: none */
} Image;

static void image_clear(Image *image)
{
        g_clear_pointer(&image->secret, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Image, image_clear)

static int image_encrypt(Image *image, Error *err)
{
        const Encryption *encryption = image->encryption;

        if (!encryption)
                return 0;
        if (encryption->format != ENCRYPTION_LUKS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported volume encryption format '%s'; LUKS is",
                                 enum_text(EncryptionFormat, encryption->format));
        if (strcmp(image->format, "raw") != 0 && strcmp(image->format, "qcow2") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "volume encryption unsupported with format %s",
                                 image->format);
        if (encryption->n_secrets > 1)
                return error_set(err, VIR_ERR_XML_ERROR, "too many secrets for luks encryption");
        if (encryption->n_secrets == 0 || !image->secret_path)
                return error_set(err, VIR_ERR_XML_ERROR, "no secret provided for luks encryption");
        if (strcmp(image->format, "raw") == 0)
                image->format = "luks";
        image->secret = g_strdup_printf("%s_encrypt0", image->volume->name);
        return 0;
}

static int image_init(Image *image, const StorageVolume *volume, const char *secret_path, Error *err)
{
        VolumeFormat format = volume->target.format;

        *image = (Image){ .volume = volume, .encryption = volume->target.encryption, .secret_path = secret_path };
        if (!volume->target.path)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the volume '%s' has no path", volume->name);
        if (format == VOLUME_FORMAT_DEFAULT || format == VOLUME_FORMAT_ISO)
                format = VOLUME_FORMAT_RAW;
        if (!storage_volume_image_format(format))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown storage vol type %s",
                                 enum_text(VolumeFormat, format));
        image->format = enum_text(VolumeFormat, format);
        return image_encrypt(image, err);
}

static void add(GPtrArray *argv, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add(GPtrArray *argv, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        g_ptr_array_add(argv, g_strdup_vprintf(format, args));
        va_end(args);
}

static void add_secret(GPtrArray *argv, const Image *image)
{
        if (!image->secret)
                return;
        add(argv, "--object");
        add(argv, "secret,id=%s,file=%s", image->secret, image->secret_path);
}

static void append(GString *options, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void append(GString *options, const char *format, ...)
{
        va_list args;

        if (options->len)
                g_string_append_c(options, ',');
        va_start(args, format);
        g_string_append_vprintf(options, format, args);
        va_end(args);
}

/* In a qcow2 image they are options of its encryption. */
static void encryption_options(const Image *image, GString *options)
{
        const Encryption *e = image->encryption;
        const char *prefix = strcmp(image->format, "luks") == 0 ? "" : "encrypt.";

        if (!image->secret)
                return;
        if (*prefix)
                append(options, "encrypt.format=luks");
        append(options, "%skey-secret=%s", prefix, image->secret);
        if (e->cipher)
                append(options, "%scipher-alg=%s-%u", prefix, e->cipher, e->cipher_size);
        if (e->cipher && e->cipher_mode)
                append(options, "%scipher-mode=%s", prefix, e->cipher_mode);
        if (e->cipher && e->cipher_hash)
                append(options, "%shash-alg=%s", prefix, e->cipher_hash);
        if (e->ivgen)
                append(options, "%sivgen-alg=%s", prefix, e->ivgen);
        if (e->ivgen && e->ivgen_hash)
                append(options, "%sivgen-hash-alg=%s", prefix, e->ivgen_hash);
}

static int check_features(const VolumeTarget *target, bool qcow2, Error *err)
{
        if ((target->lazy_refcounts || target->extended_l2) && !qcow2)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "features are only supported with qcow2");
        if (target->lazy_refcounts && g_strcmp0(target->compat, "0.10") == 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "lazy_refcounts not supported with compat level %s; it takes 1.1", target->compat);
        if (target->extended_l2 && g_strcmp0(target->compat, "0.10") == 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "extended_l2 not supported with compat level %s; it takes 1.1", target->compat);
        if (target->compat && !qcow2)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "compatibility option only supported with qcow2");
        return 0;
}

/* Images that say nothing are readable by every QEMU there is. */
static void qcow2_options(const VolumeTarget *target, GString *options)
{
        append(options, "compat=%s", target->compat ? target->compat : "0.10");
        if (target->cluster_size)
                append(options, "cluster_size=%" PRIu64, target->cluster_size);
        if (target->extended_l2)
                append(options, "extended_l2=on");
        if (target->lazy_refcounts)
                append(options, "lazy_refcounts");
}

static int image_options(const Image *image, const char *backing_format, bool preallocate, GString *options, Error *err)
{
        const StorageVolume *volume = image->volume;
        const VolumeTarget *target = &volume->target;
        bool qcow2 = strcmp(image->format, "qcow2") == 0;

        if (check_features(target, qcow2, err) < 0)
                return -1;
        if (backing_format)
                append(options, "backing_fmt=%s", backing_format);
        encryption_options(image, options);
        if (preallocate && qcow2)
                append(options, "preallocation=%s",
                       volume->capacity.value > volume->allocation.value ? "metadata" : "falloc");
        if (target->nocow)
                append(options, "nocow=on");
        if (qcow2)
                qcow2_options(target, options);
        return 0;
}

static int backing_of(const Image *image, const VolumeBacking **ret, const char **ret_format, Error *err)
{
        const VolumeBacking *backing = image->volume->backing;

        if (!backing)
                return 0;
        if (strcmp(image->format, "raw") == 0 || strcmp(image->format, "luks") == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot set backing store for raw volume");
        if (!storage_volume_image_format(backing->format))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown storage vol backing store type %s",
                                 enum_text(VolumeFormat, backing->format));
        *ret = backing;
        *ret_format = enum_text(VolumeFormat, backing->format);
        return 0;
}

/* One command: an empty image, or a copy of @input. @bare: without what lies below, which a second command copies. */
static int make_image(const Image *image, const Image *input, bool preallocate, bool bare, GPtrArray *argv, Error *err)
{
        g_autoptr(GString) options = g_string_new(NULL);
        const OptUint64 *capacity = &image->volume->capacity;
        const VolumeBacking *backing = NULL;
        const char *backing_format = NULL;

        if (!bare && backing_of(image, &backing, &backing_format, err) < 0)
                return -1;
        if (image_options(image, backing_format, preallocate, options, err) < 0)
                return -1;
        add(argv, "qemu-img");
        add(argv, "%s", input ? "convert" : "create");
        add(argv, "-f");
        add(argv, "%s", input ? input->format : image->format);
        if (input) {
                add(argv, "-O");
                add(argv, "%s", image->format);
        }
        if (backing) {
                add(argv, "%s", input ? "-B" : "-b");
                add(argv, "%s", backing->path);
        }
        add_secret(argv, image);
        if (options->len) {
                add(argv, "-o");
                add(argv, "%s", options->str);
        }
        if (input)
                add(argv, "%s", input->volume->target.path);
        add(argv, "%s", image->volume->target.path);
        if (!input && capacity->set)
                add(argv, "%" PRIu64 "K", capacity->value / 1024 + (capacity->value % 1024 != 0));
        return 0;
}

static void add_image(GPtrArray *argv, const Image *image)
{
        g_autoptr(GString) options = g_string_new(NULL);

        append(options, "driver=%s", image->format);
        append(options, "file.filename=%s", image->volume->target.path);
        if (image->secret)
                append(options, "%skey-secret=%s", strcmp(image->format, "luks") == 0 ? "" : "encrypt.", image->secret);
        add(argv, "%s", options->str);
}

/* Fills an image that is there. */
static void fill_image(const Image *image, const Image *input, GPtrArray *argv)
{
        static const char *const words[] = { "qemu-img", "convert", "--image-opts", "-n", "--target-image-opts" };

        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
                add(argv, "%s", words[i]);
        add_secret(argv, image);
        add_secret(argv, input);
        add_image(argv, input);
        add_image(argv, image);
}

static void argv_destroy(void *argv)
{
        g_strfreev(argv);
}

static void finish(GPtrArray *commands, GPtrArray *argv)
{
        g_ptr_array_add(argv, NULL);
        g_ptr_array_add(commands, g_ptr_array_steal(argv, NULL));
}

GPtrArray *volume_create_commands(const StorageVolume *volume, const VolumeCommandOptions *options, Error *err)
{
        g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func(argv_destroy);
        g_autoptr(GPtrArray) make = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GPtrArray) fill = g_ptr_array_new_with_free_func(g_free);
        g_auto(Image) image = { 0 };
        g_auto(Image) input = { 0 };
        bool copies = options->input, twice;

        if (image_init(&image, volume, options->secret_path, err) < 0 ||
            (copies && image_init(&input, options->input, options->input_secret_path, err) < 0))
                return NULL;
        twice = copies && (image.secret || input.secret);
        if (make_image(&image, copies && !twice ? &input : NULL, options->preallocate_metadata, twice, make, err) < 0)
                return NULL;
        finish(commands, make);
        if (twice) {
                fill_image(&image, &input, fill);
                finish(commands, fill);
        }
        return g_steal_pointer(&commands);
}
