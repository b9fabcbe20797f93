/* See chain.h. */
#include "storage_images/chain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/rows.h"
#include "conf/storage_backing.h"
#include "util/auto.h"

/* Which files were met: a chain that comes back to one of them has no end. */
typedef struct Met {
        dev_t device;
        ino_t inode;
} Met;

typedef struct Walk {
        GPtrArray *images;
        GArray *met;
} Walk;

static void image_free(void *opaque)
{
        ChainImage *image = opaque;

        rows_drop(&Source_rows, &image->source);
        storage_image_done(&image->image);
        g_free(image->relative);
        g_free(image);
}

static const char *path_of(const Source *source)
{
        switch (source->type) {
        case SOURCE_FILE: return source->file.path;
        case SOURCE_BLOCK: return source->block.path;
        case SOURCE_DIR: return source->dir.path;
        default: return NULL;
        }
}

static bool meet(Walk *walk, const struct stat *st)
{
        const Met met = { st->st_dev, st->st_ino };

        for (guint i = 0; i < walk->met->len; i++) {
                const Met *other = &g_array_index(walk->met, Met, i);

                if (other->device == met.device && other->inode == met.inode)
                        return false;
        }
        g_array_append_val(walk->met, met);
        return true;
}

/* A path becomes what stands there. */
static void set_type(Source *source, mode_t mode)
{
        char *path = source->file.path;

        if (source->type != SOURCE_FILE && source->type != SOURCE_BLOCK && source->type != SOURCE_DIR)
                return;
        if (S_ISDIR(mode)) {
                source->type = SOURCE_DIR;
                source->dir.path = path;
        } else if (S_ISBLK(mode)) {
                source->type = SOURCE_BLOCK;
                source->block.path = path;
        }
}

static ssize_t read_head(int fd, uint8_t *head)
{
        size_t n = 0;

        while (n < STORAGE_IMAGE_HEAD) {
                ssize_t r = pread(fd, head + n, STORAGE_IMAGE_HEAD - n, (off_t)n);

                if (r < 0 && errno == EINTR)
                        continue;
                if (r < 0)
                        return -1;
                if (r == 0)
                        break;
                n += (size_t)r;
        }
        return (ssize_t)n;
}

/* The format nobody recorded: only of an image that ends the chain, so that a guest cannot write itself into another
 * file of the host. */
static int read_image(ChainImage *image, const char *above, const uint8_t *head, size_t size, Error *err)
{
        const char *path = path_of(&image->source);
        bool recorded = image->source.format != IMAGE_FORMAT_NONE;

        if (!recorded)
                image->source.format = storage_image_probe(head, size);
        if (storage_image_read(head, size, image->source.format, &image->image, err) < 0)
                return error_prefix(err, "'%s'", path);
        if (!recorded && image->image.backing)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "format of backing image '%s' of image '%s' was not specified in the image metadata; "
                                 "'qemu-img rebase -u -F %s' records it",
                                 path, above, enum_text(ImageFormat, image->source.format));
        return 0;
}

static int open_image(Walk *walk, ChainImage *image, const char *above, Error *err)
{
        const char *path = path_of(&image->source);
        g_autofree uint8_t *head = NULL;
        AUTO_FD int fd = -1;
        struct stat st;
        ssize_t n;

        if (stat(path, &st) < 0)
                return error_errno(err, errno, "Cannot access storage file '%s'%s%s%s", path,
                                   above ? " (the backing file of '" : "", above ? above : "", above ? "')" : "");
        if (!meet(walk, &st))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "backing store for %s is self-referential",
                                 above ? above : path);
        set_type(&image->source, st.st_mode);
        if (S_ISDIR(st.st_mode)) {
                if (image->source.format == IMAGE_FORMAT_NONE)
                        image->source.format = IMAGE_FORMAT_DIR;
                return 0;
        }
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
                return error_errno(err, errno, "Cannot access storage file '%s'", path);
        head = g_malloc(STORAGE_IMAGE_HEAD);
        n = read_head(fd, head);
        if (n < 0)
                return error_errno(err, errno, "cannot read header of '%s'", path);
        return read_image(image, above, head, (size_t)n, err);
}

/* What @above says lies below it. */
static int next_image(const ChainImage *above, ChainImage *ret, Error *err)
{
        const char *text = above->image.backing;
        const char *path = path_of(&above->source);

        if (!storage_backing_is_path(text)) {
                if (storage_backing_parse(text, &ret->source, err) < 0)
                        return -1;
        } else {
                g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;

                ret->source.type = SOURCE_FILE;
                if (*text == '/' || !folder) {
                        ret->source.file.path = g_strdup(text);
                } else {
                        ret->source.file.path = g_strdup_printf("%s/%s", folder, text);
                        ret->relative = g_strdup(text);
                }
        }
        if (ret->source.format == IMAGE_FORMAT_NONE)
                ret->source.format = above->image.backing_format;
        return 0;
}

static int walk_down(Walk *walk, Error *err)
{
        for (;;) {
                const ChainImage *above =
                        walk->images->len ? g_ptr_array_index(walk->images, walk->images->len - 1) : NULL;
                ChainImage *image;

                if (!above || !above->image.backing)
                        return 0;
                if (walk->images->len >= STORAGE_CHAIN_MAX)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "backing chain of more than %d images",
                                         STORAGE_CHAIN_MAX);
                image = g_new0(ChainImage, 1);
                g_ptr_array_add(walk->images, image);
                if (next_image(above, image, err) < 0)
                        return -1;
                /* Elsewhere: what is said must do. */
                if (!path_of(&image->source)) {
                        if (image->source.format == IMAGE_FORMAT_NONE)
                                image->source.format = IMAGE_FORMAT_RAW;
                        image->image.format = image->source.format;
                        return 0;
                }
                if (open_image(walk, image, path_of(&above->source), err) < 0)
                        return -1;
        }
}

GPtrArray *storage_chain(const Source *top, Error *err)
{
        g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func(image_free);
        g_autoptr(GArray) met = g_array_new(FALSE, FALSE, sizeof(Met));
        Walk walk = { images, met };
        ChainImage *image = g_new0(ChainImage, 1);
        struct stat st;

        g_ptr_array_add(images, image);
        rows_copy(&Source_rows, &image->source, top);
        /* Of a file that a user named, the format is not guessed: a guest wrote it. */
        if (image->source.format == IMAGE_FORMAT_NONE && path_of(top) &&
            !(stat(path_of(top), &st) == 0 && S_ISDIR(st.st_mode)))
                image->source.format = IMAGE_FORMAT_RAW;
        if (!path_of(top))
                return g_steal_pointer(&images);
        if (open_image(&walk, image, NULL, err) < 0 || walk_down(&walk, err) < 0)
                return NULL;
        return g_steal_pointer(&images);
}

static BackingStore *end_of_chain(void)
{
        BackingStore *backing = g_new0(BackingStore, 1);

        rows_init(&BackingStore_rows, backing);
        return backing;
}

BackingStore *storage_chain_backing(const GPtrArray *chain)
{
        BackingStore *top = NULL, **at = &top;

        for (guint i = 1; i < chain->len; i++) {
                const ChainImage *image = g_ptr_array_index(chain, i);

                *at = end_of_chain();
                rows_copy(&Source_rows, &(*at)->source, &image->source);
                if (image->relative) {
                        if (!(*at)->source.status)
                                (*at)->source.status = g_new0(SourceStatus, 1);
                        (*at)->source.status->relative_path = g_strdup(image->relative);
                }
                at = &(*at)->backing;
        }
        *at = end_of_chain();
        return top;
}
