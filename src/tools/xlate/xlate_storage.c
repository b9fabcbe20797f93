/* Storage: volumes in their pool. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

#include "conf/storage_backing.h"
#include "conf/storage_capabilities.h"
#include "conf/storage_volume.h"
#include "storage_images/chain.h"
#include "util/file.h"

static int run_volume(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(StoragePool) pool = NULL;
        g_autoptr(StorageVolume) volume = NULL;
        g_autofree char *xml = NULL;
        int status;

        if (argc != 3)
                return CONVERT_USAGE;
        status = xlate_read_document(&storage_pool_kind, argv[1], (void **)&pool);
        if (status == 0)
                status = xlate_read_document(&storage_volume_kind, argv[2], (void **)&volume);
        if (status)
                return status;
        if (storage_volume_join(volume, pool, 0, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = storage_volume_format(volume, 0);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_storage_volume = { "storage-volume", "POOL VOLUME", run_volume };

static int run_backing(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *xml = NULL;
        Source source = { 0 };

        if (argc != 2)
                return CONVERT_USAGE;
        if (storage_backing_parse(argv[1], &source, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = rows_document(&Source_rows, &source, "source", 0);
        fputs(xml, stdout);
        rows_drop(&Source_rows, &source);
        return 0;
}

const XlateCommand xlate_storage_backing = { "storage-backing", "TEXT", run_backing };

/* "TYPE,TYPE" or "full". */
static bool read_types(const char *list, uint64_t *ret)
{
        g_auto(GStrv) types = g_strsplit(list, ",", -1);

        *ret = 0;
        for (char **name = types; *name; name++) {
                int type = enum_value(PoolType, POOL_TYPE, *name);

                if (strcmp(*name, "full") == 0)
                        *ret = UINT64_MAX;
                else if (type > 0)
                        *ret |= UINT64_C(1) << type;
                else
                        return false;
        }
        return true;
}

static int run_capabilities(int argc, char **argv)
{
        g_autoptr(StorageCapabilities) capabilities = NULL;
        g_autofree char *xml = NULL;
        uint64_t supported;

        if (argc != 2 || !read_types(argv[1], &supported))
                return CONVERT_USAGE;
        capabilities = storage_capabilities_make(supported);
        xml = storage_capabilities_format(capabilities, 0);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_storage_capabilities = { "storage-capabilities", "TYPE,TYPE...|full", run_capabilities };

/* The chain of an image, as its files tell it. */
static const char *place_of(const Source *source)
{
        switch (source->type) {
        case SOURCE_FILE: return source->file.path;
        case SOURCE_BLOCK: return source->block.path;
        case SOURCE_DIR: return source->dir.path;
        case SOURCE_NETWORK: return source->net.name;
        default: return NULL;
        }
}

static void print_image(const ChainImage *image)
{
        const Source *source = &image->source;
        const StorageImage *says = &image->image;
        bool network = source->type == SOURCE_NETWORK;
        const char *format = enum_text(ImageFormat, says->backing_format);

        printf("path:%s\n", place_of(source) ? place_of(source) : "<null>");
        printf("backingStoreRaw: %s\n", says->backing ? says->backing : "<null>");
        printf("backingStoreRawFormat: %s(%d)\n",
               says->backing_format ? format
               : says->backing      ? "auto"
                                    : "none",
               says->backing_format || !says->backing ? (int)says->backing_format : -1);
        printf("capacity: %llu\n", (unsigned long long)says->capacity_bytes);
        printf("encryption: %d\n", says->encrypted);
        printf("relPath:%s\n", image->relative ? image->relative : "<null>");
        printf("type:%s\n", enum_text(SourceType, source->type));
        printf("format:%s\n", enum_text(ImageFormat, source->format));
        printf("protocol:%s\n", network ? enum_text(NetProtocol, source->net.protocol) : "none");
        printf("hostname:%s\n", network && source->net.n_hosts ? source->net.hosts[0].name : "<null>");
}

static int run_chain(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GPtrArray) chain = NULL;
        Source source = { .type = SOURCE_FILE };

        if (argc != 4)
                return CONVERT_USAGE;
        source.format = (ImageFormat)MAX(enum_value(ImageFormat, IMAGE_FORMAT, argv[3]), 0);
        source.file.path = g_strdup_printf("%s/%s", argv[1], argv[2]);
        chain = storage_chain(&source, &err);
        rows_drop(&Source_rows, &source);
        if (!chain)
                return xlate_fail(&err, CONVERT_FAILED);
        for (guint i = 0; i < chain->len; i++) {
                if (i)
                        puts("");
                print_image(g_ptr_array_index(chain, i));
        }
        return 0;
}

const XlateCommand xlate_storage_chain = { "storage-chain", "FOLDER PATH FORMAT", run_chain };
