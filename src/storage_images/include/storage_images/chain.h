/* The chain of images below a disk's, as the images themselves tell it. */
#pragma once

#include "storage_images/image.h"

/* One image, from the top. */
typedef struct ChainImage {
        Source source; /* where it is, its format in source.format */
        StorageImage image;
        char *relative; /* as the image above names it, when that is a relative path; NULL: it is not */
} ChainImage;

/** storage_chain: the images below @top, whose format (NONE: raw) @top says. Files of this host are read; what is
 * elsewhere ends the chain. Of ChainImage; the caller unrefs. An image without a recorded format is only taken when
 * nothing lies below it. VIR_ERR_INTERNAL_ERROR (a loop, too long, broken), VIR_ERR_OPERATION_INVALID (no format),
 * VIR_ERR_SYSTEM_ERROR (an image is not there). */
GPtrArray *storage_chain(const Source *top, Error *err);

/** storage_chain_backing: the images behind the first as a document has them, the end included. The caller frees with
 * the disk that it goes to. */
BackingStore *storage_chain_backing(const GPtrArray *chain);
