/* Images as QEMU opens them: for each image of a chain a node for the bytes (storage), maybe one for a part of them
 * (slice), one for what they mean (format), and what those need. Pure: a definition goes in, JSON for -blockdev and
 * blockdev-add comes out.
 *
 * Names of nodes and of the secrets they use are the source's status: given by block_name_disk() when a guest starts
 * or a disk is plugged in, or read from the status file of a guest that runs. */
#pragma once

#include "conf/domain.h"
#include "util/json.h"

/* The types of SourceStatus' lists. */
#define BLOCK_NODE_STORAGE "storage"
#define BLOCK_NODE_FORMAT  "format"
#define BLOCK_NODE_SLICE   "slice-storage"

#define BLOCK_SECRET_AUTH       "auth"
#define BLOCK_SECRET_ENCRYPTION "encryption"
#define BLOCK_SECRET_COOKIE     "httpcookie"
#define BLOCK_SECRET_TLS_KEY    "tlskey"

/* One image, seen from the disk that it belongs to. */
typedef struct BlockImage {
        const Disk *disk; /* how it is used; NULL: plainly */
        const Source *source;
        const SourceAuth *auth;       /* wherever the document has it */
        const Encryption *encryption; /* likewise */
        const BackingStore *below;    /* NULL: not said; of type none: the chain ends here */
        uint64_t metadata_cache_bytes;
        bool top;

        /* What the host adds. */
        bool host_cdrom;           /* a block device that is a CD drive */
        unsigned gluster_debug;    /* level; 0: not said */
        const char *path;          /* opened in place of the file: a set of descriptors; NULL: none */
        bool single_fd;            /* that set has one descriptor only */
        const char *nbdkit_socket; /* an nbdkit serves it here; NULL: QEMU opens it itself */
} BlockImage;

/** block_has_medium: whether there is anything to open. */
bool block_has_medium(const Source *source);
/** block_image: @source as one of the images of @disk (NULL: of none). */
BlockImage block_image(const Disk *disk, const Source *source);
/** block_chain: the images of @disk, the top first; empty: no medium. Of BlockImage; the caller unrefs. */
GPtrArray *block_chain(const Disk *disk);

/** block_name_disk: indexes from @next on, and names, for the images of @disk that have none yet. Returns the next free
 * index. */
unsigned block_name_disk(Disk *disk, unsigned next);

/** block_name_source: names for one image, "@base-storage" and so on, unless it has some. @disk: that uses it, or NULL. */
void block_name_source(const Disk *disk, Source *source, const char *base);

/** block_overlay_path: of the image that takes what a run of @domain writes to the transient @disk; NULL: @disk keeps what is
 * written to it. The caller frees. */
char *block_overlay_path(const Disk *disk, const char *domain);
/** block_has_overlay: that image is the top of @disk already. */
bool block_has_overlay(const Disk *disk, const char *domain);
/** block_put_overlay: from now on it is, with number @next. Returns the next free number. */
unsigned block_put_overlay(Disk *disk, const char *domain, unsigned next);

/** block_volume: @source, of type volume, becomes what that volume is: of @pool, with @volume_type (VIR_STORAGE_VOL_...) and
 * @path as the pool's driver says. VIR_ERR_XML_ERROR, CONFIG_UNSUPPORTED. */
struct StoragePool;
int block_volume(Source *source, const struct StoragePool *pool, int volume_type, const char *path, Error *err);

/** block_node, block_secret: of @source by type; NULL: none. Borrowed. @n: the n-th secret of that type. */
const char *block_node(const Source *source, const char *type);
const char *block_secret(const Source *source, const char *type, size_t n);
/** block_needs_slice: the part of the bytes is a node of its own. */
bool block_needs_slice(const BlockImage *image);
/** block_storage_slice: NULL: all bytes are the image's. */
const Slice *block_storage_slice(const Source *source);
/** block_encryption: what QEMU (not the storage) decrypts; NULL: nothing. */
const Encryption *block_encryption(const BlockImage *image);
/** block_format: with what nothing said means. */
ImageFormat block_format(const Source *source);
/** block_driver: QEMU's name of the format; NULL: it has none. */
const char *block_driver(const BlockImage *image);
/** block_file_node: the node that the format's node reads. Borrowed. */
const char *block_file_node(const BlockImage *image);
/** block_source_path: of a local file, device or folder; NULL: none. Borrowed. */
const char *block_source_path(const Source *source);

/** block_host: the only host of @source, its port filled in. VIR_ERR_INTERNAL_ERROR for none or several. */
int block_host(const Source *source, NetHost *ret, Error *err);
/** block_uri: "https://host:443/name?query" of a network source. NULL: VIR_ERR_INTERNAL_ERROR. The caller frees. */
char *block_uri(const Source *source, Error *err);
/** block_cookies: "a=1; b=2"; NULL: none. The caller frees. */
char *block_cookies(const NetSource *net);

/** block_storage: driver and where the bytes are; with @only_target nothing that is of this run: no secrets, names or
 * ways of input and output. VIR_ERR_CONFIG_UNSUPPORTED. The caller unrefs. */
Json *block_storage(const BlockImage *image, bool only_target, Error *err);
/** block_network: the same of a network source alone. */
Json *block_network(const BlockImage *image, bool only_target, Error *err);

/** block_storage_node, block_slice_node, block_format_node: whole, for -blockdev. */
Json *block_storage_node(const BlockImage *image, Error *err);
Json *block_slice_node(const BlockImage *image);
Json *block_format_node(const BlockImage *image, Error *err);
/** block_format_driver: the driver of the format and its options into @node. */
int block_format_driver(const BlockImage *image, Json *node, Error *err);
/** block_copy_on_read_node: on top of the chain of @disk. NULL: it has none. */
Json *block_copy_on_read_node(const Disk *disk);
/** block_top_node: what the device in front opens: the format of the top, or what copies on read above it. Borrowed;
 * NULL: no medium. */
const char *block_top_node(const Disk *disk);

/** block_backing_text: how an image names @image as the one below it. The caller frees. */
char *block_backing_text(const BlockImage *image, Error *err);

/** block_backing_json: the same as JSON, which can say all of it. The caller unrefs. */
Json *block_backing_json(const BlockImage *image, Error *err);

/* What blockdev-create is asked for, in order. A member is NULL where nothing has to be made. */
typedef struct BlockCreate {
        Json *storage;
        Json *format;
} BlockCreate;

void block_create_done(BlockCreate *create);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlockCreate, block_create_done)

/** block_create: options to create @image: a file of @physical bytes, in it a disk of @capacity bytes, above @below
 * (NULL: above nothing). VIR_ERR_OPERATION_UNSUPPORTED: QEMU cannot create that. */
int block_create(const BlockImage *image, const BlockImage *below, uint64_t capacity, uint64_t physical,
                 BlockCreate *ret, Error *err);

/* A limit of a disk: what the API and what QEMU call it, its member of DiskIoTune (uint64_t; 0: none). */
typedef enum {
        BLOCK_BYTES,
        BLOCK_IOPS,
        BLOCK_BYTES_MAX,
        BLOCK_IOPS_MAX,
        BLOCK_LIMIT_ALONE /* in no set of total, reading and writing */
} BlockLimitSet;

typedef struct BlockLimit {
        const char *name, *key;
        size_t at;
        BlockLimitSet set;
        bool total; /* of its set; others are for one direction */
} BlockLimit;

enum { BLOCK_LIMITS = 19 };
extern const BlockLimit block_limits[BLOCK_LIMITS];

uint64_t block_limit_get(const DiskIoTune *tune, const BlockLimit *limit); /* NULL: none */
void block_limit_set(DiskIoTune *tune, const BlockLimit *limit, uint64_t value);

/** block_throttle: the arguments of block_set_io_throttle for the device @qom with the limits of @tune (NULL: none);
 * @group: who shares them when @tune does not say. The caller unrefs. */
Json *block_throttle(const char *qom, const char *group, const DiskIoTune *tune);
/** block_device_path: where @disk's device is in QEMU's tree of objects. The caller frees. */
char *block_device_path(const Disk *disk);
