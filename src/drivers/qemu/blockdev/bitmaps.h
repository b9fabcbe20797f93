/* Dirty bitmaps: which blocks were written since a checkpoint. Each image of a chain has the ones of its own time, so that
 * a bitmap of a disk is a run of bitmaps of one name from the top down. Here is what has to be done to them, as lists of
 * actions for QEMU's "transaction". Pure. */
#pragma once

#include <glib.h>

#include "util/json.h"

/* The bitmap that collects what a guest writes while a job runs on its own disk. */
#define BITMAP_ACTIVE_WRITE "libvirt-tmp-activewrite"

typedef struct DirtyBitmap {
        char *name;
        bool recording, busy, persistent, inconsistent;
        uint64_t granularity, dirty; /* bytes */
} DirtyBitmap;

/* The bitmaps of all nodes: name of the node to GPtrArray of DirtyBitmap, in QEMU's order. */
typedef GHashTable DirtyBitmaps;

/** bitmaps_read: from the reply ("return") to query-named-block-nodes. The caller unrefs. */
DirtyBitmaps *bitmaps_read(const Json *nodes);

/** bitmaps_valid: whether @name tells of all writes since it began: in the top of @chain (names of nodes, NULL last) and
 * every image below without a gap, each recording, kept on disk and sound. */
bool bitmaps_valid(const DirtyBitmaps *bitmaps, const char *const *chain, const char *name);

typedef struct BitmapMerge {
        const char *const *chain; /* from the top of what is merged to the bottom, NULL last */
        const char *base;         /* the image where it ends, not included; NULL: at the bottom */
        const char *target;       /* the node that gets the bitmaps */
        const char *name;         /* only this one; NULL: all that are valid */
        const char *as;           /* under this name, for the time of a backup; NULL: its own, to stay */
        bool active_write;        /* with what the guest wrote meanwhile, on @target */
} BitmapMerge;

/** bitmaps_merge: actions; an empty array: nothing to do. The caller unrefs. */
Json *bitmaps_merge(const DirtyBitmaps *bitmaps, const BitmapMerge *merge);

/** bitmaps_delete: @name of every image of @chain. NULL: it is nowhere. @ret_reopen: nodes that have to be made writable
 * for it, the deepest first; GPtrArray of borrowed names. */
Json *bitmaps_delete(const DirtyBitmaps *bitmaps, const char *const *chain, const char *name, GPtrArray **ret_reopen);
